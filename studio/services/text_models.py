"""Who writes: the model a person or the administrators chose, on this machine or elsewhere, and having it asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NoReturn, TypeVar

from sqlmodel import Session

from studio.contracts.base import dollars
from studio.contracts.media import CostLine, CostView
from studio.db.engine import Database
from studio.domain.credits import FeatureKey
from studio.domain.errors import Invalid, NotFound, Refused
from studio.domain.ports import ScriptWriter
from studio.domain.progress import Cancelled, never
from studio.domain.remote import Medium, Reference, RemoteModel
from studio.providers.registry import LOCAL, Models
from studio.services import journal
from studio.services.generations import Call, Generations
from studio.services.keys import content_key
from studio.services.making import NOTHING_CAME
from studio.services.pricing import price_of
from studio.services.principal import Principal
from studio.services.settings import default_model, fallback_model, prices_in_force
from studio.services.writing.dialogue import Dialogue

_Made = TypeVar("_Made")
_Kept = TypeVar("_Kept")


@dataclass(frozen=True)
class TextModel:
    """One that writes: `writer` on this machine, or else `remote` at a server."""

    name: str
    writer: ScriptWriter | None = None
    remote: RemoteModel | None = None
    fallback: Callable[[], TextModel | None] | None = None
    """Finds the model that is asked when this one gives nothing."""

    @property
    def is_offline(self) -> bool:
        """Whether it works on this machine, where nobody charges for it."""
        return bool(getattr(self.writer or self.remote, "is_offline", False))

    @property
    def charged_as(self) -> str | None:
        """The model whose price counts, where that is not its own."""
        return LOCAL if self.is_offline else None


def script_model(
    database: Database, models: Models, wanted: str | None, *, has_text: bool = False, offline: bool = False
) -> TextModel:
    """Who writes a script. An author's own text is cut on this machine, which keeps its words, unless a model is named.

    Raises NotFound, Refused or Misconfigured for a model that cannot be had."""
    if offline or (wanted is None and has_text):
        return _here(models)
    return _chosen(database, models, wanted)


def asking_model(database: Database, models: Models, wanted: str | None) -> TextModel:
    """The language model for a question. Raises Refused where there is none."""
    # Somebody who wants their script cut on this machine may still ask a language model for help.
    found = _chosen(database, models, None if wanted == LOCAL else wanted)
    if found.remote is None:
        raise Refused(
            "There is no language model to ask.",
            hint="Run Ollama, or set STUDIO_OPENAI_BASE_URL or OPENROUTER_API_KEY; studio models list --medium text",
        )
    return found


def ask(
    generations: Generations,
    call: Call,
    model: TextModel,
    dialogue: Dialogue[_Made],
    keep_of: Callable[[TextModel], Callable[[Session, _Made, int], _Kept]],
    *,
    read: Callable[[Reference], bytes] | None = None,
    stands: Callable[[Session], bool] | None = None,
    cancelled: Cancelled = never,
) -> _Kept:
    """Have a conversation through the one door; it goes on where an earlier run has left it.

    `stands` says whether another run has had it made meanwhile, which raises Conflict. Where the model gives nothing,
    and nothing is owed for it, the administrators' fallback is asked once."""
    other = _fallback(model)
    again = call
    if other is not None and other.remote is not None:
        again = replace(call, key=content_key(call.key, other.name), model=other.name, charged_as=other.charged_as)
        if generations.is_open(again.key):
            # An earlier run had come to the fallback: its call is gone on with before another is paid for.
            return _asked(generations, again, other, dialogue, keep_of(other), read, stands, cancelled)
    try:
        return _asked(generations, call, model, dialogue, keep_of(model), read, stands, cancelled)
    except NOTHING_CAME as error:
        if other is None or other.remote is None or generations.is_dearer(again, call):
            raise
        # The first call is closed and its credits are back, so this is the only one that can be charged.
        try:
            return _asked(generations, again, other, dialogue, keep_of(other), read, stands, cancelled)
        except NOTHING_CAME:
            raise error from None


def _fallback(model: TextModel) -> TextModel | None:
    """The model that is asked when this one gives nothing; one that cannot be had is none."""
    try:
        return model.fallback() if model.fallback else None
    except (Refused, NotFound):
        return None


def _asked(
    generations: Generations,
    call: Call,
    model: TextModel,
    dialogue: Dialogue[_Made],
    keep: Callable[[Session, _Made, int], _Kept],
    read: Callable[[Reference], bytes] | None,
    stands: Callable[[Session], bool] | None,
    cancelled: Cancelled,
) -> _Kept:
    assert model.remote is not None, "only a model elsewhere can be asked"
    return generations.order(
        call, model.remote, dialogue, keep, read=read or _no_files, stands=stands, cancelled=cancelled
    )


def question_cost(database: Database, generations: Generations, call: Call, work: str, quoted: int | None) -> CostView:
    """What the call costs now, of which an earlier run may have set credits aside; `quoted` is in micro-dollars."""
    cost_usd = None if quoted is None else dollars(quoted)
    with database.read() as session:
        price = price_of(prices_in_force(session), call.feature, call.charged_as or call.model)
        held = generations.held_for(session, [call.key])
    line = CostLine(work=work, model=call.model, quantity=1, credits=price.credits, cost_usd=cost_usd)
    return CostView(lines=[line], credits=price.credits, credits_held=held, cost_usd=cost_usd)


def remembered(session: Session, principal: Principal, call: Call, dialogue: Dialogue[_Made]) -> _Made | None:
    """What the same question was answered before: that has been paid for. None when it never was."""
    row = journal.latest(session, principal.user_id, call.key)
    if row is None or row.state != "succeeded":
        return None
    return dialogue.result(journal.answers_of(row))


def text_call(
    key: str, feature: FeatureKey, model: TextModel, request: object, operation: str, short_id: str | None = None
) -> Call:
    """A call of a text model as it is charged."""
    return Call(
        key=key,
        feature=feature,
        model=model.name,
        request=request,
        operation=operation,
        short_id=short_id,
        charged_as=model.charged_as,
    )


def _chosen(database: Database, models: Models, wanted: str | None) -> TextModel:
    return remote_model(database, models, Medium.TEXT, wanted) or _here(models)


def remote_model(database: Database, models: Models, medium: Medium, wanted: str | None) -> TextModel | None:
    """The model elsewhere that works with words or looks at pictures; None where that would be this machine."""
    with database.read() as session:
        setting, other = default_model(session, medium.value), fallback_model(session, medium.value)
    # Outside of the transaction: it may look for a server on this machine.
    remote = models.remote(models.chosen(medium, wanted, setting), medium)
    if remote is None:
        return None

    def fallback() -> TextModel | None:
        found = models.remote(other, medium) if other and other != remote.name else None
        return TextModel(found.name, remote=found) if found else None

    return TextModel(remote.name, remote=remote, fallback=fallback)


def _here(models: Models) -> TextModel:
    writer = models.writer(LOCAL)
    return TextModel(writer.name, writer=writer)


def _no_files(reference: Reference) -> NoReturn:
    raise Invalid(f"A text model is shown no files, and {reference.key} is one.")
