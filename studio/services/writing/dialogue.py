"""A conversation with a language model: one question, one repair of a faulty answer, one improvement of a good one.

What is asked next follows from the answers alone, so a run that was killed goes on where it stood."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import reduce
from typing import Generic, NoReturn, TypeVar

from studio.domain.errors import Rejected
from studio.domain.remote import Answer, ChatRequest, Message, RemoteFile
from studio.domain.text import one_line
from studio.services.writing.structured import Faulty, json_within

_LOG = logging.getLogger(__name__)

Fetch = Callable[[RemoteFile], bytes]
_Made = TypeVar("_Made")


class _Stage(StrEnum):
    OPENING = "opening"
    REPAIR = "repair"
    IMPROVEMENT = "improvement"
    OVER = "over"


@dataclass(frozen=True)
class _Talk(Generic[_Made]):
    """Where a conversation stands: what was said, the best that came of it, and what was wrong last."""

    messages: tuple[Message, ...]
    stage: _Stage = _Stage.OPENING
    made: _Made | None = None
    faults: tuple[str, ...] = ()


class Dialogue(ABC, Generic[_Made]):
    """At most three questions. `opening` is the first of them."""

    noun = "an answer"
    """What the model is to make, for the sentence that says it did not."""
    way_out = "Use a larger model."

    def __init__(self, opening: ChatRequest) -> None:
        self.opening = opening

    @abstractmethod
    def read(self, text: str) -> _Made:
        """What an answer stands for. Raises Faulty with sentences for the model."""

    def improvement(self, made: _Made) -> str | None:
        """What to ask for when a good answer could be better; None when it need not."""
        return None

    def better(self, made: _Made, other: _Made) -> _Made:
        """Which of two good answers is kept; `other` is the later one."""
        return other

    def check(self, made: _Made, model: str) -> None:
        """Raise Rejected when even the best answer is of no use."""

    def next(self, answers: Sequence[Answer]) -> ChatRequest | None:
        """The question that follows these answers; None when nothing more is asked."""
        talk = self._talk(answers)
        return None if talk.stage is _Stage.OVER else replace(self.opening, messages=talk.messages)

    def stands(self, answers: Sequence[Answer]) -> bool:
        """Whether something of use is in hand: a question that fails after that is no reason to lose it."""
        return self._talk(answers).made is not None

    def result(self, answers: Sequence[Answer], fetch: Fetch | None = None) -> _Made:
        """What came of the conversation; nothing has to be fetched for it. Raises Rejected when it is of no use."""
        talk, model = self._talk(answers), _model(answers)
        if talk.made is None:
            self._refuse(model, talk.faults)
        self.check(talk.made, model)
        return talk.made

    def _refuse(self, model: str, faults: Sequence[str]) -> NoReturn:
        first = one_line(faults[0]) if faults else "It did not answer."
        raise Rejected(
            f"{model} did not manage {self.noun}: {first}", hint=self.way_out, details={"faults": list(faults)}
        )

    def _talk(self, answers: Sequence[Answer]) -> _Talk[_Made]:
        return reduce(self._after, answers, _Talk[_Made](self.opening.messages))

    def _after(self, talk: _Talk[_Made], answer: Answer) -> _Talk[_Made]:
        if talk.stage is _Stage.OVER:
            return talk
        heard = replace(talk, messages=(*talk.messages, Message("assistant", json_within(answer.text))))
        try:
            made = self.read(answer.text)
        except Faulty as faulty:
            _LOG.info("the model's answer has faults: %s", faulty)
            return self._after_faults(heard, faulty.faults)
        return self._after_good(heard, made)

    def _after_faults(self, talk: _Talk[_Made], faults: Sequence[str]) -> _Talk[_Made]:
        if talk.stage is _Stage.OPENING:
            return replace(_asking(talk, _repair(faults)), stage=_Stage.REPAIR, faults=tuple(faults))
        return replace(talk, stage=_Stage.OVER, faults=tuple(faults))

    def _after_good(self, talk: _Talk[_Made], made: _Made) -> _Talk[_Made]:
        if talk.made is not None:
            return replace(talk, stage=_Stage.OVER, made=self.better(talk.made, made))
        wish = self.improvement(made)
        if wish is None:
            return replace(talk, stage=_Stage.OVER, made=made)
        return replace(_asking(talk, wish), stage=_Stage.IMPROVEMENT, made=made)


def question(system: str, data: str) -> tuple[Message, ...]:
    """The start of a conversation: one system message and one block of data."""
    return Message("system", system), Message("user", data)


def _asking(talk: _Talk[_Made], wish: str) -> _Talk[_Made]:
    again = f"{wish}\nAnswer with the whole corrected answer as one JSON object."
    return replace(talk, messages=(*talk.messages, Message("user", again)))


def _repair(faults: Sequence[str]) -> str:
    listed = "\n".join(f"- {fault}" for fault in faults)
    return f"That answer cannot be used:\n{listed}"


def _model(answers: Sequence[Answer]) -> str:
    named = (one_line(answer.model) for answer in reversed(answers))
    return next((name for name in named if name), "The model")
