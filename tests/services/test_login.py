"""Who is let in: the owner of an embedded studio, administrators on a shared database, and nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.app import Studio, create_first_administrator, needs_first_administrator, open_studio, studio_name
from studio.config import Settings
from studio.contracts.users import CreateUser
from studio.db.engine import Database
from studio.domain.errors import Conflict, NotAllowed, NotLoggedIn, Refused
from studio.domain.login import Login
from studio.domain.people import Role
from studio.services.ledger import verify
from studio.services.login import who_asks
from studio.services.people import LOCAL_EMAIL, local_owner
from studio.services.principal import Principal

FIRST = CreateUser(email="first@example.com", role=Role.ADMIN)


def shared(postgres_url: str, tmp_path: Path, **settings: object) -> Settings:
    return Settings(database_url=postgres_url, data_dir=tmp_path / "data", **settings)  # type: ignore[arg-type]


def test_the_embedded_studio_needs_no_login(sqlite_url: str, tmp_path: Path) -> None:
    studio = open_studio(Settings(database_url=sqlite_url, data_dir=tmp_path))

    me = studio.account.me()

    assert (me.email, me.role, me.plan, me.credits_remaining) == (LOCAL_EMAIL, "admin", "free", 100)
    assert (me.key_id, me.scopes) == (None, None)
    studio.close()


def test_the_owner_gets_the_credits_of_the_free_plan_once(database: Database) -> None:
    first = local_owner(database)
    again = local_owner(database)

    with database.read() as session:
        assert verify(session) == []
    studio_of_owner = who_asks(database, None) if database.engine.dialect.name == "sqlite" else again
    assert first == again == studio_of_owner


def test_a_key_comes_before_the_owner(sqlite_url: str, tmp_path: Path) -> None:
    settings = Settings(database_url=sqlite_url, data_dir=tmp_path)
    owner = open_studio(settings)
    made = owner.users.create(CreateUser(email="ana@example.com", with_key=True))

    studio = open_studio(settings, Login(str(made.api_key), "a test"))

    assert (studio.principal.email, studio.principal.role) == ("ana@example.com", "creator")
    owner.close()
    studio.close()


def test_a_wrong_key_is_no_reason_to_let_the_owner_in(sqlite_url: str, tmp_path: Path) -> None:
    with pytest.raises(NotLoggedIn):
        open_studio(Settings(database_url=sqlite_url, data_dir=tmp_path), Login("stu_live_wrong", "a test"))


def test_a_shared_studio_needs_a_login(postgres_url: str, tmp_path: Path) -> None:
    with pytest.raises(NotLoggedIn) as caught:
        open_studio(shared(postgres_url, tmp_path))

    assert caught.value.hint == "studio login"


def test_the_first_administrator_needs_nobody_and_gets_a_key(postgres_url: str, tmp_path: Path) -> None:
    settings = shared(postgres_url, tmp_path)
    assert needs_first_administrator(settings)

    made = create_first_administrator(settings, FIRST)

    studio = open_studio(settings, Login(str(made.api_key), "a test"))
    assert studio.account.me().role == "admin"
    assert not needs_first_administrator(settings)
    with pytest.raises(Conflict, match="has an administrator already"):
        create_first_administrator(settings, CreateUser(email="second@example.com", role=Role.ADMIN))
    studio.close()


def test_the_first_user_is_an_administrator_or_nobody(postgres_url: str, tmp_path: Path) -> None:
    creator = CreateUser(email="ana@example.com")

    with pytest.raises(Refused, match="has to be an administrator"):
        create_first_administrator(shared(postgres_url, tmp_path), creator)
    named = shared(postgres_url, tmp_path, admin_emails="rui@example.com, Ana@Example.com")

    assert create_first_administrator(named, creator).role == "admin"


def test_an_embedded_studio_has_its_administrator(sqlite_url: str, tmp_path: Path) -> None:
    assert not needs_first_administrator(Settings(database_url=sqlite_url, data_dir=tmp_path))


def test_a_creator_on_the_shared_database_is_told_why_not(postgres_url: str, tmp_path: Path) -> None:
    settings = shared(postgres_url, tmp_path)
    first = create_first_administrator(settings, FIRST)
    studio = open_studio(settings, Login(str(first.api_key), "a test"))
    creator = studio.users.create(CreateUser(email="ana@example.com", with_key=True))
    studio.close()

    with pytest.raises(NotAllowed, match="do not work on its database") as caught:
        open_studio(settings, Login(str(creator.api_key), "a test"))

    assert caught.value.exit_code == 4
    assert caught.value.code == "not_allowed"


def test_a_login_does_not_show_its_key() -> None:
    assert "secret" not in repr(Login("secret", "a test"))


def test_a_database_is_not_opened_in_the_place_of_a_server(sqlite_url: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="STUDIO_SERVER names a server"):
        open_studio(Settings(database_url=sqlite_url, data_dir=tmp_path, server="https://studio.example.com"))


def test_the_name_of_a_studio_hides_its_password() -> None:
    name = studio_name(Settings(database_url="postgresql://ana:hunter2@db.example.com/studio"))

    assert "hunter2" not in name
    assert "db.example.com/studio" in name


def test_me_tells_what_the_key_is_limited_to(studio: Studio) -> None:
    me = studio.principal
    limited = Principal(me.user_id, me.email, me.role, frozenset({"shorts:read"}), "abcdefgh")

    view = Studio(studio.settings, studio.database, limited).account.me()

    assert (view.key_id, view.scopes) == ("abcdefgh", ["shorts:read"])


def test_the_database_is_closed_when_nobody_is_let_in(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = []
    monkeypatch.setattr(Database, "close", lambda self: closed.append(self))

    with pytest.raises(NotLoggedIn):
        open_studio(Settings(database_url=sqlite_url, data_dir=tmp_path), Login("wrong", "a test"))

    assert len(closed) == 1
