"""Films: from a request to an MP4, and from a short that changed to an MP4 that is up to date."""

from __future__ import annotations

import tempfile
from pathlib import Path

from sqlmodel import Session, select

from studio.contracts.films import Films, PlanView, RenderShort
from studio.contracts.media import CostView, GenerateMedia, MediaService
from studio.contracts.scripts import Scripts
from studio.contracts.shorts import CreateShort, RenderReport, ShortView
from studio.db.engine import Database
from studio.db.models.asset import Asset
from studio.db.models.short import Short
from studio.domain.clock import Clock, system_clock
from studio.domain.errors import NotFound
from studio.domain.placing import digest_of, place_film
from studio.domain.progress import Cancelled, Progress, Step, never, silent
from studio.domain.short import ShortStatus
from studio.providers.registry import Models
from studio.render.memory import give_back, keep_large_blocks_apart
from studio.services.assets import AssetStore, saved
from studio.services.base import Service
from studio.services.briefs import checked
from studio.services.catalogue import find_style
from studio.services.charges import cost_of, require_payable, require_within
from studio.services.creation import create_short, short_row
from studio.services.cutting import Cut, Cutter, check_letters, plan_cut
from studio.services.footage import Footage, footage_of
from studio.services.generations import Generations
from studio.services.making import Hands, Maker
from studio.services.music import music_kind
from studio.services.planning import Outlook, Planner
from studio.services.principal import Principal
from studio.services.references import find, lock_owner, next_handle
from studio.services.review import chosen_frame, contact_sheet_of, subtitles_of
from studio.services.room import require_room
from studio.services.scripts import script_of
from studio.services.states import enter, failing
from studio.services.views import short_view


class FilmsService(Service, Films):
    """Runs the stages one after another; each keeps what stands, so any of them can be run again."""

    def __init__(
        self,
        database: Database,
        principal: Principal,
        assets: AssetStore,
        models: Models,
        cutter: Cutter,
        scripts: Scripts,
        media: MediaService,
        clock: Clock = system_clock,
    ) -> None:
        super().__init__(database, principal, clock)
        self.assets = assets
        self.models = models
        self.cutter = cutter
        self.scripts = scripts
        self.media = media
        self.generations = Generations(database, principal, clock)
        self.maker = Maker(database, principal, assets, models, self.generations, Hands())
        self.planner = Planner(database, principal, models, self.generations)

    def plan(self, data: CreateShort, *, new: bool = False, preview: bool = False) -> PlanView:
        return self.planner.plan(self._outlook(data, new=new, preview=preview))

    def plan_rest(self, id: str, *, preview: bool = False) -> PlanView:
        return self.planner.plan(self._outlook_of(id, preview=preview))

    def cost(self, id: str, *, preview: bool = False) -> CostView:
        return self.planner.cost(self._outlook_of(id, preview=preview))

    def _outlook(self, data: CreateShort, *, new: bool, preview: bool) -> Outlook:
        """The outlook of what is asked for, or of the short that was begun with the same request."""
        with self.database.read() as session:
            request = checked(session, self.principal, data)
            known = None if new else self._same_request(session, request.key)
            handle = known.handle if known else next_handle(session, Short, self.principal, request.handle)
        if known is not None:
            return self.planner.of_short(known, self.maker, preview=preview)
        short = short_row(self.principal, data, request, handle)
        return self.planner.of_request(request, short, self.maker, preview=preview)

    def _outlook_of(self, id: str, *, preview: bool) -> Outlook:
        with self.database.read() as session:
            short = find(session, Short, self.principal, id, "short")
        return self.planner.of_short(short, self.maker, preview=preview)

    def make(
        self,
        data: CreateShort,
        *,
        new: bool = False,
        preview: bool = False,
        max_credits: int | None = None,
        progress: Progress = silent,
        cancelled: Cancelled = never,
    ) -> ShortView:
        # Before a short is written down that could not be paid to its end.
        self._require_means(self._outlook(data, new=new, preview=preview), max_credits)
        with self.database.write() as session:
            lock_owner(session, self.principal)
            request = checked(session, self.principal, data)
            known = None if new else self._same_request(session, request.key)
            short = known or create_short(session, self.principal, data)
            short_id, handle = short.id, short.handle
        progress(Step("short", f"{'Continuing' if known else 'Making'} {handle}"))
        how = RenderShort(preview=preview, max_credits=max_credits)
        return self.render(short_id, how, progress=progress, cancelled=cancelled)

    def _same_request(self, session: Session, key: str) -> Short | None:
        statement = select(Short).where(Short.owner_id == self.principal.user_id, Short.brief_key == key)
        return session.exec(statement).first()

    def render(
        self, id: str, data: RenderShort, *, progress: Progress = silent, cancelled: Cancelled = never
    ) -> ShortView:
        keep_large_blocks_apart()
        with self.database.read() as session:
            short = find(session, Short, self.principal, id, "short")
        short_id = short.id
        # Before any work that could not be paid to its end, or that is not meant to be paid.
        self._require_means(self.planner.of_short(short, self.maker, preview=data.preview), data.max_credits)
        self.scripts.generate(short_id, offline=data.preview, progress=progress, cancelled=cancelled)
        with failing(self.database, short_id):
            self._check_letters(short_id)
        how = GenerateMedia(offline=data.preview)
        self._require_budget(short, how, data.max_credits)
        self.media.generate(short_id, how, progress=progress, cancelled=cancelled)
        give_back()
        with failing(self.database, short_id):
            return self._cut(short_id, data, progress, cancelled)

    def _require_means(self, outlook: Outlook, max_credits: int | None) -> None:
        charges = self.planner.charges(outlook)
        require_within(cost_of(self.database, self.generations, charges).credits, max_credits)
        require_payable(self.generations, charges)

    def _require_budget(self, before: Short, how: GenerateMedia, max_credits: int | None) -> None:
        """A written script may want more than was foreseen: what was spent on it counts, too."""
        if max_credits is None:
            return
        with self.database.read() as session:
            spent = session.get_one(Short, before.id).credits_used - before.credits_used
        require_within(spent + self.media.cost(before.id, how).credits, max_credits)

    def _check_letters(self, short_id: str) -> None:
        with self.database.read() as session:
            short = find(session, Short, self.principal, short_id, "short")
            script = script_of(session, short)
            look = find_style(session, self.principal, short.style).captions
        if short.captions:
            check_letters(script, look)

    def _cut(self, short_id: str, data: RenderShort, progress: Progress, cancelled: Cancelled) -> ShortView:
        footage = self._footage(short_id)
        cut = plan_cut(footage, self.assets, preview=data.preview)
        if self._stands(footage.short, cut):
            progress(Step("film", "The film stands; nothing had to be rendered.", detail=True))
            return self._keep(short_id, cut, None, _nothing_done(cut))
        with self.database.write() as session:
            enter(session, find(session, Short, self.principal, short_id, "short"), ShortStatus.RENDERING)
        with tempfile.TemporaryDirectory(prefix="studio-") as folder:
            film = Path(folder) / "film.mp4"
            report = self.cutter.cut(cut, film, progress, cancelled)
            asset = self.assets.keep_file(film, "mp4", self.principal)
        return self._keep(short_id, cut, asset, report)

    def _footage(self, id: str) -> Footage:
        with self.database.read() as session:
            return footage_of(session, self.principal, find(session, Short, self.principal, id, "short"))

    def _stands(self, short: Short, cut: Cut) -> bool:
        film = self._film(short)
        return short.film_key == cut.key and film is not None and self.assets.storage.exists(film.key)

    def _film(self, short: Short) -> Asset | None:
        with self.database.read() as session:
            return session.get(Asset, short.film_asset_id) if short.film_asset_id else None

    def _keep(self, short_id: str, cut: Cut, asset: Asset | None, report: RenderReport) -> ShortView:
        with self.database.write() as session:
            short = find(session, Short, self.principal, short_id, "short")
            enter(session, short, ShortStatus.RENDERING)
            enter(session, short, ShortStatus.COMPLETED)
            if asset is not None:
                short.film_asset_id = saved(session, asset).id
            short.film_key = cut.key
            short.film_seconds = round(cut.plan.seconds, 3)
            session.add(short)
            session.flush()
            return short_view(session, short, report)

    def deliver(self, id: str, output: Path, *, replace: bool = False) -> ShortView:
        with self.database.read() as session:
            short = find(session, Short, self.principal, id, "short")
        path = self._film_path(short)
        place_film(path, output, short.handle, replace=replace or self.is_ours(output))
        with self.database.write() as session:
            short = find(session, Short, self.principal, short.id, "short")
            short.video_path = str(output.absolute())
            session.add(short)
            session.flush()
            return short_view(session, short)

    def is_ours(self, output: Path) -> bool:
        return output.is_file() and self._own_file(output) is not None

    def open_film(self, id: str) -> Path:
        with self.database.read() as session:
            short = find(session, Short, self.principal, id, "short")
        return self._film_path(short)

    def import_music(self, source: Path) -> str:
        kind = music_kind(source)
        with self.database.read() as session:
            require_room(session, self.principal, source.stat().st_size)
        asset = self.assets.keep_file(source, kind, self.principal)
        with self.database.write() as session:
            return saved(session, asset).id

    def known_music(self, source: Path) -> str:
        music_kind(source)
        kept = self._own_file(source)
        return kept.id if kept else digest_of(source)

    def _own_file(self, file: Path) -> Asset | None:
        """The person's own file with exactly these bytes, where studio keeps it."""
        own = select(Asset).where(Asset.owner_id == self.principal.user_id, Asset.sha256 == digest_of(file))
        with self.database.read() as session:
            return session.exec(own).first()

    def _film_path(self, short: Short) -> Path:
        film = self._film(short)
        if film is None:
            raise NotFound(f"{short.handle} has no film yet.", hint=f"studio shorts render {short.handle}")
        return self.assets.path(film)

    def storyboard(self, id: str) -> bytes:
        return contact_sheet_of(self._footage(id), self.assets)

    def subtitles(self, id: str, *, format: str) -> str:
        return subtitles_of(self._footage(id), format)

    def thumbnail(self, id: str) -> bytes:
        footage = self._footage(id)
        return chosen_frame(footage, self._film_path(footage.short))


def _nothing_done(cut: Cut) -> RenderReport:
    return RenderReport(
        scenes_encoded=0,
        scenes_reused=len(cut.plan.scenes),
        loudness_lufs=None,
        true_peak_dbtp=None,
        notes=list(cut.notes),
    )
