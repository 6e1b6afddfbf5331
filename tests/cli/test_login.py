"""Logging in, out, and asking who one is: where the key is kept, and that it is shown nowhere."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null

from studio.cli import keyrings
from studio.cli.credentials import credentials_file
from studio.domain.api_keys import new_key
from tests.cli.conftest import Run


class MemoryKeyring(KeyringBackend):
    """A keyring that keeps what it is given until the test ends."""

    priority = 1  # type: ignore[assignment]  # a class property upstream
    name = "memory"

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class ForgetfulKeyring(MemoryKeyring):
    def set_password(self, service: str, username: str, password: str) -> None:
        pass


class LockedKeyring(MemoryKeyring):
    """Waits for a person to unlock it."""

    def get_password(self, service: str, username: str) -> str | None:
        time.sleep(60)
        return None


class BrokenKeyring(MemoryKeyring):
    def get_password(self, service: str, username: str) -> str | None:
        raise RuntimeError("the bus is gone")


@pytest.fixture
def memory() -> Iterator[MemoryKeyring]:
    before = keyring.get_keyring()
    backend = MemoryKeyring()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


@pytest.fixture
def key(studio_command: Run) -> str:
    """The key of somebody who is no administrator."""
    made = studio_command("admin", "users", "create", "--email", "ana@example.com", "--with-key", "--json")
    return str(made.json["api_key"])


def test_without_a_login_one_is_the_owner(studio_command: Run) -> None:
    me = studio_command("whoami", "--json").json

    assert (me["email"], me["role"], me["plan"], me["key_id"]) == ("owner@localhost", "admin", "free", None)
    assert me["credentials"] == "none: the embedded studio needs no login"


def test_a_login_is_kept_in_the_keyring(studio_command: Run, memory: MemoryKeyring, key: str) -> None:
    done = studio_command("login", "--with-token", stdin=f"  {key}\n")
    me = studio_command("whoami", "--json").json

    assert (done.code, done.err) == (0, "")
    assert done.out == "Logged in as ana@example.com; the API key is in the keyring (memory).\n"
    assert list(memory.kept.values()) == [key]
    assert key not in credentials_file().read_text()
    assert (me["email"], me["credentials"]) == ("ana@example.com", "the keyring (memory)")
    assert studio_command("admin", "users", "list").code == 4


def test_a_logout_forgets_it(studio_command: Run, memory: MemoryKeyring, key: str) -> None:
    studio_command("login", "--with-token", stdin=key)

    done = studio_command("logout")
    again = studio_command("logout", "--json")

    assert done.out == "Forgot the API key of ana@example.com.\n"
    assert memory.kept == {}
    assert not credentials_file().exists()
    assert (again.code, again.json["email"]) == (0, None)
    assert studio_command("whoami", "--json").json["email"] == "owner@localhost"


def test_a_key_in_a_file_is_for_its_owner_only(studio_command: Run, key: str) -> None:
    done = studio_command("login", "--with-token", "--insecure-storage", "--json", stdin=key)

    file = credentials_file()
    assert done.json["stored_in"] == str(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [found.name for found in file.parent.iterdir()] == ["credentials.json"]
    assert studio_command("whoami", "--json").json["credentials"] == str(file)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_file_that_others_can_read_is_not_used(studio_command: Run, key: str, mode: int) -> None:
    studio_command("login", "--with-token", "--insecure-storage", stdin=key)
    credentials_file().chmod(mode)

    result = studio_command("whoami")

    assert result.code == 1
    assert f"Others can read {credentials_file()}, so it is not used." in result.err
    assert key not in result.err + result.out


def test_a_link_in_the_place_of_the_file_is_not_followed(studio_command: Run, key: str, tmp_path: Path) -> None:
    studio_command("login", "--with-token", "--insecure-storage", stdin=key)
    file = credentials_file()
    file.rename(tmp_path / "elsewhere.json")
    file.symlink_to(tmp_path / "elsewhere.json")

    assert "cannot be read" in studio_command("whoami").err


@pytest.mark.parametrize("text", ["", "[]", "{", '{"x": 1}', '{"x": {"email": "a"}}'])
def test_a_damaged_file_is_named(studio_command: Run, text: str) -> None:
    file = credentials_file()
    file.parent.mkdir(parents=True)
    file.write_text(text)
    file.chmod(0o600)

    assert f"{file} is damaged." in studio_command("whoami").err


@pytest.mark.parametrize("backend", [fail.Keyring, null.Keyring, ForgetfulKeyring, BrokenKeyring])
def test_without_a_keyring_nothing_is_written_unasked(
    studio_command: Run, memory: MemoryKeyring, key: str, backend: type[KeyringBackend]
) -> None:
    keyring.set_keyring(backend())

    result = studio_command("login", "--with-token", stdin=key)

    assert result.code == 1
    assert "try: Set STUDIO_TOKEN, or keep it in a file: studio login --insecure-storage" in result.err
    assert not credentials_file().exists()


def test_a_locked_keyring_is_not_waited_for(
    studio_command: Run, memory: MemoryKeyring, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyrings, "LIMIT_SECONDS", 0.2)
    keyring.set_keyring(LockedKeyring())

    result = studio_command("login", "--with-token", stdin=key)

    assert result.code == 1
    assert "The keyring did not answer within 0.2 seconds." in result.err


def test_the_limit_is_three_seconds() -> None:
    assert keyrings.LIMIT_SECONDS == 3


def test_a_key_that_is_gone_from_the_keyring_is_said_so(studio_command: Run, memory: MemoryKeyring, key: str) -> None:
    studio_command("login", "--with-token", stdin=key)
    memory.kept.clear()

    result = studio_command("whoami")

    assert "The API key of ana@example.com is gone from the keyring (memory)." in result.err
    assert studio_command("logout").code == 0


def test_the_token_of_the_environment_comes_first(
    studio_command: Run, memory: MemoryKeyring, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    owners = studio_command("keys", "create", "--name", "CI", "--scope", "admin:read", "--json").json
    studio_command("login", "--with-token", stdin=key)
    monkeypatch.setenv("STUDIO_TOKEN", owners["api_key"])

    me = studio_command("whoami", "--json").json
    again = studio_command("login", "--with-token", stdin=key)
    out = studio_command("logout")

    assert (me["email"], me["key_id"], me["scopes"]) == ("owner@localhost", owners["id"], ["admin:read"])
    assert me["credentials"] == "STUDIO_TOKEN from environment"
    assert again.err == "STUDIO_TOKEN is set and comes before it.\n"
    assert out.err == "STUDIO_TOKEN is still set.\n"
    assert studio_command("shorts", "list").code == 4
    assert studio_command("admin", "users", "list").code == 0


def test_a_token_that_is_not_valid_is_no_reason_to_be_the_owner(
    studio_command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDIO_TOKEN", new_key()[1])

    result = studio_command("shorts", "list", "--json")

    assert (result.code, result.out) == (4, "")
    assert '"error": "not_logged_in"' in result.err


@pytest.mark.parametrize("text", ["", "hello", "stu_live_12345678_wrong", "\xff\x00"])
def test_what_is_no_key_is_refused_before_anything_is_opened(studio_command: Run, tmp_path: Path, text: str) -> None:
    result = studio_command("login", "--with-token", stdin=text)

    assert result.code == 4
    assert result.err == (
        "error: This is not an API key of studio.\n  try: One begins with stu_live_; was it copied whole?\n"
    )
    assert not credentials_file().exists()


def test_a_key_of_another_studio_is_not_kept(studio_command: Run, memory: MemoryKeyring) -> None:
    result = studio_command("login", "--with-token", stdin=new_key()[1])

    assert result.code == 4
    assert memory.kept == {}


def test_without_a_terminal_the_key_comes_from_standard_input(studio_command: Run) -> None:
    result = studio_command("login")

    assert result.code == 2
    assert "try: studio login --with-token < key.txt" in result.err


def test_a_browser_is_for_servers(studio_command: Run) -> None:
    result = studio_command("login", "--device")

    assert result.code == 1
    assert "try: studio login --server URL --device" in result.err
    assert studio_command("login", "--device", "--with-token").code == 2


def test_the_key_is_in_no_output_and_no_log(studio_command: Run, key: str, tmp_path: Path) -> None:
    results = [
        studio_command("login", "--with-token", "--insecure-storage", "--verbose", stdin=key),
        studio_command("whoami", "--verbose"),
        studio_command("config", "show"),
        studio_command("keys", "list", "--json"),
    ]

    logs = "".join(file.read_text() for file in (tmp_path / "home" / "state").rglob("*.log"))
    assert key not in "".join(result.out + result.err for result in results) + logs
    assert os.environ.get("STUDIO_TOKEN") is None
