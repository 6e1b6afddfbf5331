"""The audit trail on both databases: nobody changes it, and everybody who may can find things in it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from studio.app import Studio
from studio.contracts.audit import AuditFilter
from studio.domain.errors import NotAllowed
from studio.services.audit import Subject, audit, request_id
from studio.services.principal import Principal

MARIA = Principal("maria", "maria@example.com", "admin", None, "key-1")


def write(studio: Studio, *entries: tuple[str, Subject], who: Principal = MARIA, now: int | None = None) -> None:
    with studio.database.write() as session:
        for action, subject in entries:
            audit(session, who, action, subject, {"a": 1, "b": 2}, {"a": 1, "b": 3, "c": None}, "because", now=now)


def found(studio: Studio, **wanted: Any) -> list[str]:
    return [entry.subject_id for entry in studio.audit.list(AuditFilter(**wanted)).data]


def test_an_entry_tells_who_changed_what_and_nothing_that_stayed(studio: Studio) -> None:
    write(studio, ("plan.edited", Subject("plan", "pro")), now=1_700_000_000_000)

    entry = studio.audit.list().data[0]

    assert entry.model_dump(exclude={"id", "request_id"}) == {
        "created_at": "2023-11-14T22:13:20.000Z",
        "actor_id": "maria",
        "actor_email": "maria@example.com",
        "key_id": "key-1",
        "action": "plan.edited",
        "subject_type": "plan",
        "subject_id": "pro",
        "before": {"b": 2},
        "after": {"b": 3},
        "reason": "because",
    }


def test_an_entry_goes_with_the_change_it_tells_of(studio: Studio) -> None:
    def change_and_fail() -> None:
        with studio.database.write() as session:
            audit(session, MARIA, "plan.edited", Subject("plan", "pro"))
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_and_fail()

    assert studio.audit.list().data == []


def test_entries_of_one_transaction_share_a_request(studio: Studio) -> None:
    write(studio, ("a.b", Subject("a", "1")), ("a.b", Subject("a", "2")))
    write(studio, ("a.b", Subject("a", "3")))

    requests = [entry.request_id for entry in studio.audit.list().data]

    assert requests[1] == requests[2] != requests[0]


def test_the_request_of_a_server_is_written_down(studio: Studio) -> None:
    token = request_id.set("request-7")
    try:
        write(studio, ("a.b", Subject("a", "1")))
    finally:
        request_id.reset(token)

    assert studio.audit.list().data[0].request_id == "request-7"


def test_nobody_changes_what_stands_there(studio: Studio) -> None:
    write(studio, ("plan.edited", Subject("plan", "pro")))
    before = studio.audit.list()
    engine = studio.database.engine.dialect.name
    of_its_own = {
        "sqlite": "INSERT OR REPLACE INTO auditentry SELECT * FROM auditentry",
        "postgresql": "TRUNCATE auditentry",
    }

    for statement in ("UPDATE auditentry SET reason = 'other'", "DELETE FROM auditentry", of_its_own[engine]):
        with pytest.raises(DBAPIError, match="append-only"), studio.database.write() as session:
            session.connection().execute(text(statement))

    assert studio.audit.list() == before


def test_filters_find_what_they_name(studio: Studio) -> None:
    write(studio, ("plan.edited", Subject("plan", "pro")), now=1_000)
    write(studio, ("plan.created", Subject("plan", "team")), now=2_000_000)
    write(studio, ("user.edited", Subject("user", "ana")), who=studio.principal, now=3_000_000)

    assert found(studio) == ["ana", "team", "pro"]
    assert found(studio, actor="maria@example.com") == ["team", "pro"]
    assert found(studio, actor="maria") == ["team", "pro"]
    assert found(studio, action="plan.created") == ["team"]
    assert found(studio, subject="plan") == ["team", "pro"]
    assert found(studio, subject="plan:pro") == ["pro"]
    assert found(studio, since="1970-01-01T00:33:20") == ["ana", "team"]
    assert found(studio, since="1970-01-01T01:33:20+01:00", actor="maria") == ["team"]
    assert found(studio, subject="plan:none\0") == []


def test_pages_hold_every_entry_once(studio: Studio) -> None:
    write(studio, *(("a.b", Subject("a", str(number))) for number in range(7)), now=5)

    seen, cursor = [], None
    while True:
        page = studio.audit.list(limit=3, cursor=cursor)
        seen += [entry.subject_id for entry in page.data]
        cursor = page.next_cursor
        if cursor is None:
            break

    assert sorted(seen) == [str(number) for number in range(7)]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_list_walks_an_index_and_sorts_nothing(studio: Studio) -> None:
    asked: list[tuple[str, Any]] = []
    event.listen(
        studio.database.engine,
        "before_cursor_execute",
        lambda _, cursor, sql, values, *rest: asked.append((sql, values)),
    )
    write(studio, *(("a.b", Subject("a", "1")) for _ in range(3)))
    cursor = studio.audit.list(limit=1).next_cursor
    filters = [
        *({}, {"actor": "a@b"}, {"actor": "id"}, {"action": "a.b"}, {"subject": "a"}, {"subject": "a:1"}),
        {"since": "2026-01-01"},
    ]

    for wanted in filters:
        studio.audit.list(AuditFilter.model_validate(wanted), cursor=cursor)
        sql, values = asked[-1]
        with studio.database.read() as session:
            steps = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).fetchall()

        assert [step for *_, step in steps if "USING INDEX" not in step] == [], wanted


def test_the_audit_trail_is_the_administrators_business(other_studio: Studio) -> None:
    with pytest.raises(NotAllowed):
        other_studio.audit.list()
