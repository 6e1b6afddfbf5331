"""Looking after people: letting them in, changing what they may do, and seeing them off."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, SQLModel, col, select

from studio.app import Studio
from studio.contracts.credits import GrantCredits
from studio.contracts.keys import CreateKey
from studio.contracts.plans import CreatePlan
from studio.contracts.shorts import CreateShort
from studio.contracts.styles import CreateStyle
from studio.contracts.users import CreateUser, EditUser, UserFile, UserFilter
from studio.db.engine import Database
from studio.db.models.credit_entry import CreditEntry
from studio.db.models.user import User
from studio.domain.clock import system_clock
from studio.domain.errors import Conflict, Invalid, NotFound, NotLoggedIn, Refused
from studio.domain.people import Role
from studio.services import ledger
from studio.services.api_keys import log_in
from studio.services.people import LOCAL_EMAIL
from studio.services.principal import NOBODY, Principal
from studio.services.users import UsersService, create_first_admin
from tests.fakes import FakeModels

ANA = CreateUser(email="Ana@Example.com", name="Ana \x1b[31mMaria")


def people_file(*lines: str) -> UserFile:
    return UserFile(text="\n".join(lines), source="people.csv")


def give(studio: Studio, user_id: str, amount: int, *, expires_at: int | None = None) -> None:
    with studio.database.write() as session:
        key = f"test:{user_id}:{amount}"
        ledger.grant(
            session,
            user_id,
            amount,
            source="admin",
            source_id=key,
            key=key,
            actor="test",
            now=system_clock(),
            expires_at=expires_at,
        )


def test_somebody_new_is_a_creator_on_the_free_plan(studio: Studio) -> None:
    made = studio.users.create(ANA)

    assert made.model_dump(include={"email", "name", "role", "active", "plan", "version"}) == {
        "email": "ana@example.com",
        "name": "Ana Maria",
        "role": "creator",
        "active": True,
        "plan": "free",
        "version": 1,
    }
    assert (made.credits_remaining, made.credits_held, made.credits_debt) == (0, 0, 0)
    assert made.api_key is None
    assert studio.users.show(made.id).model_dump() == made.model_dump(exclude={"api_key"})


def test_the_first_key_lets_them_in(studio: Studio) -> None:
    made = studio.users.create(CreateUser(email="ana@example.com", with_key=True))

    assert log_in(studio.database, str(made.api_key)).user_id == made.id


def test_equal_addresses_are_one_person(studio: Studio) -> None:
    studio.users.create(ANA)

    with pytest.raises(Conflict, match=r"There is a user ana@example\.com already") as caught:
        studio.users.create(CreateUser(email="ANA@EXAMPLE.COM"))

    assert caught.value.hint == "studio admin users show ana@example.com"


def test_addresses_of_the_settings_are_administrators(studio: Studio) -> None:
    users = UsersService(
        studio.database, studio.principal, studio.assets.storage, admin_emails=frozenset({"ana@example.com"})
    )

    assert users.create(ANA).role == "admin"
    assert users.create(CreateUser(email="rui@example.com")).role == "creator"


def test_a_plan_has_to_be_there(studio: Studio) -> None:
    with pytest.raises(NotFound, match="There is no plan gold"):
        studio.users.create(CreateUser(email="ana@example.com", plan="gold"))


@pytest.mark.parametrize("word", ["ana@example.com", " ANA@example.com ", "@last", "id", "prefix"])
def test_people_are_found_by_what_one_types(studio: Studio, word: str) -> None:
    made = studio.users.create(ANA)
    with studio.database.write() as session:
        row = session.get_one(User, made.id)
        row.created_at += 10_000
        session.add(row)

    found = studio.users.show({"id": made.id, "prefix": made.id[:-1]}.get(word, word))

    assert found.id == made.id


@pytest.mark.parametrize("word", ["", "nobody", "nobody@example.com", "abc", "\0", "%%%%", "@first"])
def test_whom_nobody_knows_is_not_found(studio: Studio, word: str) -> None:
    with pytest.raises(NotFound):
        studio.users.show(word)


def test_a_beginning_that_several_share_is_refused(studio: Studio) -> None:
    with studio.database.write() as session:
        for number in range(2):
            session.add(User(id=f"sameid-{number}", email=f"{number}@example.com"))

    with pytest.raises(Refused, match="More than one user"):
        studio.users.show("sameid")


def test_credits_are_told_without_what_is_due(studio: Studio) -> None:
    made = studio.users.create(ANA)
    give(studio, made.id, 40)
    give(studio, made.id, 2, expires_at=system_clock() + 100_000)
    later = UsersService(
        studio.database, studio.principal, studio.assets.storage, clock=lambda: system_clock() + 200_000
    )

    assert studio.users.show(made.id).credits_remaining == 42
    assert later.show(made.id).credits_remaining == 40


def test_the_list_is_searched_filtered_and_paged(studio: Studio) -> None:
    studio.admin_plans.create(CreatePlan(key="pro", name="Pro", credits=1, price_monthly=1))
    for number, role in enumerate([Role.CREATOR, Role.ADMIN, Role.CREATOR]):
        plan = "pro" if number else "free"
        studio.users.create(CreateUser(email=f"p{number}@example.com", name=f"100% Zé {number}", role=role, plan=plan))

    def emails(limit: int = 100, cursor: str | None = None, **wanted: Any) -> list[str]:
        return [user.email for user in studio.users.list(UserFilter(**wanted), limit=limit, cursor=cursor).data]

    everybody = emails()
    first = studio.users.list(limit=2)
    assert sorted(everybody) == sorted([LOCAL_EMAIL, "p0@example.com", "p1@example.com", "p2@example.com"])
    assert emails(search="P1@EXAMPLE") == ["p1@example.com"]
    assert emails(search="0% z") == emails(search="100% Z")
    assert len(emails(search="0% z")) == 3
    assert emails(search="_") == []
    assert sorted(emails(role=Role.ADMIN)) == [LOCAL_EMAIL, "p1@example.com"]
    assert sorted(emails(plan="pro", role=Role.CREATOR)) == ["p2@example.com"]
    assert [user.email for user in first.data] + emails(limit=2, cursor=first.next_cursor) == everybody


def test_an_edit_changes_what_it_names(studio: Studio) -> None:
    made = studio.users.create(ANA)

    edited = studio.users.edit(made.id, EditUser(asaas_customer=" cus_1 ", role=Role.ADMIN))
    cleared = studio.users.edit(made.id, EditUser(asaas_customer=""))

    assert (edited.asaas_customer, edited.role, edited.name, edited.version) == ("cus_1", "admin", "Ana Maria", 2)
    assert (cleared.asaas_customer, cleared.version) == (None, 3)


def test_an_edit_that_changes_nothing_leaves_no_trace(studio: Studio) -> None:
    made = studio.users.create(ANA)

    edited = studio.users.edit(made.id, EditUser(name="Ana Maria", plan="free"))

    assert edited.model_dump() == made.model_dump(exclude={"api_key"})
    assert [entry.action for entry in studio.audit.list().data] == ["user.created"]


def test_the_second_of_two_administrators_is_told(studio: Studio) -> None:
    made = studio.users.create(ANA)
    studio.users.edit(made.id, EditUser(role=Role.ADMIN, version=1))
    # Credits are no change of the person, whoever gave them last.
    other = studio.users.create(CreateUser(email="rui@example.com", role=Role.ADMIN))
    rui = Studio(studio.settings, studio.database, Principal(other.id, other.email, other.role))
    rui.admin_credits.grant(GrantCredits(user=made.id, amount=5, reason="gift", key="gift"))

    with pytest.raises(Conflict, match="at version 2 and you changed version 1") as caught:
        studio.users.edit(made.id, EditUser(name="Anne", version=1))

    assert caught.value.details == {"id": made.id, "version": 2}
    assert caught.value.message.startswith("ana@example.com was changed by owner@localhost at 20")
    assert studio.users.show(made.id).name == "Ana Maria"


def test_a_plan_that_is_not_there_changes_nothing(studio: Studio) -> None:
    made = studio.users.create(ANA)

    with pytest.raises(NotFound):
        studio.users.edit(made.id, EditUser(name="Anne", plan="gold"))

    assert studio.users.show(made.id).version == 1


def test_who_is_deactivated_is_kept_out_and_can_be_let_in_again(studio: Studio) -> None:
    made = studio.users.create(CreateUser(email="ana@example.com", with_key=True))
    key = str(made.api_key)

    out = studio.users.deactivate(made.id, reason="left")
    again = studio.users.deactivate(made.id)
    with pytest.raises(NotLoggedIn):
        log_in(studio.database, key)
    back = studio.users.edit(made.id, EditUser(active=True))

    assert (out.active, out.deactivated_at is None) == (False, False)
    assert again == out
    assert (back.active, back.deactivated_at) == (True, None)
    assert log_in(studio.database, key).user_id == made.id


ENDINGS: dict[str, Callable[[Studio, str, str], object]] = {
    "demoted": lambda studio, id, email: studio.users.edit(id, EditUser(role=Role.CREATOR)),
    "deactivated": lambda studio, id, email: studio.users.deactivate(id),
    "deleted": lambda studio, id, email: studio.users.delete(id, confirm=email),
}


def only_administrator(settings: Any, database: Database) -> Studio:
    admin = User(email="admin@example.com", role="admin")
    with database.write() as session:
        session.add(admin)
    return Studio(settings, database, Principal(admin.id, admin.email, admin.role))


@pytest.mark.parametrize("done", ENDINGS)
def test_the_only_administrator_stays(settings: Any, database: Database, done: str) -> None:
    studio = only_administrator(settings, database)
    idle = studio.users.create(CreateUser(email="idle@example.com", role=Role.ADMIN))
    studio.users.deactivate(idle.id)

    with pytest.raises(Refused, match=f"the only administrator and cannot be {done}"):
        ENDINGS[done](studio, studio.principal.user_id, "admin@example.com")

    assert studio.users.show("admin@example.com").role == "admin"


@pytest.mark.parametrize("done", ENDINGS)
def test_of_two_administrators_one_may_go(settings: Any, database: Database, done: str) -> None:
    studio = only_administrator(settings, database)
    studio.users.create(CreateUser(email="second@example.com", role=Role.ADMIN))

    ENDINGS[done](studio, studio.principal.user_id, "admin@example.com")

    assert [user.email for user in studio.users.list(UserFilter(role=Role.ADMIN)).data if user.active] == [
        "second@example.com"
    ]


@pytest.mark.parametrize("done", ENDINGS)
def test_the_owner_of_an_embedded_studio_stays(studio: Studio, done: str) -> None:
    studio.users.create(CreateUser(email="second@example.com", role=Role.ADMIN))

    with pytest.raises(Refused, match="This studio belongs to owner@localhost"):
        ENDINGS[done](studio, studio.principal.user_id, LOCAL_EMAIL)


def test_two_administrators_cannot_remove_each_other_at_once(settings: Any, database: Database) -> None:
    studio = only_administrator(settings, database)
    second = studio.users.create(CreateUser(email="second@example.com", role=Role.ADMIN))
    ready = threading.Barrier(2)
    outcomes: list[str] = []

    def demote(id: str) -> None:
        ready.wait(10)
        try:
            studio.users.edit(id, EditUser(role=Role.CREATOR))
            outcomes.append("demoted")
        except Refused:
            outcomes.append("refused")

    threads = [threading.Thread(target=demote, args=(id,)) for id in (studio.principal.user_id, second.id)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(outcomes) == ["demoted", "refused"]


def test_of_two_who_make_the_same_person_at_once_one_succeeds(studio: Studio) -> None:
    ready = threading.Barrier(2)
    outcomes: list[str] = []

    def create() -> None:
        ready.wait(10)
        try:
            studio.users.create(ANA)
            outcomes.append("created")
        except Conflict:
            outcomes.append("conflict")

    threads = [threading.Thread(target=create) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(outcomes) == ["conflict", "created"]


@pytest.fixture
def leaving(studio: Studio, other_studio: Studio, models: FakeModels) -> str:
    """Somebody with a short, takes, a style, files, a key and credits."""
    style = other_studio.styles.create(CreateStyle(like="news", name="Mine"))
    short = other_studio.shorts.create(CreateShort(source_text="One sea. Two moons.", style=style.handle))
    other_studio.media.generate(other_studio.scripts.generate(short.id).id)
    other_studio.keys.create(CreateKey(name="laptop"))
    give(studio, other_studio.principal.user_id, 7)
    return other_studio.principal.user_id


def files_in(studio: Studio) -> list[Path]:
    folder = studio.settings.storage_folder
    return [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []


def test_a_dry_run_of_a_deletion_only_counts(studio: Studio, leaving: str) -> None:
    would_go = studio.users.delete(leaving, confirm="", dry_run=True)

    assert would_go.model_dump() == {
        "id": leaving,
        "deleted": False,
        "shorts": 1,
        "definitions": 1,
        "files": 4,
        "api_keys": 1,
    }
    assert len(files_in(studio)) == 4
    assert studio.users.show(leaving).email == "other@example.com"


def test_a_deletion_takes_the_work_and_leaves_the_books(studio: Studio, leaving: str) -> None:
    mine = studio.shorts.create(CreateShort(topic="Stays"))

    gone = studio.users.delete(leaving, confirm=" Other@Example.com", reason="asked for it")

    assert (gone.deleted, gone.shorts, gone.files) == (True, 1, 4)
    assert files_in(studio) == []
    assert [short.id for short in studio.shorts.list().data] == [mine.id]
    with studio.database.read() as session:
        assert rows_of(session, leaving) == {}
        assert session.exec(select(CreditEntry.amount).where(CreditEntry.user_id == leaving)).all() == [7]
        assert ledger.verify(session) == []


def test_who_was_deleted_has_neither_name_nor_address(studio: Studio, leaving: str) -> None:
    studio.users.delete(leaving, confirm="other@example.com")

    tombstone = studio.users.show(leaving)

    assert tombstone.email == f"deleted-{leaving}@deleted.invalid"
    assert (tombstone.name, tombstone.role, tombstone.active, tombstone.plan) == ("", "creator", False, None)
    assert [user.id for user in studio.users.list(UserFilter(deleted=True)).data] == [leaving]
    assert leaving not in [user.id for user in studio.users.list().data]
    assert studio.users.create(CreateUser(email="other@example.com")).id != leaving


def test_who_was_deleted_cannot_be_changed(studio: Studio, leaving: str) -> None:
    studio.users.delete(leaving, confirm="other@example.com")

    for attempt in (
        lambda: studio.users.edit(leaving, EditUser(active=True)),
        lambda: studio.users.deactivate(leaving),
        lambda: studio.users.delete(leaving, confirm="other@example.com"),
    ):
        with pytest.raises(NotFound, match="was deleted"):
            attempt()


def test_a_deletion_needs_the_address(studio: Studio, leaving: str) -> None:
    with pytest.raises(Refused, match=r"Nothing was deleted: yes is not other@example\.com"):
        studio.users.delete(leaving, confirm="yes")

    assert len(files_in(studio)) == 4


def test_nobody_is_deleted_while_calls_are_under_way(studio: Studio, leaving: str) -> None:
    with studio.database.write() as session:
        ledger.reserve(session, leaving, 3, key="call", now=system_clock(), expires_at=system_clock() + 1_000_000)

    with pytest.raises(Conflict, match="3 credits are held"):
        studio.users.delete(leaving, confirm="other@example.com")


def test_every_table_about_somebody_is_either_emptied_or_kept_on_purpose() -> None:
    kept = {"creditbalance", "approval", "systemprompt", "externalidentity", "subscription", "payment"}

    unknown = [
        table.name
        for table in SQLModel.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "user" and key.parent.name != "owner_id" and table.name not in kept
    ]

    assert unknown == []


def rows_of(session: Session, user_id: str) -> dict[str, int]:
    """How many rows somebody still owns, by table."""
    found = {}
    for table in SQLModel.metadata.sorted_tables:
        if "owner_id" in table.c:
            count = len(
                session.connection().execute(select(table.c.owner_id).where(col(table.c.owner_id) == user_id)).all()
            )
            found |= {table.name: count} if count else {}
    return found


def test_a_file_lets_everybody_in(studio: Studio) -> None:
    made = studio.users.create_many(
        people_file("email,name,role", "ana@example.com,Ana,admin", '"Rui@Example.com","Rui, the other",')
    )

    assert [(user.email, user.name, user.role) for user in made.data] == [
        ("ana@example.com", "Ana", "admin"),
        ("rui@example.com", "Rui, the other", "creator"),
    ]


def test_json_lines_are_taken_too(studio: Studio) -> None:
    made = studio.users.create_many(people_file('{"email": "ana@example.com"}', "", '{"email": "b@example.com"}'))

    assert [user.email for user in made.data] == ["ana@example.com", "b@example.com"]


def test_a_row_with_several_faults_tells_all_of_them(studio: Studio) -> None:
    studio.users.create(ANA)
    file = people_file(
        '{"email": "no address", "role": "boss", "plan": "gold"}',
        '{"email": "ANA@example.com", "role": "boss", "plan": "gold"}',
        '{"email": "ana@example.com", "plan": "gold"}',
        '{"plan": 5}',
    )

    with pytest.raises(Invalid) as caught:
        studio.users.create_many(file)

    no_role, no_plan = "role must be one of 'creator' or 'admin'", "There is no plan gold."
    there = "There is a user ana@example.com already."
    assert caught.value.faults == [
        "line 1: email must be an e-mail address, such as ana@example.com",
        f"line 1: {no_role}",
        f"line 1: {no_plan}",
        f"line 2: {no_role}",
        f"line 2: {no_plan}",
        f"line 2: {there}",
        "line 3: ana@example.com stands in line 2 already",
        f"line 3: {no_plan}",
        f"line 3: {there}",
        "line 4: email is missing",
        "line 4: plan must be text",
    ]


def test_every_fault_of_a_file_is_told_and_nobody_is_let_in(studio: Studio) -> None:
    studio.users.create(ANA)
    file = people_file(
        "email,role,plan",
        "new@example.com,creator,free",
        "no address,creator,free",
        "ana@example.com,creator,free",
        "NEW@example.com,creator,free",
        "b@example.com,boss,free",
        "c@example.com,creator,gold",
    )

    with pytest.raises(Invalid, match=r"people\.csv was not taken: nothing was changed") as caught:
        studio.users.create_many(file)

    assert caught.value.faults == [
        "line 3: email must be an e-mail address, such as ana@example.com",
        "line 4: There is a user ana@example.com already.",
        "line 5: new@example.com stands in line 2 already",
        "line 6: role must be one of 'creator' or 'admin'",
        "line 7: There is no plan gold.",
    ]
    assert {user.email for user in studio.users.list().data} == {LOCAL_EMAIL, "ana@example.com"}


def test_every_change_is_written_down_without_names_and_addresses(studio: Studio) -> None:
    made = studio.users.create(ANA)
    studio.users.edit(made.id, EditUser(name="Anne", role=Role.ADMIN, reason="helps out"))
    studio.users.deactivate(made.id, reason="left")
    studio.users.delete(made.id, confirm=made.email)

    entries = studio.audit.list().data

    assert [(entry.action, entry.before, entry.after, entry.reason) for entry in entries] == [
        ("user.deleted", None, {"shorts": 0, "definitions": 0, "files": 0, "api_keys": 0}, None),
        ("user.deactivated", {"active": True}, {"active": False}, "left"),
        ("user.edited", {"role": "creator", "name": None}, {"role": "admin", "name": "changed"}, "helps out"),
        ("user.created", None, {"role": "creator", "plan": "free", "asaas_customer": None, "active": True}, None),
    ]
    assert {entry.subject_id for entry in entries} == {made.id}
    assert "ana@example.com" not in str(entries)
    assert "Anne" not in str(entries)


def test_the_first_administrator_is_made_once(settings: Any, database: Database) -> None:
    storage = Studio(settings, database, NOBODY).assets.storage
    admin = CreateUser(email="ana@example.com", role=Role.ADMIN)

    made = create_first_admin(database, admin, storage, frozenset())

    assert log_in(database, str(made.api_key)).role == "admin"
    with pytest.raises(Conflict):
        create_first_admin(database, admin, storage, frozenset())
