"""The composition root: settings become a Studio whose services know each other. Only this file knows adapters.

Services are put together when they are first asked for: listing shorts must not load an encoder."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from studio.config import Settings
from studio.db.engine import Database, open_database
from studio.db.schema import require_current
from studio.providers.registry import Models
from studio.services.assets import AssetStore
from studio.services.people import local_owner
from studio.services.principal import Principal
from studio.storage.registry import open_storage

if TYPE_CHECKING:
    from studio.contracts.characters import Characters
    from studio.contracts.climates import Climates
    from studio.contracts.films import Films
    from studio.contracts.media import MediaService
    from studio.contracts.scenes import Scenes
    from studio.contracts.scripts import Scripts
    from studio.contracts.shorts import Shorts
    from studio.contracts.styles import Styles
    from studio.services.doctor import CheckUp


class Studio:
    """Everything one person can ask of studio, service by service."""

    def __init__(self, settings: Settings, database: Database, principal: Principal) -> None:
        self.settings = settings
        self.database = database
        self.principal = principal
        self.assets = AssetStore(open_storage(settings.storage.value, folder=settings.storage_folder))
        self.models = Models(piper_voice=settings.piper_voice)

    @cached_property
    def shorts(self) -> Shorts:
        from studio.services.shorts import ShortsService

        return ShortsService(self.database, self.principal, self.assets)

    @cached_property
    def scenes(self) -> Scenes:
        from studio.services.scenes import ScenesService

        return ScenesService(self.database, self.principal)

    @cached_property
    def scripts(self) -> Scripts:
        from studio.services.scripts import ScriptsService

        return ScriptsService(self.database, self.principal, self.models.writer)

    @cached_property
    def media(self) -> MediaService:
        from studio.services.media import MediaMaker

        return MediaMaker(self.database, self.principal, self.assets, self.models, self.settings.workers)

    @cached_property
    def films(self) -> Films:
        from studio.services.cutting import Cutter
        from studio.services.films import FilmsService

        cutter = Cutter(
            self.settings.segment_folder,
            workers=self.settings.workers,
            megabytes=self.settings.segment_cache_megabytes,
        )
        return FilmsService(self.database, self.principal, self.assets, self.models, cutter, self.scripts, self.media)

    @cached_property
    def styles(self) -> Styles:
        from studio.services.styles import StylesService

        return StylesService(self.database, self.principal)

    @cached_property
    def climates(self) -> Climates:
        from studio.services.climates import ClimatesService

        return ClimatesService(self.database, self.principal)

    @cached_property
    def characters(self) -> Characters:
        from studio.services.characters import CharactersService

        return CharactersService(self.database, self.principal)

    def close(self) -> None:
        self.database.close()


def open_studio(settings: Settings) -> Studio:
    """Open the studio that the settings describe, bringing an embedded database up to date first."""
    url = settings.effective_database_url
    require_current(url)
    database = open_database(url)
    return Studio(settings, database, local_owner(database))


def examine(settings: Settings) -> CheckUp:
    """The check-up of a studio that may not open: each part is looked at on its own."""
    from studio.domain.style import CaptionLook
    from studio.render.fonts import missing_glyphs
    from studio.services import doctor

    url = settings.effective_database_url
    models = Models(piper_voice=settings.piper_voice)

    def with_database(check: Callable[[Studio], list[doctor.Finding]]) -> list[doctor.Finding]:
        studio = open_studio(settings)
        try:
            return check(studio)
        finally:
            studio.close()

    return doctor.check_up(
        [
            ("database", lambda: with_database(lambda studio: doctor.check_database(studio.database))),
            ("migrations", lambda: doctor.check_migrations(url)),
            (
                "storage",
                lambda: with_database(lambda studio: doctor.check_storage(studio.database, studio.assets.storage)),
            ),
            ("disk", lambda: doctor.check_disk(settings.data_dir)),
            ("voices", lambda: doctor.check_voices(models.speech().speaks)),
            ("fonts", lambda: doctor.check_fonts(lambda text: missing_glyphs(text, CaptionLook()))),
        ]
    )
