"""Media: having the missing takes of a short made, and choosing among them or bringing one's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sqlmodel import Session, select

from studio.contracts.media import CostView, GenerateMedia, ImportMedia, MediaKind, MediaList, MediaService
from studio.db.engine import Database
from studio.db.models.media import Media
from studio.db.models.scene import ShortScene
from studio.db.models.short import Short
from studio.domain.clock import Clock, system_clock
from studio.domain.errors import Misconfigured, NotFound, Refused
from studio.domain.medium import Medium
from studio.domain.progress import Cancelled, Progress, never, silent
from studio.domain.short import ShortStatus
from studio.providers.access import FAL_KEY_HINT
from studio.providers.registry import Models
from studio.services.assets import AssetStore
from studio.services.base import Service
from studio.services.charges import Charge, cost_of, require_credits
from studio.services.generations import Generations
from studio.services.imports import import_take
from studio.services.making import Hands, Maker
from studio.services.needs import Needs, asked_anew, foreseen_anew, kinds_of, next_seed
from studio.services.principal import Principal
from studio.services.references import find
from studio.services.states import approve_script, enter, failing, reopen
from studio.services.takes import select_take
from studio.services.views import media_view, scenes_of, takes_of
from studio.services.wish_lists import lists_of


class MediaMaker(Service, MediaService):
    def __init__(
        self,
        database: Database,
        principal: Principal,
        assets: AssetStore,
        models: Models,
        hands: Hands | None = None,
        clock: Clock = system_clock,
    ) -> None:
        super().__init__(database, principal, clock)
        self.assets = assets
        self.models = models
        self.generations = Generations(database, principal, clock)
        self.maker = Maker(database, principal, assets, models, self.generations, hands or Hands())

    def list(self, id: str) -> MediaList:
        with self.database.read() as session:
            short = find(session, Short, self.principal, id, "short")
            return MediaList(data=[media_view(media, asset) for media, asset in takes_of(session, short.id)])

    def generate(
        self,
        id: str,
        data: GenerateMedia | None = None,
        *,
        progress: Progress = silent,
        cancelled: Cancelled = never,
    ) -> MediaList:
        wanted = data or GenerateMedia()
        charges = self._missing(id, wanted)
        require_credits(self.database, self.principal, self.generations, charges)
        short_id = self._begin(id, wanted)
        with failing(self.database, short_id):
            for stage in (Needs.pictures_and_voices, Needs.times, Needs.clips, Needs.music):
                with self.database.read() as session:
                    wishes = stage(self._needs(session, short_id, wanted), session)
                self.maker.grant_all(short_id, wishes, progress, cancelled)
                self.models.speech().release()
            if wanted.is_everything:
                self._finish(short_id)
        return self.list(short_id)

    def cost(self, id: str, data: GenerateMedia | None = None) -> CostView:
        return cost_of(self.database, self.generations, self._missing(id, data or GenerateMedia()))

    def select(self, id: str, take: str) -> MediaList:
        with self.database.write() as session:
            short = find(session, Short, self.principal, id, "short")
            media = _take(session, short, take)
            select_take(session, media)
            media.picked = True
            session.add(media)
            reopen(session, short)
        return self.list(short.id)

    def import_(self, id: str, data: ImportMedia, source: Path) -> MediaList:
        with self.database.read() as session:
            short = find(session, Short, self.principal, id, "short")
            _check_scene(session, short, data.scene)
        import_take(self.database, self.principal, self.assets, self.models, short.id, data.scene, source)
        return self.list(short.id)

    def _needs(self, session: Session, short_id: str, wanted: GenerateMedia) -> Needs:
        short = find(session, Short, self.principal, short_id, "short")
        lists = lists_of(session, self.principal, self.models, short, offline=wanted.offline)
        return Needs(self.maker, lists, scenes_of(session, short.id), wanted)

    def _missing(self, id: str, wanted: GenerateMedia) -> Sequence[Charge]:
        """What has still to be made; a length that is not known yet is counted as if it were."""
        with self.database.read() as session:
            short = find(session, Short, self.principal, id, "short")
            _check_scene(session, short, wanted.scene)
            needs = self._needs(session, short.id, wanted)
            if wanted.kind is MediaKind.VIDEO and not needs.lists.are_filmed:
                raise self._no_clips(short, offline=wanted.offline)
            anew = asked_anew(session, needs.rows, wanted)
        return replace(needs, rows=foreseen_anew(needs.rows, anew), anew=anew).charges(self.database)

    def _no_clips(self, short: Short, *, offline: bool) -> Misconfigured | Refused:
        """What somebody is told who asks for clips alone, where pictures are moved instead."""
        if offline:
            return Refused(
                "No clip is made on this machine; there the pictures are moved.", hint="Leave out --preview."
            )
        if self.models.keyed(Medium.VIDEO) is None:
            return Misconfigured(
                "There is no key for a model that makes clips; without one the pictures are moved.", hint=FAL_KEY_HINT
            )
        return Refused(
            f"{short.handle} has its pictures moved, and so there is no clip to make.",
            hint=f"studio models list --medium video, then: studio shorts edit {short.handle} --video-model MODEL",
        )

    def _begin(self, id: str, wanted: GenerateMedia) -> str:
        with self.database.write() as session:
            short = find(session, Short, self.principal, id, "short")
            _check_scene(session, short, wanted.scene)
            rows = scenes_of(session, short.id)
            anew = asked_anew(session, rows, wanted)
            for row in rows:
                if row.id in anew:
                    _ask_anew(session, row, kinds_of(wanted))
            approve_script(session, short)
            enter(session, short, ShortStatus.GENERATING_MEDIA)
            return short.id

    def _finish(self, short_id: str) -> None:
        with self.database.write() as session:
            enter(session, find(session, Short, self.principal, short_id, "short"), ShortStatus.MEDIA_READY)


def _ask_anew(session: Session, row: ShortScene, kinds: frozenset[str]) -> None:
    """Another seed asks for another picture and clip; what was picked before gives way to it."""
    row.seed = next_seed(row)
    session.add(row)
    for media in session.exec(select(Media).where(Media.scene_id == row.id)):
        if media.kind in kinds:
            media.picked = False
            session.add(media)


def _take(session: Session, short: Short, reference: str) -> Media:
    """A take of the short by its id or the beginning of it."""
    takes = [media for media, _ in takes_of(session, short.id) if media.id.startswith(reference)]
    if len(takes) > 1 and not any(media.id == reference for media in takes):
        raise Refused(f"More than one take has an id that begins with {reference}.", hint="Type more of the id.")
    if not takes or not reference:
        raise NotFound(
            f"{short.handle} has no take {reference}.", hint=f"studio shorts media list {short.handle} shows their ids."
        )
    return next((media for media in takes if media.id == reference), takes[0])


def _check_scene(session: Session, short: Short, scene: int | None) -> None:
    count = len(scenes_of(session, short.id))
    if not count:
        raise NotFound(f"{short.handle} has no script yet.", hint=f"studio shorts script generate {short.handle}")
    if scene is not None and not 1 <= scene <= count:
        raise NotFound(
            f"{short.handle} has no scene {scene}; it has {count}.", hint=f"studio shorts scene list {short.handle}"
        )
