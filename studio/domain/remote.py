"""Models elsewhere: what one paid request is, what comes back for it, and what every adapter of a provider can do.

An order is sent once. From the provider's first sign it has a ticket, by which its answer can be asked for again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from studio.domain.medium import Medium as Medium
from studio.domain.ports import SpeechRequest
from studio.domain.progress import Cancelled, never


@dataclass(frozen=True)
class Reference:
    """A stored file that a request shows to the model, by its content-hashed key."""

    key: str
    media_type: str


@dataclass(frozen=True)
class Message:
    """One message of a conversation. `role` is `system`, `user` or `assistant`."""

    role: str
    text: str


@dataclass(frozen=True)
class ChatRequest:
    """A question to a language model. With a `schema` (a JSON schema) the answer is JSON that should fit it."""

    messages: tuple[Message, ...]
    schema_name: str = ""
    schema: Mapping[str, Any] | None = None
    pictures: tuple[Reference, ...] = ()
    """Seen with the last message; only vision models take any."""


@dataclass(frozen=True)
class PaintRequest:
    """One picture. `references` show the faces, clothes and props that have to come back."""

    prompt: str
    width: int
    height: int
    seed: int
    negative_prompt: str = ""
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True)
class ClipRequest:
    """One clip that starts with the picture `start`, or from words alone. `seconds` is what the scene lasts."""

    prompt: str
    seconds: float
    width: int
    height: int
    seed: int
    negative_prompt: str = ""
    start: Reference | None = None
    with_sound: bool = False


@dataclass(frozen=True)
class ScoreRequest:
    """A piece of instrumental music."""

    prompt: str
    seconds: float
    seed: int


@dataclass(frozen=True)
class TranscriptionRequest:
    """A recording of which the words and their times are wanted. `text` is what is said, where that is known."""

    audio: Reference
    language: str
    text: str = ""
    seconds: float = 0.0
    """How long the recording is, which is what is paid for; 0 where nobody knows."""


RemoteRequest = ChatRequest | PaintRequest | ClipRequest | SpeechRequest | ScoreRequest | TranscriptionRequest


@dataclass(frozen=True)
class Order:
    """A request as it goes over the wire: which endpoint, and the whole JSON body, both written down before."""

    endpoint: str
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Ticket:
    """What a provider gave for an order it took. The addresses are the provider's own, empty where it gives none."""

    request_id: str
    status_url: str = ""
    response_url: str = ""
    cancel_url: str = ""


@dataclass(frozen=True)
class RemoteFile:
    """A file in an answer: at an address, or the bytes themselves."""

    url: str = ""
    data: bytes = b""
    media_type: str = ""


@dataclass(frozen=True)
class Answer:
    """What was delivered. `text` is a language model's, `data` what else is worth keeping, such as word times.

    `model` is the model that really worked; `cost_microusd` what the provider charges, in millionths of a US dollar,
    None while that is not known."""

    text: str = ""
    files: tuple[RemoteFile, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    model: str = ""
    request_id: str = ""
    cost_microusd: int | None = None


class RemoteModel(Protocol):
    """One model of one provider.

    Errors say what is known. `NotSent`: the provider never had the order. `Uncertain`: it may have it. Any other
    `StudioError` of `send`, and `Rejected` of `look`, is the provider's verdict that nothing will come and nothing is
    owed. Any other error of `look` or `find` says nothing about the order: ask again."""

    @property
    def name(self) -> str:
        """The id people use: provider, slash, the model's own id."""

    @property
    def provider(self) -> str: ...

    @property
    def may_repeat(self) -> bool:
        """Whether an order that nobody can find may be sent once more: cheap text, never pictures or clips."""

    @property
    def window_seconds(self) -> float:
        """After how long an order that the provider does not list was never taken."""

    def prepare(self, request: RemoteRequest, read: Callable[[Reference], bytes]) -> Order:
        """The order for a request; may upload what it refers to, which costs nothing and may be repeated.

        Raises Invalid for what this model cannot do."""

    def quote(self, request: RemoteRequest) -> int | None:
        """What the order should cost, in millionths of a US dollar; None when nobody can know."""

    def send(
        self, order: Order, marker: str, accepted: Callable[[Ticket], None], cancelled: Cancelled = never
    ) -> Answer | None:
        """Send the order exactly once. `marker` is our own id of the call, for providers that can carry it.

        `accepted` is called once, as soon as the request has an id and before anything is waited for. An answer that
        comes bit by bit is left when the work is `cancelled`, which raises Uncertain as every other end of it does.
        Gives the answer when it comes at once, and None when it has to be asked for."""

    def look(self, order: Order, ticket: Ticket) -> Answer | None:
        """The answer to an accepted order; None while it is being made. Free, and may be repeated."""

    def find(self, order: Order, since: int) -> Sequence[Ticket]:
        """Tickets of equal orders that the provider took at or after `since` (epoch milliseconds), the oldest first."""

    def cancel(self, ticket: Ticket) -> bool:
        """Ask for the order to be dropped. True when the provider agreed; it may still finish and charge."""

    def fetch(self, file: RemoteFile) -> bytes:
        """The bytes of a delivered file, through the guarded download. Raises Rejected for what may not be fetched."""
