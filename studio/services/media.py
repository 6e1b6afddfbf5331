"""Media: having the missing takes of a short made, and choosing among them or bringing one's own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlmodel import Session, col, select

from studio.contracts.media import CostView, GenerateMedia, ImportMedia, MediaKind, MediaList, MediaService
from studio.db.engine import Database
from studio.db.models.generation import Generation
from studio.db.models.media import Media
from studio.db.models.scene import ShortScene
from studio.db.models.short import Short
from studio.domain.clock import Clock, system_clock
from studio.domain.errors import NotFound, Refused
from studio.domain.progress import Cancelled, Progress, never, silent
from studio.domain.short import SEED_STEP, ShortStatus
from studio.providers.registry import Models
from studio.services import journal
from studio.services.assets import AssetStore
from studio.services.base import Service
from studio.services.charges import Charge, cost_of, require_credits
from studio.services.generations import Generations
from studio.services.imports import import_take
from studio.services.making import Hands, Maker, select_take
from studio.services.pricing import FEATURES
from studio.services.principal import Principal
from studio.services.references import find
from studio.services.spoken import Spoken
from studio.services.states import approve_script, enter, failing, reopen
from studio.services.timeline import lay_out, total_seconds
from studio.services.views import media_view, scenes_of, takes_of
from studio.services.wish_lists import WishList, lists_of
from studio.services.wishes import MUSIC, PICTURE, SPEECH, VIDEO, Wish

ALL_KINDS = frozenset(kind.value for kind in MediaKind)


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
        require_credits(self.database, self.principal, self.generations, charges, self.clock())
        short_id = self._begin(id, wanted)
        with failing(self.database, short_id):
            for stage in (self._pictures_and_voices, self._clips, self._music):
                self.maker.grant_all(short_id, stage(short_id, wanted), progress, cancelled)
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

    def _lists(self, session: Session, short_id: str, wanted: GenerateMedia) -> WishList:
        short = find(session, Short, self.principal, short_id, "short")
        return lists_of(session, self.principal, self.models, short, offline=wanted.offline)

    def _pictures_and_voices(self, short_id: str, wanted: GenerateMedia) -> Sequence[Wish]:
        kinds = _kinds(wanted)
        with self.database.read() as session:
            lists = self._lists(session, short_id, wanted)
            rows = _rows(session, short_id, wanted)
            wishes = []
            for row in rows:
                # A clip begins with the picture of its scene.
                if PICTURE in kinds or (VIDEO in kinds and lists.are_filmed):
                    wishes.append(self._standing(session, short_id, lists.picture(row)))
                if SPEECH in kinds:
                    wishes.append(self._standing(session, short_id, lists.voice(row)))
            return wishes

    def _standing(self, session: Session, short_id: str, candidates: Sequence[Wish]) -> Wish:
        """The first of the wishes for which there is a take, else the last: what has been paid for is used offline."""
        if len(candidates) == 1:
            return candidates[0]
        found = (wish for wish in candidates if self.maker.take_of(session, short_id, wish) is not None)
        return next(found, candidates[-1])

    def _clips(self, short_id: str, wanted: GenerateMedia) -> Sequence[Wish]:
        if VIDEO not in _kinds(wanted):
            return []
        with self.database.read() as session:
            lists = self._lists(session, short_id, wanted)
            return [lists.clip(session, row) for row in _rows(session, short_id, wanted)] if lists.are_filmed else []

    def _music(self, short_id: str, wanted: GenerateMedia) -> Sequence[Wish]:
        """The music there has to be: as long as the voices last, so that those must be there."""
        if MUSIC not in _kinds(wanted) or wanted.scene is not None:
            return []
        with self.database.read() as session:
            lists = self._lists(session, short_id, wanted)
            candidates = lists.music(lists.spoken_seconds(session))
            return [self._standing(session, short_id, candidates)] if candidates else []

    def _missing(self, id: str, wanted: GenerateMedia) -> Sequence[Charge]:
        """What has still to be made, each wish once; a length that is not known yet is counted as if it were."""
        with self.database.read() as session:
            short = find(session, Short, self.principal, id, "short")
            _check_scene(session, short, wanted.scene)
        wishes = self._pictures_and_voices(short.id, wanted)
        each_once = {wish.key: wish for wish in wishes}.values()
        with self.database.read() as session:
            missing = [wish for wish in each_once if wanted.again or self._is_missing(session, short.id, wish)]
            missing += self._missing_clips(session, short, wanted)
            missing += self._missing_music(session, short, wanted, wishes)
            return [self._charge(session, wish, wanted) for wish in missing]

    def _is_missing(self, session: Session, short_id: str, wish: Wish) -> bool:
        return self.maker.take_of(session, short_id, wish) is None

    def _missing_clips(self, session: Session, short: Short, wanted: GenerateMedia) -> Sequence[Wish]:
        lists = self._lists(session, short.id, wanted)
        if VIDEO not in _kinds(wanted) or not lists.are_filmed:
            return []
        clips = [lists.clip(session, row) for row in _rows(session, short.id, wanted)]
        return [clip for clip in clips if wanted.again or self._is_missing(session, short.id, clip)]

    def _missing_music(
        self, session: Session, short: Short, wanted: GenerateMedia, wishes: Sequence[Wish]
    ) -> Sequence[Wish]:
        """The music that has to be composed; without all voices it is counted as if its length were known."""
        lists = self._lists(session, short.id, wanted)
        if MUSIC not in _kinds(wanted) or wanted.scene is not None or not lists.music(1.0):
            return []
        voices = [self.maker.take_of(session, short.id, wish) for wish in wishes if wish.kind == SPEECH]
        if None in voices or not voices:
            return lists.music(1.0)[-1:]
        # The voices may be those of another short with the same words, so they are not looked for in this one.
        seconds = [Spoken.from_json(voice[0].details).seconds for voice in voices if voice is not None]
        wished = [row.duration_seconds for row in scenes_of(session, short.id)]
        candidates = lists.music(total_seconds(lay_out(seconds, wished)))
        music = self._standing(session, short.id, candidates)
        return [music] if self._is_missing(session, short.id, music) else []

    def _charge(self, session: Session, wish: Wish, wanted: GenerateMedia) -> Charge:
        charged_as = None if wanted.again and wish.is_remote else self.maker.charged_as(session, wish)
        return Charge(wish.key, wish.kind, wish.model, charged_as, wish.quantity, self.maker.quote(wish))

    def _begin(self, id: str, wanted: GenerateMedia) -> str:
        with self.database.write() as session:
            short = find(session, Short, self.principal, id, "short")
            _check_scene(session, short, wanted.scene)
            if wanted.again:
                for row in _rows(session, short.id, wanted):
                    # What another run has asked for and not got yet is gone on with, rather than paid for again.
                    if not _has_open_call(session, row, _kinds(wanted)):
                        _ask_anew(session, row, _kinds(wanted))
            approve_script(session, short)
            enter(session, short, ShortStatus.GENERATING_MEDIA)
            return short.id

    def _finish(self, short_id: str) -> None:
        with self.database.write() as session:
            enter(session, find(session, Short, self.principal, short_id, "short"), ShortStatus.MEDIA_READY)


def _kinds(wanted: GenerateMedia) -> frozenset[str]:
    return frozenset([wanted.kind.value]) if wanted.kind else ALL_KINDS


def _rows(session: Session, short_id: str, wanted: GenerateMedia) -> Sequence[ShortScene]:
    return [row for row in scenes_of(session, short_id) if wanted.scene in (None, row.position)]


def _has_open_call(session: Session, row: ShortScene, kinds: frozenset[str]) -> bool:
    features = [FEATURES[kind].value for kind in kinds]
    own = select(Generation.id).where(Generation.scene_id == row.id, col(Generation.kind).in_(features))
    return session.exec(own.where(col(Generation.state).in_(journal.OPEN)).limit(1)).first() is not None


def _ask_anew(session: Session, row: ShortScene, kinds: frozenset[str]) -> None:
    """Another seed asks for another picture and clip; what was picked before gives way to it."""
    row.seed = (row.seed + SEED_STEP) % 2**31
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
