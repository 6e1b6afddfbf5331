"""The invariant query finds each kind of damage, for everybody and for one person, on both databases alike."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from studio.db.engine import Database
from studio.services.ledger import capture, transact, verify
from tests.services.ledger.ground import DAY, NOW, USAGE, give, hold, new_user

DAMAGE = {
    "I1": "UPDATE creditbalance SET balance = balance + 1",
    "I2": "UPDATE credithold SET amount = amount + 1 WHERE state = 'pending'",
    "I3": "UPDATE creditgrant SET remaining = remaining - 1",
    "I4": "UPDATE creditgrant SET amount = amount + 1",
    "I5": "UPDATE creditallocation SET amount = amount + 1 WHERE kind = 'hold'",
    "I6": "UPDATE credithold SET state = 'released', captured = 0 WHERE state = 'captured'",
    "I7": "INSERT INTO creditentry SELECT 'x', created_at, user_id, 9, 'grant', amount, net_after, grant_id, NULL, 'x',"
    " actor, reason, event_at FROM creditentry WHERE seq = 1",
    "I8": "UPDATE generation SET state = 'succeeded'",
    "I9": "INSERT INTO creditentry (id, user_id, seq, kind, amount, net_after, grant_id, idem_key, actor, event_at,"
    " created_at) SELECT 'x', user_id, 99, 'expire', -1, 0, id, 'expire:x', 'studio', 0, 0 FROM creditgrant",
}


@pytest.fixture
def user_id(database: Database) -> str:
    user_id = new_user(database)
    give(database, user_id, 50)
    transact(database, capture, hold(database, user_id, 5), 5, USAGE, now=NOW)
    held = hold(database, user_id, 7)
    with database.write() as session:
        session.connection().execute(_GENERATION, {"user_id": user_id, "hold_id": held, "now": NOW})
    return user_id


_GENERATION = text(
    "INSERT INTO generation (id, created_at, user_id, client_key, request_hash, hold_id, kind, provider, model,"
    " payload, state, attempt) VALUES ('g', :now, :user_id, 'k', 'h', :hold_id, 'image_generation', 'fal', 'm',"
    " '{}', 'ready', 0)"
)


@pytest.mark.parametrize("rule", DAMAGE)
def test_damage_is_found(rule: str, database: Database, user_id: str) -> None:
    with database.read() as session:
        assert verify(session) == verify(session, user_id) == []

    with database.write() as session:
        session.connection().execute(text(DAMAGE[rule]))

    with database.read() as session:
        everybody, one = verify(session), verify(session, user_id)
    assert rule in {violation.rule.partition(" ")[0] for violation in everybody}
    assert everybody == one


def test_one_persons_check_leaves_others_out(database: Database, user_id: str) -> None:
    other = new_user(database)
    give(database, other, 5, expires_at=NOW + DAY)
    with database.write() as session:
        session.connection().execute(text("UPDATE creditbalance SET balance = 6 WHERE user_id = :id"), {"id": other})

    with database.read() as session:
        assert verify(session, user_id) == []
        assert {violation.who for violation in verify(session)} == {other}
