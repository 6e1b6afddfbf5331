"""Having takes made: what stands is kept, the rest is made here or elsewhere, several at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace

from sqlmodel import Session, col, select

from studio.db.engine import Database
from studio.db.models.asset import Asset
from studio.db.models.media import Media
from studio.domain.credits import video_blocks
from studio.domain.errors import (
    Conflict,
    KeyRefused,
    NotSent,
    RateLimited,
    Refused,
    Rejected,
    StudioError,
)
from studio.domain.ports import ImageRequest, MusicRequest, SpeechRequest
from studio.domain.progress import Cancelled, Progress, Step, silent
from studio.domain.remote import (
    Answer,
    ClipRequest,
    Medium,
    PaintRequest,
    Reference,
    RemoteRequest,
    ScoreRequest,
    TranscriptionRequest,
)
from studio.providers.registry import LOCAL, Models
from studio.services import journal
from studio.services.assets import AssetStore, saved
from studio.services.generations import Call, Generations
from studio.services.outcomes import failure_of, hired, named, stopped, worst
from studio.services.pricing import FEATURES, price_of
from studio.services.principal import Principal
from studio.services.remote_work import ClipWork, Fetch, Made, PictureWork, ScoreWork, SpeechWork
from studio.services.settings import fallback_model, prices_in_force
from studio.services.spoken import Spoken
from studio.services.takes import best_take, select_take
from studio.services.timing import Times, TimesWork, keep_times, untimed, without_times_if_need_be
from studio.services.wishes import MUSIC, PICTURE, SILENT, SPEECH, TIMES, VIDEO, Wish, details_of

MEDIA = {
    PICTURE: Medium.IMAGE,
    VIDEO: Medium.VIDEO,
    SPEECH: Medium.SPEECH,
    MUSIC: Medium.MUSIC,
    TIMES: Medium.TRANSCRIPTION,
}

NOTHING_CAME = (Rejected, NotSent, RateLimited, KeyRefused)
"""After these the credits are given back and another model may be asked. Never after Uncertain."""

SPARE_SECONDS = 0.1
"""A clip may be a little longer than ordered: fal once billed 3.008 seconds for 3."""


@dataclass(frozen=True)
class Hands:
    """How many takes are made at the same time: by this machine, and at providers."""

    here: int = 2
    elsewhere: int = 4


class Maker:
    """Grants the wishes of one person's shorts."""

    def __init__(
        self,
        database: Database,
        principal: Principal,
        assets: AssetStore,
        models: Models,
        generations: Generations,
        hands: Hands,
    ) -> None:
        self.database = database
        self.principal = principal
        self.assets = assets
        self.models = models
        self.generations = generations
        self.hands = hands

    def grant_all(self, short_id: str, wishes: Sequence[Wish], progress: Progress, cancelled: Cancelled) -> None:
        """Make sure that there is a take for each wish. What fails is told at the end and stops nothing else."""
        missing = [wish for wish in wishes if not self._stands(short_id, wish, progress)]
        # What two scenes have in common is made once.
        first: dict[str, Wish] = {}
        for wish in missing:
            first.setdefault(wish.key, wish)
        failures: list[tuple[Wish, StudioError]] = []
        done = len(wishes) - len(missing)
        for wish, error in self._granted(short_id, list(first.values()), cancelled):
            done += 1
            failures += [(wish, error)] if error else []
            progress(Step("media", f"{named(wish)}{': failed' if error else ''}", done, len(wishes)))
        if failures:
            raise worst(failures, len(wishes))
        for wish in missing:
            if first[wish.key] is not wish:
                self._stands(short_id, wish, progress)

    def _granted(
        self, short_id: str, wishes: Sequence[Wish], cancelled: Cancelled
    ) -> Iterator[tuple[Wish, StudioError | None]]:
        """Each wish when it is done, with what went wrong."""
        with (
            hired(ThreadPoolExecutor(self.hands.here, thread_name_prefix="media")) as here,
            hired(ThreadPoolExecutor(self.hands.elsewhere, thread_name_prefix="calls")) as elsewhere,
        ):
            pending: dict[Future[None], Wish] = {
                (elsewhere if wish.is_remote else here).submit(self._grant, short_id, wish, cancelled): wish
                for wish in wishes
            }
            while pending:
                finished, _ = wait(pending, timeout=0.2, return_when=FIRST_COMPLETED)
                if cancelled():
                    here.shutdown(wait=True, cancel_futures=True)
                    elsewhere.shutdown(wait=True, cancel_futures=True)
                    raise stopped(pending)
                for future in finished:
                    yield pending.pop(future), failure_of(future)

    def _stands(self, short_id: str, wish: Wish, progress: Progress) -> bool:
        """Whether there is a take for this wish already; one from another scene or short is shared."""
        with self.database.read() as session:
            if self.take_of(session, short_id, wish) is None:
                return False
        with self.database.write() as session:
            found = self.take_of(session, short_id, wish)
            if found is None:
                return False
            take, asset = found
            if (take.short_id, take.scene_id) != (short_id, wish.scene_id):
                self._add(session, short_id, wish, asset, take.details)
            elif not take.selected:
                select_take(session, take)
        progress(Step("media", f"{named(wish)}: kept", detail=True))
        return True

    def take_of(self, session: Session, short_id: str, wish: Wish) -> tuple[Media, Asset] | None:
        """A take of this wish whose file is there: one that was brought or picked, the scene's own, or anybody's of
        one's own."""
        here = (col(Media.short_id) == short_id) & (col(Media.scene_id) == wish.scene_id)
        equal, chosen = col(Media.request_key) == wish.key, col(Media.selected)
        takes = session.exec(
            select(Media, Asset)
            .join(Asset)
            .where(Media.owner_id == self.principal.user_id, Media.kind == wish.kind, equal | (here & chosen))
            .order_by(col(Media.id))
        ).all()
        found = best_take(takes, short_id, wish)
        return found if found is not None and self.assets.storage.exists(found[1].key) else None

    def charged_as(self, session: Session, wish: Wish) -> str | None:
        """The model whose price counts: a voice has its model's, and what was paid for and got lost has none."""
        was_delivered = select(Media.id).where(Media.owner_id == self.principal.user_id, Media.request_key == wish.key)
        if session.exec(was_delivered.limit(1)).first() is not None:
            return LOCAL
        is_spoken_here = wish.kind == SPEECH and wish.model != SILENT and not wish.is_remote
        return self.models.speech().name if is_spoken_here else None

    def gone_on_with(self, wish: Wish) -> Wish:
        """The wish itself, or the fallback's in its place where an earlier run had come to that."""
        other = self._fallback(wish)
        return other if other is not None and self.generations.is_open(other.key) else wish

    def quote(self, wish: Wish) -> int | None:
        """What the provider should charge for it, in millionths of a US dollar; None where nobody can say."""
        if not wish.is_remote or isinstance(wish.request, (ImageRequest, MusicRequest)):
            return None
        model = self.models.remote(wish.model, MEDIA[wish.kind])
        return model.quote(wish.request) if model else None

    def _grant(self, short_id: str, wish: Wish, cancelled: Cancelled) -> None:
        if not cancelled():
            with without_times_if_need_be(self.database, self.principal, wish):
                self._have_made_by_any(short_id, wish, cancelled)

    def _have_made_by_any(self, short_id: str, wish: Wish, cancelled: Cancelled) -> None:
        if (begun := self.gone_on_with(wish)) is not wish:
            # An earlier run had come to the fallback: its call is gone on with before another is paid for.
            self._have_made(short_id, begun, cancelled, granted=wish)
            return
        other = self._fallback(wish)
        try:
            self._have_made(short_id, wish, cancelled)
        except NOTHING_CAME as error:
            if other is None:
                raise
            # The first call is closed and its credits are back, so this is the only one that can be charged.
            try:
                self._have_made(short_id, other, cancelled, granted=wish)
            except (*NOTHING_CAME, Refused):
                raise error from None

    def _fallback(self, wish: Wish) -> Wish | None:
        """The same wish of the administrators' other model; None without one, or where it would cost more."""
        if not wish.is_remote:
            return None
        with self.database.read() as session:
            model = fallback_model(session, MEDIA[wish.kind].value)
            if model in (None, LOCAL, wish.model):
                return None
            prices, feature = prices_in_force(session), FEATURES[wish.kind]
            dearer = price_of(prices, feature, str(model)).credits > price_of(prices, feature, wish.model).credits
        request = wish.request
        if isinstance(request, SpeechRequest):
            # The voices of one model are not those of another.
            request = replace(request, voice=None)
        return None if dearer else replace(wish, model=str(model), request=request)

    def _is_open(self, wish: Wish) -> bool:
        with self.database.read() as session:
            row = journal.latest(session, self.principal.user_id, wish.key)
        return row is not None and row.state in journal.UNDER_WAY

    def _have_made(self, short_id: str, wish: Wish, cancelled: Cancelled, granted: Wish | None = None) -> None:
        """Have the wish made by its model; `granted` is the wish it stands for, where that named another one."""
        call = self._call(short_id, wish)
        if isinstance(wish.request, TranscriptionRequest):
            self._have_timed(call, wish.request, cancelled)
            return

        def keep(session: Session, delivered: tuple[Made, Asset], credits: int) -> None:
            made, asset = delivered
            take = self._add(session, short_id, wish, saved(session, asset), made.details)
            take.credits_used, take.cost_microusd = credits, made.cost_microusd
            take.request_key = (granted or wish).key

        if not wish.is_remote:
            self.generations.run(call, lambda: self._stored(self._make(wish)), keep)
            return
        model = self.models.remote(wish.model, MEDIA[wish.kind])
        assert model is not None, "a remote wish names a model elsewhere"
        work = _Stored(self._work(wish), self._stored)
        delivered = _blocks if wish.kind == VIDEO else None
        try:
            self.generations.order(
                call,
                model,
                work,
                keep,
                read=self._read,
                delivered=delivered,
                stands=lambda session: self.take_of(session, short_id, wish) is not None,
                cancelled=cancelled,
            )
        except Conflict:
            # Another run may just have had it made: then it stands.
            if not self._stands(short_id, wish, silent):
                raise

    def _have_timed(self, call: Call, request: TranscriptionRequest, cancelled: Cancelled) -> None:
        """Have the voice listened to, unless another run has just done so."""
        model = self.models.remote(call.model, Medium.TRANSCRIPTION)
        assert model is not None, "times are asked of a model elsewhere"

        def keep(session: Session, times: Times, credits: int) -> None:
            keep_times(session, self.principal, request, times, credits)

        def are_heard(session: Session) -> bool:
            return not untimed(session, self.principal, request)

        work = TimesWork(request, self.models.timed)
        try:
            self.generations.order(call, model, work, keep, read=self._read, stands=are_heard, cancelled=cancelled)
        except Conflict:
            with self.database.read() as session:
                if not are_heard(session):
                    raise

    def _call(self, short_id: str, wish: Wish) -> Call:
        with self.database.read() as session:
            charged_as = self.charged_as(session, wish)
        return Call(
            key=wish.key,
            feature=FEATURES[wish.kind],
            model=wish.model,
            request=wish.request,
            operation="shorts.media",
            short_id=short_id,
            scene_id=wish.scene_id,
            scene_order=wish.order or None,
            charged_as=charged_as,
            quantity=wish.quantity,
        )

    def _read(self, reference: Reference) -> bytes:
        return self.assets.storage.fetch(reference.key).read_bytes()

    def _stored(self, made: Made) -> tuple[Made, Asset]:
        return made, self.assets.keep_bytes(made.data, made.extension, self.principal)

    def _work(self, wish: Wish) -> PictureWork | ClipWork | SpeechWork | ScoreWork:
        request = wish.request
        if isinstance(request, PaintRequest):
            return PictureWork(request, wish.order)
        if isinstance(request, ClipRequest):
            return ClipWork(request, wish.order)
        if isinstance(request, SpeechRequest):
            return SpeechWork(request, wish.order, wish.model, self.models.recorded)
        assert isinstance(request, ScoreRequest)
        return ScoreWork(request, wish.order)

    def _make(self, wish: Wish) -> Made:
        request = wish.request
        if isinstance(request, ImageRequest):
            picture = self.models.image(None).paint(request)
            return Made(picture.data, "png", details_of(wish, width=picture.width, height=picture.height))
        if isinstance(request, SpeechRequest):
            voices = self.models.speech()
            speech = voices.timed_silence(request) if wish.model == SILENT else voices.speak(request)
            return Made(speech.wav, "wav", Spoken.of(speech, request.text).to_json())
        assert isinstance(request, MusicRequest)
        music = self.models.music().compose(request)
        return Made(music.wav, "wav", details_of(wish, seconds=music.seconds, mood=request.mood.value))

    def _add(self, session: Session, short_id: str, wish: Wish, asset: Asset, details: str) -> Media:
        media = Media(
            owner_id=self.principal.user_id,
            short_id=short_id,
            scene_id=wish.scene_id,
            kind=wish.kind,
            asset_id=asset.id,
            request_key=wish.key,
            model=wish.model,
            details=details,
        )
        select_take(session, media)
        return media


@dataclass(frozen=True)
class _Stored:
    """Work whose result is put into the storage before it is paid for."""

    work: PictureWork | ClipWork | SpeechWork | ScoreWork
    store: Callable[[Made], tuple[Made, Asset]]

    def next(self, answers: Sequence[Answer]) -> RemoteRequest | None:
        return self.work.next(answers)

    def stands(self, answers: Sequence[Answer]) -> bool:
        return self.work.stands(answers)

    def result(self, answers: Sequence[Answer], fetch: Fetch) -> tuple[Made, Asset]:
        return self.store(self.work.result(answers, fetch))


def _blocks(delivered: tuple[Made, Asset]) -> int:
    """Blocks of five seconds in the clip that came; a few frames more than ordered are not counted."""
    return video_blocks(max(0.001, delivered[0].seconds - SPARE_SECONDS))
