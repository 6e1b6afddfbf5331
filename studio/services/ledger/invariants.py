"""The query that proves the ledger: it finds every row that breaks a rule, by the same text on both databases.

Meant for production too: after each migration, nightly, and for one person after a command."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session

# One person's part is narrowed inside the sums too: a filter outside would leave those of all people to be made.
_NARROWING = {
    "of_one": "WHERE user_id = :user_id",
    "and_one": "AND user_id = :user_id",
    "of_grants": "JOIN creditgrant o ON o.id = a.grant_id WHERE o.user_id = :user_id",
    "and_holds": "AND hold_id IN (SELECT id FROM credithold WHERE user_id = :user_id)",
    "and_b": "AND b.user_id = :user_id",
    "and_g": "AND g.user_id = :user_id",
    "and_h": "AND h.user_id = :user_id",
    "and_x": "AND x.user_id = :user_id",
}
_TEMPLATE = """
SELECT 'I1 balance - debt = sum of entries' AS rule, b.user_id AS who FROM creditbalance b
 LEFT JOIN (SELECT user_id, SUM(amount) AS s FROM creditentry {of_one} GROUP BY user_id) e ON e.user_id = b.user_id
 WHERE b.balance - b.debt <> COALESCE(e.s, 0) {and_b}
UNION ALL
SELECT 'I2 held = sum of pending holds', b.user_id FROM creditbalance b
 LEFT JOIN (SELECT user_id, SUM(amount) AS s FROM credithold WHERE state = 'pending' {and_one} GROUP BY user_id) h
 ON h.user_id = b.user_id
 WHERE b.held <> COALESCE(h.s, 0) {and_b}
UNION ALL
SELECT 'I3 available = sum of lots', b.user_id FROM creditbalance b
 LEFT JOIN (SELECT user_id, SUM(remaining) AS s FROM creditgrant WHERE remaining > 0 {and_one} GROUP BY user_id) g
 ON g.user_id = b.user_id
 WHERE b.balance - b.held <> COALESCE(g.s, 0) {and_b}
UNION ALL
SELECT 'I4 grant = remaining + allocated', g.id FROM creditgrant g
 LEFT JOIN (SELECT a.grant_id, SUM(CASE WHEN a.kind <> 'hold' THEN a.amount WHEN h.state = 'pending' THEN a.amount
 ELSE a.captured END) AS s FROM creditallocation a LEFT JOIN credithold h ON h.id = a.hold_id {of_grants}
 GROUP BY a.grant_id) x ON x.grant_id = g.id
 WHERE g.amount <> g.remaining + COALESCE(x.s, 0) {and_g}
UNION ALL
SELECT 'I5 hold = sum of allocations', h.id FROM credithold h
 LEFT JOIN (SELECT hold_id, SUM(amount) AS s, SUM(captured) AS c FROM creditallocation WHERE kind = 'hold' {and_holds}
 GROUP BY hold_id) x ON x.hold_id = h.id
 WHERE (h.amount <> COALESCE(x.s, 0) OR h.captured <> COALESCE(x.c, 0)) {and_h}
UNION ALL
SELECT 'I6 captured <-> 1 entry <-> 1 usage', h.id FROM credithold h
 LEFT JOIN creditentry e ON e.hold_id = h.id LEFT JOIN usagehistory u ON u.hold_id = h.id
 WHERE ((h.state = 'captured' AND (e.id IS NULL OR u.id IS NULL OR e.amount <> -h.captured OR u.credits <> h.captured
 OR e.user_id <> h.user_id OR u.user_id <> h.user_id))
 OR (h.state <> 'captured' AND (e.id IS NOT NULL OR u.id IS NOT NULL))) {and_h}
UNION ALL
SELECT 'I7 chain gapless', x.id FROM (SELECT id, seq, amount, net_after, LAG(net_after, 1, 0) OVER w AS p,
 LAG(seq, 1, 0) OVER w AS q FROM creditentry {of_one} WINDOW w AS (PARTITION BY user_id ORDER BY seq)) x
 WHERE x.seq <> x.q + 1 OR x.net_after <> x.p + x.amount
UNION ALL
SELECT 'I8 generation vs hold', j.id FROM generation j JOIN credithold h ON h.id = j.hold_id
 WHERE ((j.state = 'succeeded' AND h.state <> 'captured') OR (j.state = 'failed' AND h.state <> 'released')
 OR (j.state IN ('ready', 'submitting', 'submitted', 'uncertain') AND h.state <> 'pending')) {and_h}
UNION ALL
SELECT 'I9 nothing left in an expired lot', g.id FROM creditentry x JOIN creditgrant g ON g.id = x.grant_id
 WHERE x.kind = 'expire' AND g.remaining > 0 {and_x}
"""

_EVERYBODY = text(_TEMPLATE.format(**dict.fromkeys(_NARROWING, "")))
_ONE_PERSON = text(_TEMPLATE.format(**_NARROWING))


@dataclass(frozen=True)
class Violation:
    """A rule that is broken, and the id of the row that breaks it."""

    rule: str
    who: str


def verify(session: Session, user_id: str | None = None) -> list[Violation]:
    """Every violation in the whole ledger, or in one person's part of it; an empty list is health."""
    connection = session.connection()
    rows = connection.execute(_ONE_PERSON, {"user_id": user_id}) if user_id else connection.execute(_EVERYBODY)
    return [Violation(row.rule, row.who) for row in rows]
