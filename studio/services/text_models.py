"""Who writes: the model a person or the administrators chose, on this machine or elsewhere, and having it asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NoReturn, TypeVar

from sqlmodel import Session

from studio.contracts.media import CostView
from studio.db.engine import Database
from studio.domain.credits import FeatureKey
from studio.domain.errors import Conflict, Invalid, NotFound, Refused
from studio.domain.ports import ScriptWriter
from studio.domain.progress import Cancelled, never
from studio.domain.remote import Answer, ChatRequest, Medium, Reference, RemoteModel
from studio.providers.registry import LOCAL, Models
from studio.services import journal
from studio.services.charges import Charge, cost_of
from studio.services.generations import Call, Generations
from studio.services.keys import content_key
from studio.services.making import NOTHING_CAME
from studio.services.principal import Principal
from studio.services.settings import default_model, fallback_model
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
    began_at: int | None = None,
    read: Callable[[Reference], bytes] | None = None,
    stands: Callable[[Session], bool] | None = None,
    cancelled: Cancelled = never,
) -> _Kept:
    """Have a conversation through the one door; it goes on where an earlier run has left it.

    With `began_at`, in epoch milliseconds, what another run was answered since then is kept as well, and nothing is
    paid for it. `stands` says whether there is no need to ask any more, which raises Conflict. Where the model gives
    nothing, and nothing is owed for it, the administrators' fallback is asked once."""
    routes = _routes(call, model)

    def is_there(session: Session) -> bool:
        return _answered(session, generations, routes, began_at) is not None or (stands is not None and stands(session))

    def asked(call: Call, model: TextModel) -> _Kept:
        assert model.remote is not None, "only a model elsewhere can be asked"
        keep, reader = keep_of(model), read or _no_files
        return generations.order(call, model.remote, dialogue, keep, read=reader, stands=is_there, cancelled=cancelled)

    try:
        return _first_answer(generations, routes, asked)
    except Conflict:
        with generations.database.write() as session:
            found = _answered(session, generations, routes, began_at)
            if found is None:
                raise
            answerer, answers = found
            return keep_of(answerer)(session, dialogue.result(answers), 0)


_Route = tuple[Call, TextModel]


def _routes(call: Call, model: TextModel) -> Sequence[_Route]:
    """The call, and the one of the fallback where there is one."""
    other = _fallback(model)
    if other is None or other.remote is None:
        return [(call, model)]
    again = replace(call, key=content_key(call.key, other.name), model=other.name, charged_as=other.charged_as)
    return [(call, model), (again, other)]


def _first_answer(
    generations: Generations, routes: Sequence[_Route], asked: Callable[[Call, TextModel], _Kept]
) -> _Kept:
    (call, model), *others = routes
    first = _begun(generations, routes)
    if not others or first is not routes[0]:
        return asked(*first)
    try:
        return asked(call, model)
    except NOTHING_CAME as error:
        if generations.is_dearer(others[0][0], call):
            raise
        # The first call is closed and its credits are back, so this is the only one that can be charged.
        try:
            return asked(*others[0])
        except NOTHING_CAME:
            raise error from None


def _begun(generations: Generations, routes: Sequence[_Route]) -> _Route:
    """The way to begin with: the fallback's where an earlier run had come to it, before another is paid for."""
    return next((route for route in routes[1:] if generations.is_open(route[0].key)), routes[0])


def _answered(
    session: Session, generations: Generations, routes: Sequence[_Route], since: int | None
) -> tuple[TextModel, Sequence[Answer]] | None:
    """What another run was answered meanwhile, and by whom."""
    for call, model in routes:
        row = None if since is None else journal.latest(session, generations.principal.user_id, call.key)
        if row is not None and row.state == "succeeded" and (row.closed_at or 0) > (since or 0):
            return model, journal.answers_of(row)
    return None


def _fallback(model: TextModel) -> TextModel | None:
    """The model that is asked when this one gives nothing; one that cannot be had is none."""
    try:
        return model.fallback() if model.fallback else None
    except (Refused, NotFound):
        return None


def question_cost(generations: Generations, call: Call, model: TextModel, work: str, opening: ChatRequest) -> CostView:
    """What a conversation that opens so costs now, of which an earlier run may have set credits aside."""
    return cost_of(generations.database, generations, [question_charge(generations, call, model, work, opening)])


def question_charge(generations: Generations, call: Call, model: TextModel, work: str, opening: ChatRequest) -> Charge:
    """The same as a line of a plan."""
    asked, answerer = _begun(generations, _routes(call, model))
    return Charge.of(asked, work, answerer.remote.quote(opening) if answerer.remote else None)


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
