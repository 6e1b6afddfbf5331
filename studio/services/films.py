"""Films: from a request to an MP4, and from a short that changed to an MP4 that is up to date."""

from __future__ import annotations

import os
import shutil
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
from studio.domain.errors import Conflict, Misconfigured, NotFound
from studio.domain.progress import Cancelled, Progress, Step, never, silent
from studio.domain.script import Script, ScriptBrief
from studio.domain.short import ShortStatus
from studio.providers.registry import Models
from studio.render.memory import give_back, keep_large_blocks_apart
from studio.services.assets import AssetStore, digest_of, saved
from studio.services.base import Service
from studio.services.briefs import brief_of_request, brief_of_short, checked
from studio.services.catalogue import find_style, portraits_by_id, portraits_of
from studio.services.charges import Charge, cost_of, missing_credits, require_available, require_within
from studio.services.creation import create_short, short_row
from studio.services.cutting import Cut, Cutter, check_letters, plan_cut
from studio.services.footage import Footage, footage_of
from studio.services.generations import Generations
from studio.services.making import Hands, Maker
from studio.services.music import music_kind
from studio.services.planning import foreseen, foreseen_charges, plan_of, script_charge
from studio.services.principal import Principal
from studio.services.references import find, lock_owner, next_handle
from studio.services.review import chosen_frame, contact_sheet_of, subtitles_of
from studio.services.room import require_room
from studio.services.scripts import script_of
from studio.services.states import enter, failing
from studio.services.text_models import TextModel, script_model
from studio.services.views import scenes_of, short_view
from studio.services.wish_lists import Cast, WishList, wishes_for


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

    def plan(self, data: CreateShort, *, new: bool = False, preview: bool = False) -> PlanView:
        with self.database.read() as session:
            request = checked(session, self.principal, data)
            known = None if new else self._same_request(session, request.key)
            handle = known.handle if known else next_handle(session, Short, self.principal, request.handle)
            brief = brief_of_request(request)
        finished = request.finished
        writer = self._writer(data.text_model, brief, offline=preview or finished is not None)
        script = finished.as_script() if finished else foreseen(brief, writer, self.models)
        short = short_row(self.principal, data, request, handle)
        with self.database.read() as session:
            cast = Cast(brief.figures, portraits_by_id(session, [row.id for row in request.characters]))
            lists = wishes_for(session, self.principal, self.models, short, cast, len(script.scenes), offline=preview)
        # Asks for every model once, so that one that cannot be had is refused before anything is begun.
        charges = self._foreseen_charges(lists, script, brief, writer, is_written=finished is not None)
        cost = cost_of(self.database, self.generations, charges)
        with self.database.read() as session:
            missing = missing_credits(session, self.principal, cost.credits - cost.credits_held, self.clock())
        return plan_of(request, handle, script, writer, lists, cost, missing)

    def _writer(self, model: str | None, brief: ScriptBrief, *, offline: bool) -> TextModel:
        has_text = brief.source_text is not None
        return script_model(self.database, self.models, model, has_text=has_text, offline=offline)

    def _foreseen_charges(
        self, lists: WishList, script: Script, brief: ScriptBrief, writer: TextModel, *, is_written: bool = False
    ) -> list[Charge]:
        writing = [] if is_written else [script_charge(lists.short.id, brief, writer)]
        return [*writing, *foreseen_charges(lists, script, self.maker)]

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
        self._require_means(data, new=new, preview=preview, max_credits=max_credits)
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
        self._require_credits(short_id, data)
        self.scripts.generate(short_id, offline=data.preview, progress=progress, cancelled=cancelled)
        with failing(self.database, short_id):
            self._check_letters(short_id)
        how = GenerateMedia(offline=data.preview)
        self._require_budget(short, how, data.max_credits)
        self.media.generate(short_id, how, progress=progress, cancelled=cancelled)
        give_back()
        with failing(self.database, short_id):
            return self._cut(short_id, data, progress, cancelled)

    def cost(self, id: str, *, preview: bool = False) -> CostView:
        with self.database.read() as session:
            short = find(session, Short, self.principal, id, "short")
            has_script = bool(scenes_of(session, short.id))
        how = GenerateMedia(offline=preview)
        return self.media.cost(short.id, how) if has_script else self._foreseen_cost(short, preview)

    def _foreseen_cost(self, short: Short, preview: bool) -> CostView:
        """The cost of a short that has no script yet, counted with the script it would have."""
        with self.database.read() as session:
            brief = brief_of_short(session, self.principal, short)
        writer = self._writer(short.text_model, brief, offline=preview)
        script = foreseen(brief, writer, self.models)
        with self.database.read() as session:
            cast = Cast(brief.figures, portraits_of(session, short.id))
            lists = wishes_for(session, self.principal, self.models, short, cast, len(script.scenes), offline=preview)
        charges = self._foreseen_charges(lists, script, brief, writer)
        return cost_of(self.database, self.generations, charges)

    def _require_means(self, data: CreateShort, *, new: bool, preview: bool, max_credits: int | None) -> None:
        """Stop before a short is written down that could not be paid to its end."""
        plan = self.plan(data, new=new, preview=preview)
        require_within(plan.credits, max_credits)
        if plan.credits_missing:
            with self.database.read() as session:
                require_available(session, self.principal, plan.credits, self.clock())

    def _require_credits(self, short_id: str, data: RenderShort) -> None:
        """Stop before any work that could not be paid to its end, or that is not meant to be paid."""
        cost = self.cost(short_id, preview=data.preview)
        require_within(cost.credits, data.max_credits)
        with self.database.read() as session:
            require_available(session, self.principal, cost.credits - cost.credits_held, self.clock())

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
        if not output.is_file():
            return False
        with self.database.read() as session:
            statement = select(Asset).where(Asset.owner_id == self.principal.user_id, Asset.sha256 == digest_of(output))
            return session.exec(statement).first() is not None

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


def place_film(film: Path, output: Path, handle: str, *, replace: bool) -> None:
    """Copy the film to where the person wants it, whole or not at all.

    Raises Conflict when something is there already, Misconfigured when the place cannot be written."""
    if output.exists() and not replace:
        raise Conflict(
            f"{output} exists already and was left as it is; the film itself is kept.",
            hint=f"studio shorts export {handle} --output FILE, or --force to replace what is there",
        )
    part = output.with_name(f".{output.name}.part")
    try:
        shutil.copyfile(film, part)
        os.replace(part, output)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Misconfigured(
            f"{output} cannot be written: {error.strerror}. The film itself is kept.",
            hint=f"studio shorts export {handle} --output FILE, on a disk with room",
        ) from error


def _nothing_done(cut: Cut) -> RenderReport:
    return RenderReport(
        scenes_encoded=0,
        scenes_reused=len(cut.plan.scenes),
        loudness_lufs=None,
        true_peak_dbtp=None,
        notes=list(cut.notes),
    )
