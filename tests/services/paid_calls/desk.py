"""A terminal at which one person has pictures painted and questions answered by models elsewhere, as commands do."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, func, select, update

from studio.contracts.jobs import JobView, ResolveJob
from studio.db.engine import Database, open_database
from studio.db.models import Generation
from studio.db.models.media import Media
from studio.db.models.short import Short
from studio.db.models.usage_history import UsageHistory
from studio.domain.clock import system_clock
from studio.domain.credits import Balance, FeatureKey
from studio.domain.progress import silent
from studio.domain.remote import Answer, ChatRequest, Medium, Message, PaintRequest, RemoteFile, RemoteRequest
from studio.providers.access import ProviderAccess
from studio.providers.registry import Models, TextServer
from studio.services.assets import AssetStore
from studio.services.generations import Call, Generations
from studio.services.jobs import JobsService
from studio.services.ledger import verify
from studio.services.making import Hands, Maker
from studio.services.principal import Principal
from studio.services.wishes import PICTURE, Wish
from studio.storage.local import LocalStorage
from tests.services.ledger.ground import give, new_user, standing

PAINTER = "fal/fal-ai/flux/schnell"
WRITER = "openrouter/deepseek/deepseek-v3.2"
CREDITS, PICTURE_PRICE, TEXT_PRICE = 1000, 5, 1
HOUR = 60 * 60 * 1000


@dataclass(frozen=True)
class Place:
    """Where terminals stand: the database, the storage and the providers they share."""

    url: str
    folder: Path
    access: ProviderAccess

    def open(self, person: Person, **more: Any) -> Terminal:
        return Terminal(self, person, open_database(self.url), **more)


@dataclass(frozen=True)
class Person:
    """Somebody with credits and a short; their id stands in everything they ask for."""

    principal: Principal
    short_id: str

    @property
    def id(self) -> str:
        return self.principal.user_id


def newcomer(database: Database) -> Person:
    user_id = new_user(database)
    give(database, user_id, CREDITS, now=system_clock())
    short = Short(
        owner_id=user_id, handle="sea", title="", topic="The sea", brief_key="sea", format="short", aspect="9:16",
        language="en", target_seconds=30.0, style="realistic", climate="calm", seed=1,
    )  # fmt: skip
    with database.write() as session:
        session.add(short)
    return Person(Principal(user_id, f"{user_id}@example.com"), short.id)


def rows_of(database: Database, person: Person) -> Sequence[Generation]:
    """The person's calls, the oldest first."""
    with database.read() as session:
        own = select(Generation).where(Generation.user_id == person.id)
        return session.exec(own.order_by(col(Generation.id))).all()


@dataclass
class Shifted:
    """The time of this machine, and so many milliseconds later."""

    later: int = 0

    def __call__(self) -> int:
        return system_clock() + self.later


def brief_pause(seconds: float) -> None:
    """A wait as a test waits; a provider on this machine is quick."""
    time.sleep(min(seconds, 0.02))


@dataclass
class Terminal:
    """One run of studio. `clock` and `pause` are its time."""

    place: Place
    person: Person
    database: Database
    clock: Callable[[], int] = field(default_factory=Shifted)
    pause: Callable[[float], None] = brief_pause
    models: Models = field(init=False)

    def __post_init__(self) -> None:
        self.models = Models(access=self.place.access, text_server=TextServer(is_looked_for=False))

    @property
    def generations(self) -> Generations:
        return Generations(self.database, self.person.principal, self.clock, self.pause)

    @property
    def maker(self) -> Maker:
        assets = AssetStore(lambda: LocalStorage(self.place.folder))
        return Maker(self.database, self.person.principal, assets, self.models, self.generations, Hands(1, 1))

    def paint(self, *numbers: int) -> None:
        """Have these pictures, as `studio shorts media generate` has them."""
        self.maker.grant_all(self.person.short_id, [self.wish(number) for number in numbers], silent, lambda: False)

    def wish(self, number: int) -> Wish:
        request = PaintRequest(f"Sea number {number} of {self.person.id}", 64, 64, seed=number)
        return Wish(PICTURE, None, number, request, PAINTER, is_remote=True)

    def write(self) -> None:
        """Have the title of the short written, unless it has one."""
        with self.database.read() as session:
            if session.get_one(Short, self.person.short_id).title:
                return
        question = Question(self.person.id)
        model = self.models.remote(WRITER, Medium.TEXT)
        assert model is not None
        call = Call("title", FeatureKey.SCRIPT_GENERATION, WRITER, question.request, "test", self.person.short_id)
        self.generations.order(call, model, question, self._keep_title, read=lambda reference: b"")

    def _keep_title(self, session: Session, text: str, credits: int) -> None:
        session.exec(update(Short).where(col(Short.id) == self.person.short_id).values(title=text))

    def resolve(self, id: str, **how: Any) -> JobView:
        jobs = JobsService(self.database, self.person.principal, self.models.remote, self.clock)
        return jobs.resolve(id, ResolveJob(**how))

    @property
    def rows(self) -> Sequence[Generation]:
        return rows_of(self.database, self.person)

    @property
    def balance(self) -> Balance:
        return standing(self.database, self.person.id)

    @property
    def charges(self) -> int:
        return self._count(select(func.count()).select_from(UsageHistory).where(UsageHistory.user_id == self.person.id))

    @property
    def takes(self) -> int:
        return self._count(select(func.count()).select_from(Media).where(Media.owner_id == self.person.id))

    def _count(self, statement: Any) -> int:
        with self.database.read() as session:
            return int(session.exec(statement).one())

    def assert_sound(self) -> None:
        with self.database.read() as session:
            assert verify(session, self.person.id) == []

    def close(self) -> None:
        self.database.close()
        if self.place.access.fal_key:
            self.models.fal.close()
        else:
            self.models.openrouter.client.close()


@dataclass(frozen=True)
class Question:
    """Work of one question to a language model."""

    about: str

    @property
    def request(self) -> ChatRequest:
        return ChatRequest((Message("user", f"Say one sentence about {self.about}."),))

    def next(self, answers: Sequence[Answer]) -> RemoteRequest | None:
        return None if answers else self.request

    def stands(self, answers: Sequence[Answer]) -> bool:
        return bool(answers)

    def result(self, answers: Sequence[Answer], fetch: Callable[[RemoteFile], bytes]) -> str:
        return answers[0].text
