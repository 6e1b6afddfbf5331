"""What Clerk tells about people as it happens: signed by Svix, unordered, and some of it more than once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from studio.domain.errors import Invalid, Misconfigured
from studio.domain.signatures import signing_keys, verify_signed
from studio.domain.strict_json import strict_object
from studio.domain.text import one_line
from studio.providers.clerk.people import person_id, person_of
from studio.services.webhooks.following import CLERK, Change, Followed, Following
from studio.services.webhooks.source import Incoming

SECRET = "CLERK_WEBHOOK_SIGNING_SECRET"
LONGEST_TYPE = 100


class ClerkSource:
    """People of Clerk are people here. `secrets` is the setting: one signing secret, or two while it is replaced."""

    name = CLERK

    def __init__(self, secrets: str, following: Following) -> None:
        self._secrets = secrets
        self.following = following

    def verify(self, headers: Mapping[str, str], body: bytes, now: int) -> Incoming:
        id = verify_signed(headers, body, keys_of(self._secrets, SECRET), now)
        return Incoming(self.name, id, type_of(message_of(body)), body, now)

    def prepare(self, incoming: Incoming) -> object:
        """Nothing has to be asked: the message says all of it."""
        return None

    def apply(self, session: Session, incoming: Incoming, prepared: object) -> str:
        if incoming.type not in ("user.created", "user.updated", "user.deleted"):
            return "ignored"
        data = message_of(incoming.body).get("data")
        try:
            followed = self._follow(session, incoming.type, data if isinstance(data, dict) else {})
        except ValueError as error:
            raise Invalid(f"The message {error}.") from error
        return "ignored" if followed.change is Change.IGNORED else "applied"

    def _follow(self, session: Session, type: str, data: Mapping[str, Any]) -> Followed:
        if type == "user.deleted":
            return self.following.depart(session, person_id(data))
        return self.following.take_over(session, person_of(data))


def keys_of(secrets: str, setting: str) -> tuple[bytes, ...]:
    """The keys of a setting. Raises Misconfigured when there are none or they are no secrets."""
    try:
        keys = signing_keys(secrets)
    except ValueError as error:
        raise Misconfigured(f"{setting} {error}.", hint=f"Set {setting} as the sender shows it.") from error
    if not keys:
        raise Misconfigured(f"{setting} is not set.", hint=f"Set {setting} as the sender shows it.")
    return keys


def message_of(body: bytes) -> dict[str, Any]:
    """Raises Invalid for what is no JSON object."""
    try:
        return strict_object(body)
    except ValueError as error:
        raise Invalid(f"The message {error}.") from error


def type_of(message: Mapping[str, Any]) -> str:
    """What kind of message it is. Raises Invalid where it does not say."""
    type = message.get("type")
    if not isinstance(type, str) or not one_line(type) or len(type) > LONGEST_TYPE:
        raise Invalid("The message does not say its type.")
    return one_line(type)
