"""What the scenes of a short need, and which of it is not there yet: one answer for whoever plans and whoever makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from studio.contracts.media import GenerateMedia, MediaKind
from studio.db.engine import Database
from studio.db.models.asset import Asset
from studio.db.models.generation import Generation
from studio.db.models.media import Media
from studio.db.models.scene import ShortScene
from studio.domain.reading import spoken_seconds
from studio.domain.remote import Reference
from studio.domain.short import SEED_STEP
from studio.services import journal
from studio.services.charges import Charge
from studio.services.making import Maker
from studio.services.pricing import FEATURES
from studio.services.spoken import Spoken
from studio.services.timeline import lay_out, total_seconds
from studio.services.timing import times_wish
from studio.services.wish_lists import WishList
from studio.services.wishes import IMPORTED, MUSIC, PICTURE, SPEECH, VIDEO, Wish

ALL_KINDS = frozenset(kind.value for kind in MediaKind)
EVERYTHING = GenerateMedia()

NOWHERE = ""
"""The id of no short: in the place of a short's own it finds takes by their wish alone."""

UNEVEN_SECONDS = 0.011
"""Added to a length that is only reckoned: films last whole frames, so no piece that is there is taken for fitting."""

Take = tuple[Media, Asset]


@dataclass(frozen=True)
class Needs:
    """The wishes of these scenes, which need not be written down yet."""

    maker: Maker
    lists: WishList
    rows: Sequence[ShortScene]
    """All scenes of the short."""
    wanted: GenerateMedia = EVERYTHING
    anew: frozenset[str] = frozenset()
    """Scenes of which another take will be asked for, so that what was picked for them counts no more."""

    def pictures_and_voices(self, session: Session) -> Sequence[Wish]:
        """What is made first. A clip begins with the picture of its scene, so that one is needed as well."""
        kinds = kinds_of(self.wanted)
        has_pictures = PICTURE in kinds or (VIDEO in kinds and self.lists.are_filmed)
        wishes = []
        for row in self._rows:
            if has_pictures:
                wishes.append(self._standing(session, self.lists.picture(row)))
            if SPEECH in kinds:
                wishes.append(self._standing(session, self.lists.voice(row)))
        return wishes

    def times(self, session: Session) -> Sequence[Wish]:
        """What voices have to be listened to, because they do not tell when their words are heard."""
        if SPEECH not in kinds_of(self.wanted):
            return []
        voices = [(row, self._standing(session, self.lists.voice(row))) for row in self._rows]
        model = self.lists.makers.transcription
        found = [times_wish(row, voice, self._take(session, voice), model) for row, voice in voices]
        return [wish for wish in found if wish is not None]

    def clips(self, session: Session) -> Sequence[Wish]:
        """One for each scene; where the picture it begins with is not there yet, it can only be counted."""
        if VIDEO not in kinds_of(self.wanted) or not self.lists.are_filmed:
            return []
        return [self.lists.clip(row, self._start(session, row)) for row in self._rows]

    def music(self, session: Session) -> Sequence[Wish]:
        """As long as the voices last; before those are there it can only be counted.

        Raises NotFound where it is wanted alone and a voice is not there."""
        if MUSIC not in kinds_of(self.wanted) or self.wanted.scene is not None:
            return []
        candidates = self.lists.music(self._music_seconds(session))
        return [self._standing(session, candidates)] if candidates else []

    def film_seconds(self, session: Session) -> float:
        """How long the film is, by the voices that are there and by reckoning for the others."""
        return self._laid_out(self._spoken(session))

    def missing(self, session: Session) -> Sequence[Wish]:
        """What has still to be made, in the order in which it is; what two scenes have in common once."""
        wishes = [*self.pictures_and_voices(session), *self.times(session), *self.clips(session), *self.music(session)]
        first: dict[str, Wish] = {}
        for wish in wishes:
            if self._take(session, wish) is None:
                first.setdefault(wish.key, wish)
        return list(first.values())

    def charges(self, database: Database) -> Sequence[Charge]:
        """What is missing, as it will be charged."""
        with database.read() as session:
            missing = [(wish, self.maker.charged_as(session, wish)) for wish in self.missing(session)]
        # Outside of the transaction: what a provider charges may have to be asked for.
        return [self._charge(wish, charged_as) for wish, charged_as in missing]

    @property
    def _rows(self) -> Sequence[ShortScene]:
        return [row for row in self.rows if self.wanted.scene in (None, row.position)]

    def _standing(self, session: Session, candidates: Sequence[Wish]) -> Wish:
        """The first of the wishes for which there is a take, else the last: what has been paid for is used offline."""
        if len(candidates) == 1:
            return candidates[0]
        found = (wish for wish in candidates if self._take(session, wish) is not None)
        return next(found, candidates[-1])

    def _take(self, session: Session, wish: Wish) -> Take | None:
        found = self.maker.take_of(session, self.lists.short.id, wish)
        if found is None or not self._gives_way(found[0]):
            return found
        return self.maker.take_of(session, NOWHERE, wish)

    def _gives_way(self, take: Media) -> bool:
        is_asked_anew = take.scene_id in self.anew and take.kind in kinds_of(self.wanted)
        return is_asked_anew and take.picked and take.model != IMPORTED

    def _start(self, session: Session, row: ShortScene) -> Reference | None:
        take = self._take(session, self._standing(session, self.lists.picture(row)))
        return Reference(take[1].key, take[1].media_type) if take else None

    def _music_seconds(self, session: Session) -> float:
        if SPEECH not in kinds_of(self.wanted):
            return self.lists.spoken_seconds(session)
        spoken = self._spoken(session)
        return self._laid_out(spoken) + (UNEVEN_SECONDS if None in spoken else 0.0)

    def _spoken(self, session: Session) -> Sequence[float | None]:
        """How long the voice of each scene lasts; None for one that is not there."""
        voices = [self._take(session, self._standing(session, self.lists.voice(row))) for row in self.rows]
        return [Spoken.from_json(voice[0].details).seconds if voice else None for voice in voices]

    def _laid_out(self, spoken: Sequence[float | None]) -> float:
        language = self.lists.short.language or "en"
        told = [
            spoken_seconds(row.narration, language) if seconds is None else seconds
            for row, seconds in zip(self.rows, spoken, strict=True)
        ]
        return total_seconds(lay_out(told, [row.duration_seconds for row in self.rows]))

    def _charge(self, wish: Wish, charged_as: str | None) -> Charge:
        # A call of the fallback that an earlier run had come to is gone on with.
        asked = self.maker.gone_on_with(wish)
        feature, quoted = FEATURES[asked.kind], self.maker.quote(asked)
        return Charge(asked.key, asked.kind, feature, asked.model, charged_as, asked.quantity, quoted)


def kinds_of(wanted: GenerateMedia) -> frozenset[str]:
    return frozenset([wanted.kind.value]) if wanted.kind else ALL_KINDS


def asked_anew(session: Session, rows: Sequence[ShortScene], wanted: GenerateMedia) -> frozenset[str]:
    """The ids of the scenes of which `wanted` asks for another take.

    What another run has asked for and not got yet is gone on with, rather than paid for again."""
    if not wanted.again:
        return frozenset()
    rows = [row for row in rows if wanted.scene in (None, row.position)]
    return frozenset(row.id for row in rows if not _has_open_call(session, row, kinds_of(wanted)))


def next_seed(row: ShortScene) -> int:
    """Another seed asks for another picture and clip."""
    return (row.seed + SEED_STEP) % 2**31


def foreseen_anew(rows: Sequence[ShortScene], anew: frozenset[str]) -> Sequence[ShortScene]:
    """The scenes as they will be when another take of some has been asked for; those are no rows of a table."""
    return [ShortScene(**{**row.model_dump(), "seed": next_seed(row)}) if row.id in anew else row for row in rows]


def _has_open_call(session: Session, row: ShortScene, kinds: frozenset[str]) -> bool:
    features = [FEATURES[kind].value for kind in kinds]
    own = select(Generation.id).where(Generation.scene_id == row.id, col(Generation.kind).in_(features))
    return session.exec(own.where(col(Generation.state).in_(journal.OPEN)).limit(1)).first() is not None
