"""The same studio by three ways: itself, its server in this process, and its server over a real connection."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from studio.api.server import create_app
from studio.app import Studio
from studio.config import Settings
from studio.contracts.keys import CreateKey
from studio.db.engine import open_database
from studio.remote.address import server_address
from studio.remote.caller import FixedToken
from studio.remote.http import HttpTransport, Request
from studio.remote.studio import RemoteStudio
from studio.services.people import local_owner
from tests.api.conftest import serving

Open = Callable[[str], Any]
"""`open_studio("direct")`, `"asgi"` or `"http"`: an empty studio of its own, seen that way."""


class AppReply:
    """An answer that is there already."""

    def __init__(self, status: int, headers: Any, body: bytes) -> None:
        self.status, self._headers = status, headers
        self._lines = iter(body.splitlines(keepends=True))
        self._body = body

    def header(self, name: str) -> str:
        return str(self._headers.get(name, ""))

    def chunks(self) -> Iterator[bytes]:
        yield self._body

    def line(self) -> bytes:
        return next(self._lines, b"")

    def close(self) -> None:
        pass


class AppTransport:
    """To an application in this process, without any connection."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    def send(self, request: Request, *, silence_seconds: float = 0) -> AppReply:
        body = request.body.read_bytes() if isinstance(request.body, Path) else request.body
        answer = self.client.request(request.method, request.path, headers=dict(request.headers), content=body)
        return AppReply(answer.status_code, answer.headers, answer.content)


@pytest.fixture
def open_studio(empty_sqlite: Path, tmp_path: Path) -> Iterator[Open]:
    with ExitStack() as stack:

        def opened(way: str) -> Any:
            return stack.enter_context(_seen(way, empty_sqlite, tmp_path / way))

        yield opened


@contextmanager
def _seen(way: str, empty_sqlite: Path, folder: Path) -> Iterator[Any]:
    folder.mkdir()
    file = folder / "studio.sqlite3"
    shutil.copyfile(empty_sqlite, file)
    settings = Settings(database_url=f"sqlite:///{file}", data_dir=folder / "data")
    database = open_database(settings.effective_database_url)
    with closing(Studio(settings, database, local_owner(database))) as studio:
        if way == "direct":
            yield studio
            return
        token = FixedToken(studio.keys.create(CreateKey(name="remote")).api_key)
        with ExitStack() as stack:
            transport = stack.enter_context(_transport(way, settings))
            yield stack.enter_context(closing(RemoteStudio(f"test:{way}", transport, token, folder / "state")))


@contextmanager
def _transport(way: str, settings: Settings) -> Iterator[Any]:
    if way == "asgi":
        with TestClient(create_app(settings), raise_server_exceptions=False) as client:
            yield AppTransport(client)
    else:
        with serving(settings) as address:
            yield HttpTransport(server_address(address))
