"""The port of whoever sends messages: how one is verified, and what it changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from sqlmodel import Session


@dataclass(frozen=True)
class Incoming:
    """A message that its sender has signed. `body` is what arrived, byte by byte."""

    source: str
    """Who sends: `clerk`, `asaas`, `users` or `fal`."""
    event_id: str
    """Equal for each delivery of the same message."""
    type: str
    body: bytes
    received_at: int
    """Epoch milliseconds."""


class Source(Protocol):
    """One sender of messages."""

    name: str

    def verify(self, headers: Mapping[str, str], body: bytes, now: int) -> Incoming:
        """The message in the raw `body`; header names are in lower case, and `:query` is the query of the address.

        Writes nothing, and asks at most for public keys that are kept for a day. Raises ServiceFailed without them.
        Raises NotLoggedIn when the sender did not sign it (401, without saying why), Invalid when it is no message of
        theirs (400), Misconfigured when this studio does not know the sender's secret."""

    def prepare(self, incoming: Incoming) -> object:
        """What has to be asked elsewhere before the message can take effect; no transaction is open.

        Raises ServiceFailed when that has to be tried again later."""

    def apply(self, session: Session, incoming: Incoming, prepared: object) -> str:
        """Let the message take effect inside the transaction that notes its end; gives `applied` or `ignored`.

        Raises a StudioError when it can never take effect: then nothing of it is kept, and it is noted as `dead`."""
