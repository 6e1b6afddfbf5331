"""A server of the whole application on loopback, and two people who ask it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import uvicorn

from studio.api.server import create_app
from studio.app import Studio
from studio.config import Settings
from studio.contracts.keys import CreateKey
from studio.db.engine import Database
from studio.db.models.user import User
from studio.services.people import local_owner
from studio.services.principal import Principal

Serve = Callable[[Settings], str]


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """A running server of these settings; gives its address."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(create_app(settings), log_config=None, access_log=False, lifespan="on")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the server ended before it began"
            time.sleep(0.005)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(database_url=database_url, data_dir=tmp_path / "data", metrics_token="counting")  # type: ignore[arg-type]  # as the environment brings it


@pytest.fixture
def address(settings: Settings) -> Iterator[str]:
    with serving(settings) as address:
        yield address


@dataclass
class Person:
    """Somebody with an API key, and a client that sends it."""

    id: str
    key: str
    http: httpx.Client


@pytest.fixture
def admin(settings: Settings, database: Database, address: str) -> Iterator[Person]:
    """The local owner, an administrator."""
    with _person(settings, database, address, local_owner(database)) as person:
        yield person


@pytest.fixture
def creator(settings: Settings, database: Database, address: str) -> Iterator[Person]:
    user = User(email="ana@example.com", name="Ana")
    with database.write() as session:
        session.add(user)
    with _person(settings, database, address, Principal(user.id, user.email, "creator")) as person:
        yield person


@contextmanager
def _person(settings: Settings, database: Database, address: str, principal: Principal) -> Iterator[Person]:
    key = Studio(settings, database, principal).keys.create(CreateKey(name="test")).api_key
    # trust_env: a proxy in the environment must not come between.
    with httpx.Client(
        base_url=address, headers={"Authorization": f"Bearer {key}"}, timeout=60, trust_env=False
    ) as client:
        yield Person(principal.user_id, key, client)
