"""Media: having the missing pictures, voices and music made, several at a time, and keeping every one that stands."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from sqlmodel import Session, col, select, update

from studio.contracts.media import CostView, MediaList, MediaService
from studio.db.engine import Database
from studio.db.models.asset import Asset
from studio.db.models.media import Media
from studio.db.models.short import Short
from studio.domain.clock import Clock, system_clock
from studio.domain.errors import Interrupted, NotFound, StudioError
from studio.domain.ports import ImageRequest, MusicRequest, SpeechRequest
from studio.domain.progress import Cancelled, Progress, Step, never, silent
from studio.domain.short import ShortStatus
from studio.domain.style import MusicMood
from studio.providers.registry import LOCAL, Models
from studio.services.assets import AssetStore, saved
from studio.services.base import Service
from studio.services.catalogue import figures_of, find_style
from studio.services.charges import Charge, cost_of, require_credits
from studio.services.generations import Call, Generations
from studio.services.pricing import FEATURES
from studio.services.principal import Principal
from studio.services.references import find
from studio.services.spoken import Spoken, spoken_of
from studio.services.states import approve_script, enter, failing
from studio.services.timeline import lay_out, total_seconds
from studio.services.views import media_view, scenes_of, takes_of
from studio.services.wishes import (
    IMPORTED,
    SILENT,
    SPEECH,
    Wish,
    details_of,
    mood_of,
    music_wish,
    picture_wish,
    speech_wish,
)


@dataclass(frozen=True)
class Made:
    """What a model gave for a wish: the encoded bytes and what has to be remembered about them."""

    data: bytes
    extension: str
    details: str


class MediaMaker(Service, MediaService):
    def __init__(
        self,
        database: Database,
        principal: Principal,
        assets: AssetStore,
        models: Models,
        workers: int = 2,
        clock: Clock = system_clock,
    ) -> None:
        super().__init__(database, principal, clock)
        self.assets = assets
        self.models = models
        self.workers = workers
        self.generations = Generations(database, principal, clock)

    def list(self, id: str) -> MediaList:
        with self.database.read() as session:
            short = find(session, Short, self.principal, id, "short")
            return MediaList(data=[media_view(media, asset) for media, asset in takes_of(session, short.id)])

    def generate(
        self,
        id: str,
        *,
        scene: int | None = None,
        progress: Progress = silent,
        cancelled: Cancelled = never,
    ) -> MediaList:
        require_credits(self.database, self.principal, self.generations, self._missing(id, scene), self.clock())
        short_id = self._begin(id, scene)
        with failing(self.database, short_id):
            self._grant_all(short_id, self._scene_wishes(short_id, scene), progress, cancelled)
            self.models.speech().release()
            if scene is None:
                with self.database.read() as session:
                    music = self._music_wishes(session, short_id, None)
                self._grant_all(short_id, music, progress, cancelled)
                self._finish(short_id)
        return self.list(short_id)

    def cost(self, id: str, *, scene: int | None = None) -> CostView:
        return cost_of(self.database, self.generations, self._missing(id, scene))

    def _missing(self, id: str, scene: int | None) -> Sequence[Charge]:
        """What has still to be made, each wish once, and the music as if its length were known."""
        with self.database.read() as session:
            short = find(session, Short, self.principal, id, "short")
            _check_scene(session, short, scene)
        wishes = self._scene_wishes(short.id, scene)
        each_once = {wish.key: wish for wish in wishes}.values()
        with self.database.read() as session:
            missing = [wish for wish in each_once if self._take(session, short.id, wish) is None]
            if scene is None:
                missing += self._missing_music(session, short.id, wishes)
            return [self._charge(session, wish) for wish in missing]

    def _missing_music(self, session: Session, short_id: str, wishes: Sequence[Wish]) -> Sequence[Wish]:
        """The music that has to be composed; without all voices it is counted as if its length were known."""
        voices = [self._take(session, short_id, wish) for wish in wishes if wish.kind == SPEECH]
        if None in voices:
            return self._music_wishes(session, short_id, 1.0)
        # The voices may be those of another short with the same words, so they are not looked for in this one.
        seconds = [Spoken.from_json(voice[0].details).seconds for voice in voices if voice is not None]
        wished = [row.duration_seconds for row in scenes_of(session, short_id)]
        music = self._music_wishes(session, short_id, total_seconds(lay_out(seconds, wished)))
        return [wish for wish in music if self._take(session, short_id, wish) is None]

    def _charge(self, session: Session, wish: Wish) -> Charge:
        return Charge(wish.key, wish.kind, wish.model, self._charged_as(session, wish))

    def _charged_as(self, session: Session, wish: Wish) -> str | None:
        """The model whose price counts: a voice has its model's, and what was paid for and got lost has none."""
        was_delivered = select(Media.id).where(Media.owner_id == self.principal.user_id, Media.request_key == wish.key)
        if session.exec(was_delivered.limit(1)).first() is not None:
            return LOCAL
        return self.models.speech().name if wish.kind == SPEECH and wish.model != SILENT else None

    def _begin(self, id: str, scene: int | None) -> str:
        with self.database.write() as session:
            short = find(session, Short, self.principal, id, "short")
            _check_scene(session, short, scene)
            approve_script(session, short)
            enter(session, short, ShortStatus.GENERATING_MEDIA)
            return short.id

    def _finish(self, short_id: str) -> None:
        with self.database.write() as session:
            enter(session, find(session, Short, self.principal, short_id, "short"), ShortStatus.MEDIA_READY)

    def _scene_wishes(self, short_id: str, only: int | None) -> Sequence[Wish]:
        with self.database.read() as session:
            short = find(session, Short, self.principal, short_id, "short")
            style = find_style(session, self.principal, short.style)
            figures = figures_of(session, short.id)
            painter, speech = self.models.image(short.image_model).name, self.models.speech()
            wishes = []
            for row in scenes_of(session, short.id):
                if only in (None, row.position):
                    wishes.append(picture_wish(short, row, style, figures, painter))
                    wishes.append(speech_wish(short, row, style, speech))
            return wishes

    def _music_wishes(self, session: Session, short_id: str, seconds: float | None) -> Sequence[Wish]:
        """The music there has to be; `seconds` None is as long as the voices last."""
        short = find(session, Short, self.principal, short_id, "short")
        mood = mood_of(short, find_style(session, self.principal, short.style))
        if mood is None or mood is MusicMood.NONE:
            return []
        if seconds is None:
            seconds = total_seconds(lay_out(*_lengths(spoken_of(session, short))))
        return [music_wish(short, mood, seconds, self.models.music().name)]

    def _grant_all(self, short_id: str, wishes: Sequence[Wish], progress: Progress, cancelled: Cancelled) -> None:
        missing = [wish for wish in wishes if not self._stands(short_id, wish, progress)]
        done = len(wishes) - len(missing)
        failures: Sequence[StudioError] = []
        with ThreadPoolExecutor(self.workers, thread_name_prefix="media") as pool:
            # What two scenes have in common is made once.
            first: dict[str, Wish] = {}
            for wish in missing:
                first.setdefault(wish.key, wish)
            pending = {pool.submit(self._grant, short_id, wish, cancelled): wish for wish in first.values()}
            while pending:
                finished, _ = wait(pending, timeout=0.2, return_when=FIRST_COMPLETED)
                for future in finished:
                    wish = pending.pop(future)
                    failures = [*failures, *_failure(future)]
                    done += 1
                    progress(Step("media", _told(wish), done, len(wishes)))
                if cancelled():
                    pool.shutdown(wait=True, cancel_futures=True)
                    raise Interrupted("Stopped; what was made is kept.", hint="Run the same command again to go on.")
        if failures:
            raise failures[0]
        for wish in missing:
            if first[wish.key] is not wish:
                self._stands(short_id, wish, progress)

    def _stands(self, short_id: str, wish: Wish, progress: Progress) -> bool:
        """Whether there is a take for this wish already; one from another scene or short is shared."""
        with self.database.write() as session:
            found = self._take(session, short_id, wish)
            if found is None:
                return False
            take, asset = found
            if (take.short_id, take.scene_id) != (short_id, wish.scene_id):
                self._add(session, short_id, wish, asset, take.details)
            elif not take.selected:
                _select(session, take)
        progress(Step("media", f"{_told(wish)}: kept", detail=True))
        return True

    def _take(self, session: Session, short_id: str, wish: Wish) -> tuple[Media, Asset] | None:
        """A take of this wish whose file is there: one that was brought, the scene's own, or anybody's of one's own."""
        own = select(Media, Asset).join(Asset).where(Media.owner_id == self.principal.user_id)
        here = own.where(Media.short_id == short_id, Media.scene_id == wish.scene_id, Media.kind == wish.kind)
        equal = Media.request_key == wish.key
        wanted = (here.where(Media.model == IMPORTED, col(Media.selected)), here.where(equal), own.where(equal))
        found = next((take for each in wanted if (take := session.exec(each).first()) is not None), None)
        return found if found is not None and self.assets.storage.exists(found[1].key) else None

    def _grant(self, short_id: str, wish: Wish, cancelled: Cancelled) -> None:
        if cancelled():
            return
        with self.database.read() as session:
            charged_as = self._charged_as(session, wish)
        call = Call(
            key=wish.key,
            feature=FEATURES[wish.kind],
            model=wish.model,
            request=wish.request,
            operation="shorts.media",
            short_id=short_id,
            scene_id=wish.scene_id,
            scene_order=wish.order or None,
            charged_as=charged_as,
        )

        def make() -> tuple[Made, Asset]:
            made = self._make(wish)
            return made, self.assets.keep_bytes(made.data, made.extension, self.principal)

        def keep(session: Session, delivered: tuple[Made, Asset], credits: int) -> None:
            made, asset = delivered
            self._add(session, short_id, wish, saved(session, asset), made.details, credits)

        self.generations.run(call, make, keep)

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

    def _add(
        self, session: Session, short_id: str, wish: Wish, asset: Asset, details: str, credits_used: int = 0
    ) -> None:
        media = Media(
            owner_id=self.principal.user_id,
            short_id=short_id,
            scene_id=wish.scene_id,
            kind=wish.kind,
            asset_id=asset.id,
            request_key=wish.key,
            model=wish.model,
            details=details,
            credits_used=credits_used,
        )
        session.add(media)
        session.flush()
        _select(session, media)


def _check_scene(session: Session, short: Short, scene: int | None) -> None:
    count = len(scenes_of(session, short.id))
    if not count:
        raise NotFound(f"{short.handle} has no script yet.", hint=f"studio shorts script generate {short.handle}")
    if scene is not None and not 1 <= scene <= count:
        raise NotFound(
            f"{short.handle} has no scene {scene}; it has {count}.", hint=f"studio shorts scene list {short.handle}"
        )


def _select(session: Session, media: Media) -> None:
    """Make this the take the film uses, and no other of its kind in its scene."""
    same_place = (
        (col(Media.short_id) == media.short_id) & (col(Media.scene_id) == media.scene_id)
        if media.scene_id
        else (col(Media.short_id) == media.short_id) & col(Media.scene_id).is_(None)
    )
    session.exec(update(Media).where(same_place, col(Media.kind) == media.kind).values(selected=False))
    media.selected = True
    session.add(media)
    session.flush()


def _failure(future: Future[None]) -> Sequence[StudioError]:
    error = future.exception()
    if error is None:
        return []
    if isinstance(error, StudioError):
        return [error]
    raise error


def _told(wish: Wish) -> str:
    return f"{wish.kind} of scene {wish.order}" if wish.scene_id else wish.kind


def _lengths(spoken: Sequence[tuple[Spoken, float | None]]) -> tuple[Sequence[float], Sequence[float | None]]:
    return [words.seconds for words, _ in spoken], [wish for _, wish in spoken]
