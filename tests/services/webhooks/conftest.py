"""Both senders of people, with secrets, a clock that stands, and messages as they sign them."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from sqlmodel import select

from studio.db.engine import Database
from studio.db.models.user import User
from studio.db.models.webhook_event import WebhookEvent
from studio.domain.signatures import sign
from studio.services.webhooks.clerk import ClerkSource
from studio.services.webhooks.following import Following
from studio.services.webhooks.inbox import Inbox
from studio.services.webhooks.users import UsersSource
from tests.servers.clerk import SIGNING_SECRET, delivery, message

NOW = 1_800_000_000_000
USERS_KEY = bytes(range(100, 132))
USERS_SECRET = f"whsec_{base64.b64encode(USERS_KEY).decode()}"
CHIEF = "chief@example.com"


class Clock:
    now = NOW

    def __call__(self) -> int:
        return self.now


@dataclass
class Post:
    """Delivers messages and looks at what became of people."""

    inbox: Inbox
    clock: Clock
    numbers: count[int] = field(default_factory=count)

    def clerk(self, type: str, data: dict[str, Any], *, id: str | None = None, at: int | None = None) -> str:
        body = message(f"user.{type}", data, at=at)
        headers = delivery(body, id or f"msg_{next(self.numbers)}", seconds=self.clock.now // 1000)
        return self._sent("clerk", headers, body)

    def users(self, content: dict[str, Any], *, id: str | None = None) -> str:
        body = json.dumps(content).encode()
        return self._sent("users", self.signed(body, id or f"evt_{next(self.numbers)}"), body)

    def signed(self, body: bytes, id: str) -> dict[str, str]:
        seconds = self.clock.now // 1000
        signature = sign(id, seconds, body, USERS_KEY)
        return {"webhook-id": id, "webhook-timestamp": str(seconds), "webhook-signature": signature}

    def person(self, email: str) -> User:
        with self.inbox.database.read() as session:
            return session.exec(select(User).where(User.email == email)).one()

    def people(self) -> list[User]:
        with self.inbox.database.read() as session:
            return list(session.exec(select(User).order_by(User.email)))

    def error(self, source: str, id: str) -> str | None:
        with self.inbox.database.read() as session:
            return session.get_one(WebhookEvent, (source, id)).error

    def _sent(self, source: str, headers: dict[str, str], body: bytes) -> str:
        taken = self.inbox.take(source, headers, body)
        return self.inbox.process(source, taken.event_id)


@pytest.fixture
def post(database: Database) -> Post:
    clock = Clock()
    sources = [
        ClerkSource(SIGNING_SECRET, Following("clerk", frozenset({CHIEF}), clock)),
        UsersSource(USERS_SECRET, Following("users", frozenset({CHIEF}), clock), clock),
    ]
    return Post(Inbox(database, {source.name: source for source in sources}, clock), clock)
