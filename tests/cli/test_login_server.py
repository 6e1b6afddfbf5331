"""Logging in to a server: in a browser, by a code, by a key; renewing, leaving, and every way it can be refused."""

from __future__ import annotations

import json
import os
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pexpect
import pytest

from studio.app import Studio
from studio.cli import browser_login
from studio.cli.credentials import credentials_file
from studio.cli.main import run
from studio.config import Settings
from studio.contracts.keys import CreateKey
from studio.db.engine import Database, open_database
from studio.db.models.user import User
from studio.remote import oauth
from studio.services.people import local_owner
from tests.api.conftest import serving
from tests.cli.conftest import Run
from tests.servers.clerk import ClerkServer, clerk_user, running_clerk
from tests.servers.clerk.server import CLIENT_ID

ANA = "user_ana"
Browse = Callable[[str], None]


@pytest.fixture
def clerk() -> Iterator[ClerkServer]:
    with running_clerk() as server:
        server.add(clerk_user(ANA, "ana@example.com"))
        server.grants.signed_in = ANA
        server.grants.device_interval = 1
        yield server


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    database = open_database(sqlite_url)
    with database.write() as session:
        session.add(User(email="ana@example.com", name="Ana", clerk_id=ANA))
    yield database
    database.close()


@pytest.fixture
def key(database: Database, sqlite_url: str, tmp_path: Path) -> str:
    """An API key of the owner, an administrator."""
    settings = Settings(database_url=sqlite_url, data_dir=tmp_path / "data")
    return Studio(settings, database, local_owner(database)).keys.create(CreateKey(name="test")).api_key


@pytest.fixture
def server(
    sqlite_url: str, tmp_path: Path, clerk: ClerkServer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """The address of a studio whose people come from Clerk. The commands know no database."""
    settings = Settings(
        database_url=sqlite_url,
        data_dir=tmp_path / "data",
        clerk_publishable_key=clerk.publishable_key,
        clerk_oauth_client_id=CLIENT_ID,
    )
    with serving(settings) as address:
        yield address


@pytest.fixture
def here(studio_command: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Commands in a home without a database of its own."""
    monkeypatch.delenv("STUDIO_DATABASE_URL")
    return studio_command


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A browser that goes where it is sent and agrees to everything; the pages it saw."""
    pages: list[str] = []

    def browse(url: str) -> bool:
        pages.append(url)
        pages.append(visit(url))
        return True

    monkeypatch.setenv("BROWSER", "scripted")
    monkeypatch.setattr("webbrowser.open", browse)
    return pages


def visit(url: str) -> str:
    """What a page says; redirections are followed."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return str(answer.read().decode())
    except urllib.error.HTTPError as error:
        with error:
            return error.read().decode()


def kept() -> dict[str, Any]:
    return dict(json.loads(credentials_file().read_text()))


def grant_of(server: str) -> dict[str, Any]:
    return dict(json.loads(kept()[server]["key"]))


@pytest.fixture
def logged_in(here: Run, server: str, browser: list[str]) -> str:
    """Ana, logged in by her browser; the address of the server."""
    assert here("login", "--server", server, "--insecure-storage").code == 0
    return server


def test_a_login_by_browser(here: Run, server: str, browser: list[str], clerk: ClerkServer) -> None:
    done = here("login", "--server", f"{server}/", "--insecure-storage")
    me = here("whoami", "--json")

    url, page = browser
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    assert done.out == f"Logged in to {server} as ana@example.com; the login is in {credentials_file()}.\n"
    assert url in done.err
    assert "You are logged in" in page
    assert asked["redirect_uri"].startswith("http://127.0.0.1:")
    assert asked["redirect_uri"].endswith("/callback")
    assert (asked["code_challenge_method"], asked["response_type"]) == ("S256", "code")
    assert len(asked["state"]) >= 22
    assert (me.json["email"], me.json["role"]) == ("ana@example.com", "creator")
    assert grant_of(server)["refresh_token"] not in done.out + done.err + me.out
    assert here("characters", "create", "--name", "Vega").code == 0
    assert here("admin", "users", "list").code == 4


def test_the_whole_login_in_a_process_with_a_browser_program(server: str, tmp_path: Path) -> None:
    agent = tmp_path / "agent.py"
    agent.write_text("import sys, urllib.request\nprint(urllib.request.urlopen(sys.argv[1]).read())\n")
    environment = {name: value for name, value in os.environ.items() if name not in ("CI", "STUDIO_DATABASE_URL")}
    environment |= {"BROWSER": f"{sys.executable} {agent} %s", "PYTHONPATH": str(Path(__file__).parents[2])}
    words = ["-m", "studio", "login", "--server", server, "--insecure-storage"]
    child = pexpect.spawn(sys.executable, words, env=environment, cwd=str(tmp_path), encoding="utf-8", timeout=60)  # type: ignore[arg-type]  # a mapping of texts

    child.expect(f"Logged in to {server} as ana@example.com")
    child.expect(pexpect.EOF)
    child.close()

    assert child.exitstatus == 0


def test_a_key_is_asked_for_on_a_terminal_where_there_is_no_clerk(sqlite_url: str, tmp_path: Path, key: str) -> None:
    with serving(Settings(database_url=sqlite_url, data_dir=tmp_path / "data")) as server:
        environment = {name: value for name, value in os.environ.items() if name not in ("CI", "STUDIO_DATABASE_URL")}
        environment |= {"TERM": "xterm", "PYTHONPATH": str(Path(__file__).parents[2])}
        words = ["-m", "studio", "login", "--server", server, "--insecure-storage"]
        child = pexpect.spawn(sys.executable, words, env=environment, cwd=str(tmp_path), encoding="utf-8", timeout=60)  # type: ignore[arg-type]  # a mapping of texts
        child.expect("API key:")
        child.send(f"{key}\r")
        child.expect(f"Logged in to {server} as owner@localhost")
        child.expect(pexpect.EOF)
        child.close()

    assert child.exitstatus == 0
    assert key not in (child.before or "")


def test_without_a_terminal_nothing_is_asked(here: Run, sqlite_url: str, tmp_path: Path) -> None:
    with serving(Settings(database_url=sqlite_url, data_dir=tmp_path / "data")) as server:
        assert here("login", "--server", server).code == 2
        told = here("login", "--server", server, "--device")

    assert (told.code, "takes API keys only" in told.err) == (1, True)


def test_a_token_from_standard_input_and_a_logout(here: Run, server: str, key: str) -> None:
    wrong = [here("login", "--server", server, "--with-token", stdin=text) for text in ("", "a b", "stu_live_x", "é")]
    done = here("login", "--server", server, "--with-token", "--insecure-storage", "--json", stdin=f"{key}\n")

    assert [result.code for result in wrong] == [4] * 4
    assert done.json == {"studio": server, "email": "owner@localhost", "stored_in": str(credentials_file())}
    assert here("admin", "users", "list", "--json").code == 0
    assert here("admin", "db", "status").err.startswith("error: This is done where the studio's database is, and you")
    assert here("logout").out == "Forgot the API key of owner@localhost.\n"
    assert not credentials_file().exists()
    assert here("whoami", "--json").json["credentials"] == "none: the embedded studio needs no login"


def test_a_login_by_a_code(here: Run, server: str, clerk: ClerkServer, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = here("login", "--server", server, "--device")
    clerk.has_device_flow = True
    decide_when_asked(clerk, monkeypatch, ANA)

    done = here("login", "--server", server, "--device", "--insecure-storage")

    assert (refused.code, "has no login by a code" in refused.err) == (1, True)
    assert (done.code, here("whoami", "--json").json["email"]) == (0, "ana@example.com")
    assert "and enter the code " in done.err
    assert "/oauth/authorize" not in clerk.paths


def decide_when_asked(clerk: ClerkServer, monkeypatch: pytest.MonkeyPatch, user_id: str | None) -> None:
    """A person who decides after the first question about it; nobody waits for the time between two questions."""
    clerk.grants.device_interval = 0.01
    monkeypatch.setattr(oauth, "LEAST_INTERVAL_SECONDS", 0.01)
    asked = clerk.grants.exchange
    monkeypatch.setattr(browser_login, "LOOK_SECONDS", 0.01)

    def exchange(form: Any) -> Any:
        try:
            return asked(form)
        finally:
            for device in list(clerk.grants.devices.values()):
                clerk.grants.decide_device(device.user_code, user_id)

    clerk.grants.exchange = exchange  # type: ignore[method-assign]


def test_a_code_can_be_refused_and_another_machine_may_be_faster_than_the_browser_here(
    here: Run, server: str, clerk: ClerkServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk.has_device_flow = True
    decide_when_asked(clerk, monkeypatch, None)
    refused = here("login", "--server", server, "--device")
    decide_when_asked(clerk, monkeypatch, ANA)

    done = here("login", "--server", server, "--insecure-storage")

    assert (refused.code, "denied the request" in refused.err) == (4, True)
    assert (done.code, "Log in with your browser" in done.err) == (0, True)


def test_a_person_who_says_no(here: Run, server: str, browser: list[str], clerk: ClerkServer) -> None:
    clerk.grants.signed_in = None

    result = here("login", "--server", server)

    assert result.code == 4
    assert "The login was refused: The resource owner denied the request." in result.err
    assert "You are not logged in" in browser[1]
    assert not credentials_file().exists()


def test_a_person_who_does_not_come(here: Run, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser_login, "BROWSER_SECONDS", 0.1)

    result = here("login", "--server", server)

    assert (result.code, "Nobody logged in within two minutes." in result.err) == (4, True)


def test_only_the_issuer_can_bring_a_code(
    here: Run, server: str, clerk: ClerkServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages: list[str] = []

    def browse(url: str) -> bool:
        redirect = parse_qs(urlsplit(url).query)["redirect_uri"][0]
        for words in ({"code": "stolen", "state": "guessed-state"}, {"code": "stolen"}, {"error": "<script>"}):
            pages.append(visit(f"{redirect}?{urlencode(words)}"))
        pages.append(visit(redirect.replace("/callback", "/favicon.ico")))
        state = parse_qs(urlsplit(url).query)["state"][0]
        pages.append(visit(f"{redirect}?{urlencode({'error_description': '<script>1</script>', 'state': state})}"))
        return True

    monkeypatch.setenv("BROWSER", "scripted")
    monkeypatch.setattr("webbrowser.open", browse)

    result = here("login", "--server", server)

    assert result.code == 4
    assert ["Nothing is waited for here" in page for page in pages] == [True] * 4 + [False]
    assert "&lt;script&gt;1&lt;/script&gt;" in pages[4]
    assert "<script>" not in "".join(pages)
    assert "/oauth/token" not in clerk.paths


def test_somebody_whom_clerk_knows_and_the_studio_does_not(
    here: Run, server: str, browser: list[str], clerk: ClerkServer
) -> None:
    clerk.grants.signed_in = "user_nobody"

    assert here("login", "--server", server).code == 4
    assert not credentials_file().exists()


@pytest.mark.parametrize(
    ("address", "code", "words"),
    [
        ("studio.example.com", 1, "is not the address of a server"),
        ("http://studio.example.com", 1, "where others can read it"),
        ("http://127.0.0.1:9", 6, "cannot be reached"),
    ],
)
def test_an_address_that_is_none(here: Run, address: str, code: int, words: str) -> None:
    result = here("login", "--server", address, "--with-token", stdin="x")

    assert (result.code, words in result.err) == (code, True)


def test_an_address_of_something_else(here: Run, clerk: ClerkServer) -> None:
    result = here("login", "--server", clerk.issuer, "--with-token", stdin="x")

    assert (result.code, "There is no studio server at this address." in result.err) == (6, True)


# Renewing


def end_soon(server: str) -> dict[str, Any]:
    """Have the token that is kept be over."""
    found = kept()
    grant = json.loads(found[server]["key"])
    found[server]["key"] = json.dumps({**grant, "ends_at": 1})
    credentials_file().write_text(json.dumps(found))
    return dict(grant)


def test_a_token_that_ends_is_renewed_and_the_old_one_used_up(here: Run, logged_in: str, clerk: ClerkServer) -> None:
    before = end_soon(logged_in)

    assert here("whoami").code == 0

    after = grant_of(logged_in)
    assert after["refresh_token"] != before["refresh_token"]
    assert list(clerk.grants.refresh_tokens) == [after["refresh_token"]]
    assert after["ends_at"] > 10**12


def test_a_token_that_the_server_refuses_is_renewed(here: Run, logged_in: str, clerk: ClerkServer) -> None:
    found = kept()
    grant = json.loads(found[logged_in]["key"])
    found[logged_in]["key"] = json.dumps({**grant, "access_token": clerk.access_token(ANA, exp=1)})
    credentials_file().write_text(json.dumps(found))

    assert here("whoami").code == 0
    assert len(clerk.grants.refresh_tokens) == 1


def test_many_commands_at_once_renew_once(logged_in: str, clerk: ClerkServer, here: Run) -> None:
    end_soon(logged_in)
    asked = clerk.paths.count("/oauth/token")
    codes: list[int] = []
    threads = [threading.Thread(target=lambda: codes.append(run(["whoami", "--quiet"]))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert codes == [0] * 6
    assert clerk.paths.count("/oauth/token") == asked + 1
    assert here("whoami").code == 0


def test_a_login_that_was_ended_elsewhere(here: Run, logged_in: str, clerk: ClerkServer) -> None:
    end_soon(logged_in)
    clerk.grants.refresh_tokens.clear()

    result = here("shorts", "list", "--json")

    assert result.code == 4
    assert json.loads(result.err)["message"] == f"Your login to {logged_in} has ended."
    assert json.loads(result.err)["hint"] == f"studio login --server {logged_in}"


def test_an_issuer_that_does_not_answer_ends_no_login(here: Run, logged_in: str, clerk: ClerkServer) -> None:
    before = end_soon(logged_in)
    found = kept()
    found[logged_in]["issuer"] = "http://127.0.0.1:9"
    credentials_file().write_text(json.dumps(found))

    assert here("whoami").code == 6
    assert grant_of(logged_in)["refresh_token"] == before["refresh_token"]


def test_a_damaged_login_is_said_so(here: Run, logged_in: str) -> None:
    found = kept()
    for text in ("", "{}", "[]", '{"access_token": "a"}', "x"):
        found[logged_in]["key"] = text or " "
        credentials_file().write_text(json.dumps(found))

        result = here("whoami")

        assert (result.code, f"The login of ana@example.com in {credentials_file()} is damaged." in result.err) == (
            1,
            True,
        )


# Leaving


def test_a_logout_ends_the_login_at_the_issuer(here: Run, logged_in: str, clerk: ClerkServer) -> None:
    done = here("logout", "--json")

    assert (done.code, done.json["email"], done.err) == (0, "ana@example.com", "")
    assert clerk.grants.refresh_tokens == {}
    assert not credentials_file().exists()


def test_a_logout_forgets_whatever_the_issuer_says(here: Run, logged_in: str) -> None:
    found = kept()
    found[logged_in]["issuer"] = "http://127.0.0.1:9"
    credentials_file().write_text(json.dumps(found))

    done = here("logout")

    assert (done.code, done.out) == (0, "Forgot the login of ana@example.com.\n")
    assert "The old login could not be ended at http://127.0.0.1:9" in done.err
    assert not credentials_file().exists()


def test_another_login_ends_the_one_before(here: Run, logged_in: str, clerk: ClerkServer) -> None:
    before = grant_of(logged_in)["refresh_token"]

    assert here("login", "--server", logged_in, "--insecure-storage").code == 0

    assert before not in clerk.grants.refresh_tokens
    assert list(clerk.grants.refresh_tokens) == [grant_of(logged_in)["refresh_token"]]


# Which studio


def test_what_is_set_comes_before_what_is_kept(
    here: Run, logged_in: str, key: str, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDIO_TOKEN", key)
    by_token = here("whoami", "--json").json
    monkeypatch.delenv("STUDIO_TOKEN")
    monkeypatch.setenv("STUDIO_DATABASE_URL", sqlite_url)
    on_database = here("whoami", "--json").json
    noted = here("login", "--server", logged_in, "--insecure-storage").err
    monkeypatch.setenv("STUDIO_SERVER", "http://127.0.0.1:9")
    elsewhere = here("whoami")
    monkeypatch.setenv("STUDIO_SERVER", "http://studio.example.com")
    wrong = here("whoami")

    assert (by_token["email"], by_token["credentials"]) == ("owner@localhost", "STUDIO_TOKEN from environment")
    assert on_database["credentials"] == "none: the embedded studio needs no login"
    assert noted.endswith("STUDIO_DATABASE_URL is set and comes before it.\n")
    assert (elsewhere.code, "You are not logged in to http://127.0.0.1:9." in elsewhere.err) == (4, True)
    assert wrong.code == 1


def test_the_check_up_of_a_server(here: Run, logged_in: str, monkeypatch: pytest.MonkeyPatch) -> None:
    good = here("doctor", "--json").json
    monkeypatch.setenv("STUDIO_TOKEN", "stu_live_x")
    bad = here("doctor", "--json")

    assert {each["check"]: each["level"] for each in good["findings"]} == {
        "server": "ok", "login": "ok", "keyring": "warning",
    }  # fmt: skip
    assert (bad.code, bad.json["findings"][1]["level"]) == (1, "error")
