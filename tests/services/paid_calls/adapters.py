"""Every adapter with a server of its provider: how its answers are lost, and a desk at which its models are used."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlmodel import Session

from studio.contracts.jobs import JobView, ResolveJob
from studio.db.engine import Database
from studio.db.models import Generation
from studio.domain.credits import Balance, FeatureKey
from studio.domain.errors import StudioError
from studio.domain.ports import SpeechRequest
from studio.domain.progress import Cancelled, never
from studio.domain.remote import (
    Answer,
    ChatRequest,
    ClipRequest,
    Message,
    PaintRequest,
    RemoteFile,
    RemoteModel,
    RemoteRequest,
    ScoreRequest,
)
from studio.providers.catalogue import find_spec
from studio.providers.download import LIMITS, Downloads, Limits
from studio.providers.fal import Fal, FalModel
from studio.providers.openai_compatible import OpenAICompatibleModel
from studio.providers.openrouter import OpenRouter, OpenRouterChat, OpenRouterImage
from studio.services.generations import Call, Generations
from studio.services.jobs import JobsService
from studio.services.ledger import verify
from tests.servers import openai_compatible
from tests.servers.fal import FalServer, running_fal
from tests.servers.openai_compatible import OpenAICompatibleServer, failed, running_server, said
from tests.servers.openrouter import OpenRouterServer, running_openrouter
from tests.servers.openrouter.replies import REPLIES
from tests.services.ledger.ground import standing
from tests.services.paid_calls.desk import Person, newcomer, rows_of
from tests.services.test_orders import Clockwork


@dataclass(frozen=True)
class OneRequest:
    """Work of one request: the file it delivers, or the words."""

    request: RemoteRequest

    def next(self, answers: Sequence[Answer]) -> RemoteRequest | None:
        return None if answers else self.request

    def stands(self, answers: Sequence[Answer]) -> bool:
        return bool(answers)

    def result(self, answers: Sequence[Answer], fetch: Callable[[RemoteFile], bytes]) -> bytes:
        return fetch(answers[0].files[0]) if answers[0].files else answers[0].text.encode()


@dataclass
class Desk:
    """Where one person has things made by any model; `kept` is what was delivered."""

    database: Database
    person: Person
    clock: Clockwork
    kept: list[bytes] = field(default_factory=list)

    def make(
        self, model: RemoteModel, request: RemoteRequest, feature: FeatureKey, cancelled: Cancelled = never
    ) -> bytes:
        def keep(session: Session, made: bytes, credits: int) -> bytes:
            self.kept.append(made)
            return made

        service = Generations(self.database, self.person.principal, self.clock, self.clock.pause)
        call = Call("wish", feature, model.name, request, "test")
        work = OneRequest(request)
        return service.order(call, model, work, keep, read=lambda reference: b"", cancelled=cancelled)

    def resolve(self, model: RemoteModel, **how: Any) -> JobView:
        jobs = JobsService(self.database, self.person.principal, lambda *_: model, self.clock)
        return jobs.resolve(self.row.id, ResolveJob(**how))

    @property
    def row(self) -> Generation:
        return rows_of(self.database, self.person)[-1]

    @property
    def balance(self) -> Balance:
        return standing(self.database, self.person.id)

    def assert_sound(self) -> None:
        with self.database.read() as session:
            assert verify(session, self.person.id) == []


def new_desk(database: Database, now: int) -> Desk:
    return Desk(database, newcomer(database), Clockwork(now))


class Provider(Protocol):
    """A provider's server under test."""

    def loses(self, how: str) -> None:
        """Have the next order taken and its answer lost: closes, never_answers, bad_gateway or half_a_body."""

    def lists_nothing(self) -> None:
        """Have it tell nobody which orders it took."""

    @property
    def posts(self) -> int: ...

    @property
    def paid(self) -> int: ...

    def model(self, seconds: float) -> RemoteModel:
        """The adapter under test, which waits so long for an answer."""


@dataclass
class FalShop:
    endpoint: str
    server: FalServer
    stack: ExitStack
    limits: dict[str, Limits] = field(default_factory=lambda: dict(LIMITS))
    hosts: str = ""

    def loses(self, how: str) -> None:
        self.server.loses(how)

    def lists_nothing(self) -> None:
        self.server.listing_delay = 1e9

    @property
    def posts(self) -> int:
        return len(self.server.posts)

    @property
    def paid(self) -> int:
        return len(self.server.paid)

    def model(self, seconds: float = 20.0, queue_url: str = "") -> FalModel:
        server = self.server
        fal = Fal(
            server.key,
            queue_url=queue_url or server.queue_url,
            rest_url=server.rest_url,
            api_url=server.api_url,
            answer_seconds=seconds,
        )
        self.stack.callback(fal.close)
        downloads = Downloads(f"{server.media_host},{self.hosts}", limits=self.limits)
        return FalModel(find_spec(f"fal/{self.endpoint}"), fal, downloads.fetch)


@dataclass
class RouterShop:
    name: str
    server: OpenRouterServer
    stack: ExitStack

    def loses(self, how: str) -> None:
        self.server.will(REPLIES[how])

    def lists_nothing(self) -> None:
        """OpenRouter never does."""

    @property
    def posts(self) -> int:
        return len(self.server.posts)

    @property
    def paid(self) -> int:
        return len(self.server.paid)

    def model(self, seconds: float = 20.0) -> RemoteModel:
        service = OpenRouter(self.server.key, self.server.url, answer_seconds=seconds)
        self.stack.callback(service.client.close)
        spec = find_spec(self.name)
        return OpenRouterImage(service, spec) if spec.medium == "image" else OpenRouterChat(service, spec)


@dataclass
class AnyShop:
    """An OpenAI-compatible server that is not on this machine, as far as the adapter knows."""

    server: OpenAICompatibleServer
    stack: ExitStack

    def loses(self, how: str) -> None:
        names = {"closes": "closes_at_once", "half_a_body": "closes_mid_body"}
        lost = failed(502, "Bad Gateway") if how == "bad_gateway" else getattr(openai_compatible, names.get(how, how))
        self.server.replies.clear()
        self.server.will(lost, said("A sea."), said("A sea."))

    def lists_nothing(self) -> None:
        """Such servers never do."""

    @property
    def posts(self) -> int:
        return sum(request.method == "POST" for request in self.server.requests)

    @property
    def paid(self) -> int:
        return self.posts

    def model(self, seconds: float = 20.0) -> RemoteModel:
        model = OpenAICompatibleModel(self.server.url, "key", "writer", answer_seconds=seconds)
        model.is_offline = False
        self.stack.callback(model._client.close)
        return model


@dataclass(frozen=True)
class Adapter:
    open: Callable[[ExitStack], Any]
    request: RemoteRequest
    feature: FeatureKey
    price: int
    repeats: bool = False
    """Whether the next run may send it once more."""
    is_listed: bool = True
    """Whether the next run finds it."""


def _fal(endpoint: str) -> Callable[[ExitStack], FalShop]:
    return lambda stack: FalShop(endpoint, stack.enter_context(running_fal()), stack)


def _router(name: str) -> Callable[[ExitStack], RouterShop]:
    return lambda stack: RouterShop(name, stack.enter_context(running_openrouter()), stack)


PICTURE = PaintRequest("A red sea.", 64, 64, seed=3)
QUESTION = ChatRequest((Message("user", "Say one sentence."),))

ADAPTERS = {
    "fal picture": Adapter(_fal("fal-ai/flux/schnell"), PICTURE, FeatureKey.IMAGE_GENERATION, 5),
    "fal clip": Adapter(
        _fal("fal-ai/kling-video/v2.6/pro/text-to-video"),
        ClipRequest("The sea.", 5, 64, 64, seed=3),
        FeatureKey.VIDEO_GENERATION,
        10,
    ),
    "fal speech": Adapter(
        _fal("fal-ai/kokoro/american-english"), SpeechRequest("The sea.", "en"), FeatureKey.SPEECH_GENERATION, 1
    ),
    "fal music": Adapter(
        _fal("fal-ai/stable-audio-25/text-to-audio"),
        ScoreRequest("Calm waves.", 5, seed=3),
        FeatureKey.MUSIC_GENERATION,
        2,
    ),
    "OpenRouter chat": Adapter(
        _router("openrouter/deepseek/deepseek-v3.2"),
        QUESTION,
        FeatureKey.SCRIPT_GENERATION,
        1,
        repeats=True,
        is_listed=False,
    ),
    "OpenRouter picture": Adapter(
        _router("openrouter/google/gemini-2.5-flash-image"),
        PICTURE,
        FeatureKey.IMAGE_GENERATION,
        5,
        is_listed=False,
    ),
    "OpenAI-compatible chat": Adapter(
        lambda stack: AnyShop(stack.enter_context(running_server()), stack),
        QUESTION,
        FeatureKey.SCRIPT_GENERATION,
        1,
        repeats=True,
        is_listed=False,
    ),
}


@contextmanager
def opened(adapter: Adapter) -> Iterator[Any]:
    with ExitStack() as stack:
        yield adapter.open(stack)


def fault_of(work: Callable[[], object]) -> StudioError | None:
    """What goes wrong, if it does."""
    try:
        work()
    except StudioError as error:
        return error
    return None
