"""Word times: a voice that does not tell when each word is heard is listened to, and its words stay the author's.

It is done only where administrators chose a model for it (`models.transcription`). Without one, and where the model
hears something else than what is written, the times are reckoned from the sound on this machine."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sqlmodel import Session, col, select

from studio.db.engine import Database
from studio.db.models.asset import Asset
from studio.db.models.media import Media
from studio.db.models.scene import ShortScene
from studio.domain.errors import Rejected
from studio.domain.ports import SpeechRequest, WordTime
from studio.domain.reading import spoken_seconds
from studio.domain.remote import Answer, Reference, RemoteFile, TranscriptionRequest
from studio.providers.catalogue import all_models
from studio.providers.registry import LOCAL
from studio.services.principal import Principal
from studio.services.spoken import Spoken
from studio.services.wishes import IMPORTED, SPEECH, TIMES, Wish

ESTIMATE = "estimate"
"""How times that nobody heard are marked in a voice take; `heard` and `unheard` are those a model was asked for."""
HEARD = "heard"
UNHEARD = "unheard"

Timed = Callable[[str, float, Sequence[tuple[str, float, float]]], tuple[WordTime, ...] | None]
"""Gives heard words to a text of so many seconds: `providers.registry.Models.timed`."""

_LOG = logging.getLogger(__name__)


def times_wish(row: ShortScene, voice: Wish, take: tuple[Media, Asset] | None, model: str) -> Wish | None:
    """What is asked about the voice of a scene; None where its times are known or nobody is to be asked.

    A voice that is not there yet is counted by the length its words should have."""
    maker = take[0].model if take else voice.model
    if model == LOCAL or not tells_no_times(maker) or not isinstance(voice.request, SpeechRequest):
        return None
    language, text = voice.request.language, voice.request.text
    if take is None:
        sound, seconds = Reference(f"voice/{voice.key}", "audio/wav"), spoken_seconds(text, language)
    else:
        spoken = Spoken.from_json(take[0].details)
        if spoken.timing != ESTIMATE:
            return None
        sound, seconds, text = Reference(take[1].key, take[1].media_type), spoken.seconds, spoken.text
    request = TranscriptionRequest(sound, language, text, round(seconds, 3))
    return Wish(TIMES, row.id, row.position, request, model, is_remote=True)


def tells_no_times(model: str) -> bool:
    """Whether voices of this model come without word times, as a person's own recording does."""
    spec = all_models().get(model)
    return model == IMPORTED or (spec is not None and not spec.has_word_times)


@dataclass(frozen=True)
class Times:
    """When each written word is heard, and what listening cost in millionths of a US dollar."""

    words: tuple[WordTime, ...]
    cost_microusd: int


@dataclass(frozen=True)
class TimesWork:
    """Listening to one voice. Only the times of what is heard are used, and never its words."""

    request: TranscriptionRequest
    timed: Timed

    def next(self, answers: Sequence[Answer]) -> TranscriptionRequest | None:
        return None if answers else self.request

    def stands(self, answers: Sequence[Answer]) -> bool:
        return bool(answers)

    def result(self, answers: Sequence[Answer], fetch: Callable[[RemoteFile], bytes]) -> Times:
        heard = [(str(word), float(start), float(end)) for word, start, end in answers[0].data.get("words", ())]
        words = self.timed(self.request.text, self.request.seconds, heard)
        if words is None:
            raise Rejected(
                "What was heard in the voice is not what is written.", hint="Import the recording of these words."
            )
        return Times(words, sum(answer.cost_microusd or 0 for answer in answers))


def keep_times(
    session: Session, principal: Principal, request: TranscriptionRequest, times: Times, credits: int
) -> None:
    """Give the times to every take of this voice; the one it was listened to for bears what it cost."""
    for number, take in enumerate(untimed(session, principal, request)):
        spoken = Spoken.from_json(take.details)
        take.details = replace(spoken, words=times.words, timing=HEARD).to_json()
        if number == 0:
            take.credits_used += credits
            take.cost_microusd += times.cost_microusd
        session.add(take)


def untimed(session: Session, principal: Principal, request: TranscriptionRequest) -> list[Media]:
    """The person's takes of this very voice whose times nobody has heard, the oldest first."""
    statement = (
        select(Media)
        .join(Asset)
        .where(Media.owner_id == principal.user_id, Media.kind == SPEECH, Asset.key == request.audio.key)
    )
    takes = session.exec(statement.order_by(col(Media.id)))
    return [take for take in takes if _is_untimed(Spoken.from_json(take.details), request.text)]


@contextmanager
def without_times_if_need_be(database: Database, principal: Principal, wish: Wish) -> Iterator[None]:
    """A voice nobody could make out keeps its estimated times; it is marked, so that nobody is asked about it again."""
    request = wish.request
    try:
        yield
    except Rejected as error:
        if not isinstance(request, TranscriptionRequest):
            raise
        _LOG.warning("the times of scene %s stay estimated: %s", wish.order, error)
        with database.write() as session:
            for take in untimed(session, principal, request):
                take.details = replace(Spoken.from_json(take.details), timing=UNHEARD).to_json()
                session.add(take)


def _is_untimed(spoken: Spoken, text: str) -> bool:
    return spoken.timing == ESTIMATE and spoken.text == text
