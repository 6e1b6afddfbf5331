"""API keys: who comes in with one, what it may do, and when it ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import update

from studio.app import Studio
from studio.contracts.keys import CreateKey
from studio.contracts.registry import scopes
from studio.contracts.users import CreateUser, EditUser
from studio.db.engine import Database
from studio.db.models.api_key import ApiKey
from studio.db.models.user import User
from studio.domain.api_keys import key_hash, new_key
from studio.domain.errors import Invalid, NotAllowed, NotFound, NotLoggedIn, Refused
from studio.domain.people import Role
from studio.services.api_keys import TOUCH_MILLISECONDS, KeysService, authenticate, log_in
from studio.services.principal import Principal
from tests.services.conftest import acting

DAY = 86_400
NOW = 1_900_000_000_000


class Untouchable:
    """A database that must not be asked."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"the database was asked: {name}")


def keys_of(studio: Studio, *, now: int = NOW, allowed: frozenset[str] | None = None) -> KeysService:
    me = studio.principal
    return KeysService(studio.database, Principal(me.user_id, me.email, me.role, allowed), lambda: now)


def change(database: Database, table: Any, id: str, **values: Any) -> None:
    with database.write() as session:
        session.connection().execute(update(table).where(table.id == id).values(**values))


def row_of(database: Database, id: str) -> ApiKey:
    with database.read() as session:
        return session.get_one(ApiKey, id)


def test_a_key_lets_its_owner_in(studio: Studio, other_studio: Studio) -> None:
    made = keys_of(other_studio).create(CreateKey(name="laptop"))

    principal = log_in(studio.database, made.api_key, lambda: NOW)

    me = other_studio.principal
    assert principal == Principal(me.user_id, me.email, "creator", None, made.id)


def test_only_the_hash_of_a_key_is_kept(studio: Studio) -> None:
    made = keys_of(studio).create(CreateKey(name="laptop"))

    row = row_of(studio.database, made.id)

    assert row.sha256 == key_hash(made.api_key)
    assert made.api_key not in row.model_dump_json()
    assert "api_key" not in keys_of(studio).list().data[0].model_dump()


@pytest.mark.parametrize(
    "enter", [lambda key: log_in(Untouchable(), key), lambda key: authenticate(Untouchable(), key, now=NOW)]
)  # type: ignore[arg-type]  # must not be touched
def test_a_wrong_checksum_is_refused_without_asking_the_database(enter: Callable[[str], object]) -> None:
    _, key = new_key()
    wrong = key[:-1] + ("0" if key[-1] != "0" else "1")

    with pytest.raises(NotLoggedIn):
        enter(wrong)


def refusal(database: Database, key: str, now: int = NOW) -> tuple[str, str | None, dict[str, Any]]:
    with pytest.raises(NotLoggedIn) as caught:
        log_in(database, key, lambda: now)
    return caught.value.message, caught.value.hint, caught.value.details


def test_all_keys_that_are_not_valid_answer_alike(studio: Studio, other_studio: Studio) -> None:
    keys, database = keys_of(other_studio), studio.database
    unknown = new_key()[1]
    revoked = keys.create(CreateKey(name="revoked"))
    keys.revoke(revoked.id)
    expiring = keys.create(CreateKey(name="expiring", expires_in_seconds=DAY))
    stolen_id = keys.create(CreateKey(name="another secret"))
    change(database, ApiKey, stolen_id.id, sha256=key_hash("another"))
    good = keys.create(CreateKey(name="good"))

    answers = [
        refusal(database, unknown),
        refusal(database, revoked.api_key),
        refusal(database, expiring.api_key, NOW + 1000 * DAY),
        refusal(database, stolen_id.api_key),
    ]
    change(database, User, other_studio.principal.user_id, active=False)
    answers.append(refusal(database, good.api_key))
    change(database, User, other_studio.principal.user_id, active=True, deleted_at=NOW)
    answers.append(refusal(database, good.api_key))

    assert answers == [("This API key is not valid.", "studio login, or another STUDIO_TOKEN", {})] * 6


def test_a_key_is_good_until_the_moment_it_ends(studio: Studio) -> None:
    made = keys_of(studio).create(CreateKey(name="short", expires_in_seconds=DAY))

    assert log_in(studio.database, made.api_key, lambda: NOW + 1000 * DAY - 1).key_id == made.id


def test_the_last_use_is_written_at_most_once_a_minute(studio: Studio) -> None:
    made = keys_of(studio).create(CreateKey(name="busy"))
    moments = [NOW, NOW + 1, NOW + TOUCH_MILLISECONDS - 1, NOW + TOUCH_MILLISECONDS]

    seen = []
    for moment in moments:
        log_in(studio.database, made.api_key, lambda moment=moment: moment)
        seen.append(row_of(studio.database, made.id).last_used_at)

    assert seen == [NOW, NOW, NOW, NOW + TOUCH_MILLISECONDS]


def test_looking_at_a_key_in_a_session_is_no_use_of_it(studio: Studio) -> None:
    made = keys_of(studio).create(CreateKey(name="looked at"))

    with studio.database.read() as session:
        principal = authenticate(session, made.api_key, now=NOW)

    assert principal.key_id == made.id
    assert row_of(studio.database, made.id).last_used_at is None


def test_a_limited_key_brings_its_limits(studio: Studio) -> None:
    made = keys_of(studio).create(CreateKey(name="CI", scopes=("shorts:write", "shorts:read", "shorts:read")))

    principal = log_in(studio.database, made.api_key, lambda: NOW)

    assert made.scopes == ["shorts:read", "shorts:write"]
    assert principal.scopes == {"shorts:read", "shorts:write"}


def test_a_scope_that_does_not_exist_is_named(studio: Studio) -> None:
    with pytest.raises(Invalid, match="There is no scope shorts:destroy") as caught:
        keys_of(studio).create(CreateKey(name="CI", scopes=("shorts:read", "shorts:destroy")))

    assert caught.value.hint == f"There are {', '.join(sorted(scopes()))}."


def test_a_limited_key_cannot_make_one_that_may_more(studio: Studio) -> None:
    limited = keys_of(studio, allowed=frozenset({"keys:write", "shorts:read"}))

    with pytest.raises(NotAllowed, match="no more than itself"):
        limited.create(CreateKey(name="more", scopes=("shorts:read", "admin:write")))

    assert limited.create(CreateKey(name="same")).scopes == ["keys:write", "shorts:read"]
    assert limited.create(CreateKey(name="less", scopes=("shorts:read",))).scopes == ["shorts:read"]


def test_an_administrator_makes_a_key_for_somebody_else(studio: Studio, other_studio: Studio) -> None:
    made = keys_of(studio).create(CreateKey(name="first", user="other@example.com"))

    assert log_in(studio.database, made.api_key, lambda: NOW).user_id == other_studio.principal.user_id
    assert [key.id for key in keys_of(other_studio).list().data] == [made.id]
    assert keys_of(studio).list().data == []


def test_nobody_else_does(studio: Studio, other_studio: Studio) -> None:
    limited = keys_of(studio, allowed=frozenset({"keys:write"}))

    with pytest.raises(NotAllowed, match="for administrators"):
        keys_of(other_studio).create(CreateKey(name="first", user="owner@localhost"))
    with pytest.raises(NotAllowed, match="not for admin:write"):
        limited.create(CreateKey(name="first", user="other@example.com"))


def test_administrators_make_their_keys_themselves(studio: Studio) -> None:
    studio.users.create(CreateUser(email="rui@example.com", role=Role.ADMIN, with_key=True))

    with pytest.raises(NotAllowed, match=r"rui@example\.com is an administrator: they make their API keys themselves"):
        keys_of(studio).create(CreateKey(name="in their name", user="rui@example.com"))

    assert keys_of(studio).create(CreateKey(name="mine", user=studio.principal.email)).state == "active"


def test_a_key_is_shown_by_its_id_or_name(studio: Studio, other_studio: Studio) -> None:
    made = studio.keys.create(CreateKey(name="CI"))

    assert studio.keys.show("CI") == studio.keys.show(made.id) == studio.keys.list().data[0]
    with pytest.raises(NotFound, match="There is no API key CI"):
        other_studio.keys.show("CI")


def test_an_administrator_without_any_key_is_given_one(studio: Studio) -> None:
    rui = studio.users.create(CreateUser(email="rui@example.com", role=Role.ADMIN))

    made = keys_of(studio).create(CreateKey(name="first", user="rui@example.com"))

    assert log_in(studio.database, made.api_key, lambda: NOW).user_id == rui.id
    with pytest.raises(NotAllowed, match="make their API keys themselves"):
        keys_of(studio).create(CreateKey(name="second", user="rui@example.com"))


def test_nobody_makes_a_key_of_the_local_owner(studio: Studio) -> None:
    rui = acting(studio, studio.users.create(CreateUser(email="rui@example.com", role=Role.ADMIN)).id)

    with pytest.raises(NotAllowed, match="make their API keys themselves"):
        keys_of(rui).create(CreateKey(name="in their name", user="owner@localhost"))


def test_keys_that_others_made_end_when_their_owner_becomes_an_administrator(
    studio: Studio, other_studio: Studio
) -> None:
    foreign = studio.keys.create(CreateKey(name="foreign", user="other@example.com"))
    own = other_studio.keys.create(CreateKey(name="own"))

    studio.users.edit("other@example.com", EditUser(role=Role.ADMIN))

    with pytest.raises(NotLoggedIn):
        log_in(studio.database, foreign.api_key)
    assert log_in(studio.database, own.api_key).is_admin
    assert [each.action for each in studio.audit.list().data][:2] == ["key.revoked", "user.edited"]


def test_keys_stay_when_an_administrator_is_changed_in_another_way(studio: Studio) -> None:
    made = studio.users.create(CreateUser(email="rui@example.com", role=Role.ADMIN, with_key=True))

    studio.users.edit("rui@example.com", EditUser(name="Rui", role=Role.ADMIN))

    assert log_in(studio.database, str(made.api_key)).user_id == made.id


def test_a_key_can_be_named_where_only_one_is_called_so(studio: Studio, other_studio: Studio) -> None:
    keys_of(other_studio).create(CreateKey(name="CI"))
    old, new = (keys_of(studio).create(CreateKey(name="CI")) for _ in range(2))

    with pytest.raises(Refused, match="2 of your API keys are called CI") as caught:
        keys_of(studio).revoke("CI")
    keys_of(studio).revoke(old.id)
    by_name = keys_of(studio).revoke(" CI ")

    assert str(caught.value.hint).endswith(f"{', '.join(sorted([old.id, new.id]))}.")
    assert (by_name.id, by_name.state) == (new.id, "revoked")
    assert [key.state for key in keys_of(other_studio).list().data] == ["active"]


def test_the_name_of_an_ended_key_answers_like_its_id(studio: Studio) -> None:
    made = keys_of(studio).create(CreateKey(name="old"))

    first = keys_of(studio).revoke("old")

    assert keys_of(studio, now=NOW + 5000).revoke("old") == first
    assert first.id == made.id


def test_a_key_ends_once(studio: Studio) -> None:
    made = keys_of(studio).create(CreateKey(name="old"))

    first = keys_of(studio).revoke(made.id)
    again = keys_of(studio, now=NOW + 5000).revoke(made.id)

    assert first.state == "revoked"
    assert again == first


def test_a_key_of_somebody_else_is_as_absent_as_one_that_never_was(studio: Studio, other_studio: Studio) -> None:
    made = keys_of(studio).create(CreateKey(name="mine"))

    with pytest.raises(NotFound, match=f"There is no API key {made.id}"):
        keys_of(other_studio).revoke(made.id)
    with pytest.raises(NotFound, match="There is no API key none"):
        keys_of(studio).revoke("none\0")
    assert keys_of(studio).list().data[0].state == "active"


def test_the_list_tells_the_state_of_each_newest_first(studio: Studio) -> None:
    keys_of(studio, now=NOW).create(CreateKey(name="ends", expires_in_seconds=60))
    keys_of(studio, now=NOW + 1).create(CreateKey(name="stays"))
    ended = keys_of(studio, now=NOW + 2).create(CreateKey(name="ended"))
    keys_of(studio, now=NOW + 3).revoke(ended.id)
    later = keys_of(studio, now=NOW + 60_000)

    first = later.list(limit=2)
    second = later.list(limit=2, cursor=first.next_cursor)

    assert [(key.name, key.state) for key in first.data + second.data] == [
        ("ended", "revoked"),
        ("stays", "active"),
        ("ends", "expired"),
    ]
    assert second.next_cursor is None


def test_making_and_ending_keys_is_written_down_without_the_key(studio: Studio) -> None:
    made = keys_of(studio).create(CreateKey(name="CI", scopes=("shorts:read",)))
    keys_of(studio).revoke(made.id)

    entries = studio.audit.list().data

    assert [entry.action for entry in entries] == ["key.revoked", "key.created"]
    assert made.api_key not in str(entries)
