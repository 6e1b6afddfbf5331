"""Messages from Asaas. They are not signed, only accompanied by a shared token: each is a hint to ask Asaas itself.

What a message says of money is never believed; the payment is read again, and what that says takes effect."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from sqlmodel import Session, col, select

from studio.db.engine import Database
from studio.db.models.subscription import Subscription
from studio.domain.clock import Clock, system_clock
from studio.domain.errors import Invalid, Misconfigured, NotLoggedIn
from studio.providers.asaas.payments import is_id
from studio.services.billing.intake import Reading, read, take
from studio.services.billing.matching import lock_user
from studio.services.billing.states import note
from studio.services.webhooks.source import Incoming

if TYPE_CHECKING:
    from studio.providers.asaas.service import Asaas

NAME = "asaas"
TOKEN = "ASAAS_WEBHOOK_TOKEN"
TOKEN_HEADER = "asaas-access-token"
SHORTEST_TOKEN = 32
LONGEST_ID = 200


@dataclass(frozen=True)
class Gone:
    """A subscription that Asaas charges no more."""

    id: str


class AsaasSource:
    """`asaas` is called when something has to be asked there; `tokens` are all that are valid, separated by commas or
    spaces, so that one can take the place of another."""

    name = NAME

    def __init__(
        self, database: Database, asaas: Callable[[], Asaas], tokens: str, clock: Clock = system_clock
    ) -> None:
        self.database = database
        self.asaas = asaas
        self.tokens = tokens
        self.clock = clock

    def verify(self, headers: Mapping[str, str], body: bytes, now: int) -> Incoming:
        tokens = tokens_of(self.tokens)
        if not tokens:
            raise Misconfigured(f"{TOKEN} is not set.", hint=f"Set {TOKEN} to the token of the webhook at Asaas.")
        given = headers.get(TOKEN_HEADER, "").encode("utf-8", "surrogatepass")
        # Each is compared, so that how long it takes tells nothing.
        if not any([hmac.compare_digest(given, token.encode()) for token in tokens]):
            raise NotLoggedIn("The message was not accepted.")
        content = _content(body)
        return Incoming(NAME, _word(content, "id"), _word(content, "event"), body, now)

    def prepare(self, incoming: Incoming) -> Reading | Gone | None:
        """How the payment or subscription that the message is about stands; None for messages about other things."""
        kind, _, _ = incoming.type.partition("_")
        id = _id_in(incoming.body, kind.lower())
        if kind == "PAYMENT" and id is not None:
            with self.asaas() as asaas:
                return read(self.database, asaas, id)
        if kind == "SUBSCRIPTION" and id is not None and self._is_ours(id):
            with self.asaas() as asaas:
                return None if asaas.has_subscription(id) else Gone(id)
        return None

    def apply(self, session: Session, incoming: Incoming, prepared: object) -> str:
        if isinstance(prepared, Reading):
            return "ignored" if take(session, prepared, self.clock()) is None else "applied"
        if isinstance(prepared, Gone):
            return "applied" if self._end(session, prepared.id) else "ignored"
        return "ignored"

    def _is_ours(self, id: str) -> bool:
        with self.database.read() as session:
            return bool(_subscriptions(session, id))

    def _end(self, session: Session, id: str) -> bool:
        """Note that nothing is charged any more, wherever that was decided; what is paid stays."""
        going_on = [row for row in _subscriptions(session, id) if row.canceled_at is None]
        for row in going_on:
            lock_user(session, row.user_id)
            session.refresh(row)
            if row.canceled_at is None:
                row.canceled_at = self.clock()
                note(session, row, "canceled", self.clock())
        return bool(going_on)


def tokens_of(setting: str) -> tuple[str, ...]:
    """The tokens of a setting. Raises Misconfigured for one that is short enough to be guessed."""
    tokens = tuple(re.split(r"[\s,]+", setting.strip())) if setting.strip() else ()
    if any(len(token) < SHORTEST_TOKEN for token in tokens):
        raise Misconfigured(
            f"A token in {TOKEN} is shorter than {SHORTEST_TOKEN} characters.",
            hint='Make one: python3 -c "import secrets; print(secrets.token_urlsafe(36))"',
        )
    return tokens


def _subscriptions(session: Session, id: str) -> list[Subscription]:
    return list(session.exec(select(Subscription).where(col(Subscription.asaas_subscription) == id)))


def _content(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body, object_pairs_hook=_unique, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise Invalid("The message is not JSON.") from error
    if not isinstance(content, dict):
        raise Invalid("The message is not a JSON object.")
    return content


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("a name stands there twice")
    return dict(pairs)


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


def _word(content: Mapping[str, Any], name: str) -> str:
    value = content.get(name)
    if (
        not isinstance(value, str)
        or not 1 <= len(value) <= LONGEST_ID
        or not value.isascii()
        or not value.isprintable()
    ):
        raise Invalid(f"The message has no usable {name}.")
    return value


def _id_in(body: bytes, name: str) -> str | None:
    """The id of what the message is about, if it can be one."""
    about = _content(body).get(name)
    id = about.get("id") if isinstance(about, Mapping) else None
    return id if is_id(id) else None
