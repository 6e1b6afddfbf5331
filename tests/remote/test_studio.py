"""What a remote studio has: every operation there is, and none of what a server alone needs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.app import Studio
from studio.config import Settings
from studio.contracts.keys import CreateKey
from studio.contracts.operations import Contract, guarded_of
from studio.contracts.registry import contract_of, contracts
from studio.db.engine import Database, open_database
from studio.remote.address import server_address
from studio.remote.caller import FixedToken
from studio.remote.films import FilmsByHand
from studio.remote.http import HttpTransport
from studio.remote.studio import RemoteStudio
from studio.services.people import local_owner
from tests.api.conftest import serving

REMOTE = RemoteStudio("x", HttpTransport(server_address("http://127.0.0.1:9")), FixedToken(""), Path("state"))


@pytest.mark.parametrize("contract", contracts(), ids=lambda contract: contract.noun)
def test_every_operation_is_there(contract: type[Contract]) -> None:
    service = getattr(REMOTE, contract.noun)

    assert contract_of(contract.noun) is contract
    assert isinstance(service, contract)
    assert all(callable(getattr(service, operation.name)) for operation in guarded_of(contract))


def test_what_is_done_on_ones_own_machine_is_written_by_hand() -> None:
    local = {f"{each.noun}.{each.name}" for contract in contracts() for each in guarded_of(contract) if not each.method}

    assert local == {f"films.{name}" for name in ("deliver", "is_ours")}
    assert all(hasattr(FilmsByHand, name.partition(".")[2]) for name in local)


def test_other_nouns_there_are_not() -> None:
    for name in ("nothing", "database", "_private", "base"):
        with pytest.raises(AttributeError):
            getattr(REMOTE, name)


COMMANDS = [
    ["whoami"],
    ["credits", "show", "--json"],
    ["shorts", "list"],
    ["shorts", "show", "nothing"],
    ["characters", "create", "--name", "Vega"],
    ["styles", "list", "--json"],
    ["models", "list"],
    ["plans", "list"],
    ["keys", "list"],
    ["jobs", "list"],
    ["shorts", "make", "The moon", "--dry-run"],
    ["credits", "estimate", "The moon", "--preview"],
    ["admin", "users", "list"],
    ["admin", "settings", "show"],
    ["admin", "audit", "list"],
    ["admin", "db", "status"],
    ["providers", "list"],
    ["logout"],
]

SCRIPT = """
import contextlib, io, sys
from studio.cli.main import run
for words in {commands!r}:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as errors:
        code = run(words)
    heavy = [name for name in sys.modules if name.split(".")[0] in ("sqlmodel", "sqlalchemy", "httpx", "av", "numpy")
             or name.startswith(("studio.services", "studio.db", "studio.app", "studio.api", "studio.render"))
             or name.startswith("studio.providers.") and name != "studio.providers.access"]
    print(" ".join(words), code, heavy[:5], errors.getvalue().strip() if code else "")
"""


@pytest.fixture
def served(sqlite_url: str, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The address of a server and an administrator's key."""
    settings, database = Settings(database_url=sqlite_url, data_dir=tmp_path / "data"), open_database(sqlite_url)
    key = _key(settings, database)
    with serving(settings) as address:
        yield address, key
    database.close()


def _key(settings: Settings, database: Database) -> str:
    return Studio(settings, database, local_owner(database)).keys.create(CreateKey(name="test")).api_key


def test_commands_on_a_server_load_no_table_and_no_provider(
    served: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, key = served
    monkeypatch.setenv("STUDIO_SERVER", address)
    monkeypatch.setenv("STUDIO_TOKEN", key)
    script = SCRIPT.format(commands=COMMANDS)

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=100, check=False)

    assert done.stderr == ""
    codes = {("shorts", "show"): 1, ("admin", "db"): 1}
    told = [f"{' '.join(words)} {codes.get((*words[:2],), 0)} []" for words in COMMANDS]
    assert [line.split("error:")[0].strip() for line in done.stdout.splitlines() if " [" in line] == told
