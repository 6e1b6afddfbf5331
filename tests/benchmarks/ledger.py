"""How fast credits are spent: reserve and capture through the ledger, by hand on psycopg, and in pgbench.

All three run the same transactions with the same statements against fresh copies of one database, in turns, one
client each; the ratios are the medians of the turns' own. Run `python -m tests.benchmarks.ledger`. It starts its own
PostgreSQL, whose commits do not wait for the disk: that flatters only who says least to it."""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from statistics import median
from uuid import uuid4

import psycopg

from studio.db.engine import Database, open_database
from studio.db.models.user import User
from studio.db.schema import upgrade
from studio.domain.credits import FeatureKey, price
from studio.services.ledger import Usage, capture, grant, reserve, transact, verify
from tests.postgres import Cluster, find_binaries, running_cluster

USER = "spender"
AMOUNT = 5
NOW = 1_800_000_000_000
LATER = NOW + 600_000
USAGE = Usage(
    "shorts.media", price(FeatureKey.IMAGE_GENERATION), "fal", None, "flux/schnell", short_id="s", scene_order=1
)

LOCK = "UPDATE creditbalance SET version = version + 1 WHERE user_id = {user} RETURNING user_id, balance, held, debt"
READ = (
    "SELECT k.body_sha256, k.answer, g.id, g.remaining, g.priority, g.expires_at, g.created_at FROM creditbalance b"
    " LEFT JOIN idempotencykey k ON k.scope = {scope} AND k.key = {key}"
    " LEFT JOIN creditgrant g ON g.user_id = b.user_id AND g.remaining > 0 WHERE b.user_id = {user}"
)
HOLD = (
    "INSERT INTO credithold (id, user_id, op_key, amount, captured, state, expires_at, created_at)"
    " VALUES ({hold}, {user}, {key}, {amount}, 0, 'pending', {later}, {now})"
)
LOT = "UPDATE creditgrant SET remaining = remaining + {change} WHERE id = {id}"
ALLOCATE = (
    "INSERT INTO creditallocation (id, grant_id, kind, hold_id, entry_id, ord, amount, captured)"
    " VALUES ({allocation}, {id}, 'hold', {hold}, NULL, 0, {amount}, 0)"
)
SAVE = "UPDATE creditbalance SET balance = {balance}, held = {held}, debt = {debt} WHERE user_id = {user}"
KEEP = (
    "INSERT INTO idempotencykey (scope, key, user_id, body_sha256, answer, created_at)"
    " VALUES ({scope}, {key}, {user}, {body}, {answer}, {now})"
)
LOCK_OWNER = (
    "UPDATE creditbalance SET version = version + 1 WHERE user_id = (SELECT user_id FROM credithold WHERE id = {hold})"
    " RETURNING user_id, balance, held, debt"
)
PARTS = (
    "SELECT h.amount AS whole, h.state, a.id AS allocation_id, a.amount, g.id, g.remaining, g.priority, g.expires_at,"
    " g.created_at, EXISTS (SELECT 1 FROM creditgrant d WHERE d.user_id = h.user_id AND d.remaining > 0"
    " AND d.expires_at <= {now}) AS due FROM credithold h JOIN creditallocation a ON a.hold_id = h.id"
    " JOIN creditgrant g ON g.id = a.grant_id WHERE h.id = {hold} ORDER BY a.ord"
)
APPEND = (
    "INSERT INTO creditentry (id, user_id, seq, kind, amount, net_after, grant_id, hold_id, idem_key, actor, reason,"
    " event_at, created_at) VALUES ({entry}, {user},"
    " (SELECT COALESCE(MAX(seq), 0) + 1 FROM creditentry WHERE user_id = {user}), 'usage', {change}, {net}, NULL,"
    " {hold}, {entry}, {user}, NULL, {now}, {now})"
)
RECORD = (
    "INSERT INTO usagehistory (id, user_id, hold_id, operation, credits, feature, unit_price, quantity,"
    " multiplier_permille, price_rule, provider, provider_request_id, model, short_id, scene_order, cost_microusd,"
    " created_at) VALUES ({usage}, {user}, {hold}, 'shorts.media', {amount}, 'image_generation', 5, 1, 1000,"
    " 'image_generation: 1 x 5 = 5', 'fal', NULL, 'flux/schnell', 's', 1, NULL, {now})"
)
RESOLVE = "UPDATE credithold SET state = 'captured', captured = {amount}, resolved_at = {now} WHERE id = {hold}"
SPEND = "UPDATE creditallocation SET captured = {amount} WHERE id = {allocation}"


def _together(*statements: str) -> str:
    """One statement of several writes, as the ledger sends them to PostgreSQL."""
    *first, last = statements
    return "WITH " + ", ".join(f"write_{number} AS ({text})" for number, text in enumerate(first)) + " " + last


SET_ASIDE = _together(HOLD, LOT, ALLOCATE, SAVE, KEEP)
TAKE = _together(APPEND, RECORD, RESOLVE, SPEND, SAVE, KEEP)


Way = Callable[[int], float]
"""Spends so many times and gives how often that was per second."""


@contextmanager
def by_ledger(url: str) -> Iterator[Way]:
    database = open_database(url)
    yield lambda times: _rate(lambda: _spend(database), times)
    with database.read() as session:
        assert verify(session) == []
    database.close()


def _spend(database: Database) -> None:
    held = transact(database, reserve, USER, AMOUNT, key=uuid4().hex, expires_at=LATER, now=NOW)
    transact(database, capture, str(held.hold_id), AMOUNT, USAGE, now=NOW)


@contextmanager
def by_hand(url: str) -> Iterator[Way]:
    """The same by somebody who writes psycopg: the same reads, the same arithmetic, the same rows."""
    statements = {name: text for name, text in globals().items() if name.isupper() and _is_sql(text)}
    names = {name: re.sub(r"{(\w+)}", r"%(\1)s", text) for name, text in statements.items()}
    with psycopg.connect(url, autocommit=False) as connection:
        yield lambda times: _rate(lambda: _spend_by_hand(connection, names), times)


def _is_sql(text: object) -> bool:
    return isinstance(text, str) and "{" in text


def _spend_by_hand(connection: psycopg.Connection, sql: dict[str, str]) -> None:
    run = connection.execute
    hold, key, allocation = str(uuid4()), uuid4().hex, str(uuid4())
    known = {"user": USER, "hold": hold, "key": key, "allocation": allocation, "amount": AMOUNT, "now": NOW}
    known |= {"scope": f"user:{USER}", "later": LATER, "change": -AMOUNT, "body": "0" * 64}
    _, balance, held, debt = run(sql["LOCK"], known).fetchone()
    _, _, lot, *_ = run(sql["READ"], known).fetchone()
    answer = json.dumps({"balance": [balance, held + AMOUNT, debt], "hold_id": hold})
    known |= {"id": lot, "balance": balance, "held": held + AMOUNT, "debt": debt, "answer": answer}
    run(sql["SET_ASIDE"], known)
    connection.commit()
    _, balance, held, debt = run(sql["LOCK_OWNER"], known).fetchone()
    run(sql["PARTS"], known).fetchall()
    answer = json.dumps({"balance": [balance - AMOUNT, held - AMOUNT, debt], "hold_id": hold})
    known |= {"entry": f"usage:{hold}", "net": balance - debt - AMOUNT, "usage": str(uuid4()), "scope": "hold"}
    known |= {"balance": balance - AMOUNT, "held": held - AMOUNT, "key": hold, "answer": answer}
    run(sql["TAKE"], known)
    connection.commit()


@contextmanager
def by_pgbench(cluster: Cluster, name: str) -> Iterator[Way]:
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(_pgbench_script())
        script.flush()
        yield lambda times: _run_pgbench(cluster, name, script.name, times)


def _run_pgbench(cluster: Cluster, name: str, script: str, times: int) -> float:
    binaries = find_binaries()
    assert binaries is not None
    command = [str(binaries / "pgbench"), "-n", "-M", "prepared", "-c", "1", "-t", str(times), "-f", script]
    command += ["-h", str(cluster.folder), "-U", "postgres", name]
    environment = os.environ | {"LD_LIBRARY_PATH": str(binaries.parent / "lib")}
    result = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    found = re.search(r"tps = ([\d.]+) \(without initial connection time\)", result.stdout)
    if result.returncode != 0 or found is None or "failed transactions: 0" not in result.stdout:
        raise RuntimeError(result.stdout + result.stderr)
    return float(found[1])


def _pgbench_script() -> str:
    reserving = [LOCK + " \\gset", READ + " \\gset", SET_ASIDE]
    capturing = [LOCK_OWNER + " \\gset", PARTS + " \\gset", TAKE]
    constants = {"user": f"'{USER}'", "amount": AMOUNT, "change": -AMOUNT, "now": NOW, "later": LATER}
    constants |= {
        "body": f"'{'0' * 64}'",
        "answer": "'" + "x" * 120 + "'",
        "debt": 0,
        "entry": ":entry",
        "usage": ":usage",
    }
    ids = [f"\\set {name} random(1, 9000000000000000000)" for name in ("hold", "allocation", "entry", "usage")]
    # Without a colon: pgbench takes one for a variable even inside quotes.
    first = constants | {"scope": f"'user {USER}'", "key": ":hold", "held": AMOUNT, "balance": ":balance"}
    then = constants | {"scope": "'hold'", "key": ":hold", "held": 0, "balance": f":balance - {AMOUNT}"}
    lines = [*ids, "BEGIN;"]
    lines += [_filled(text, first) for text in reserving]
    lines += ["COMMIT;", "BEGIN;"]
    lines += [_filled(text, then) for text in capturing]
    return "\n".join([*lines, "COMMIT;"]) + "\n"


def _filled(text: str, values: dict[str, object]) -> str:
    names = {"hold": ":hold", "allocation": ":allocation", "id": ":id", "net": f":balance - {AMOUNT}"} | values
    line = re.sub(r"{(\w+)}", lambda found: str(names[found[1]]), text)
    return line if line.endswith("\\gset") else line + ";"


def _rate(turn: Callable[[], None], times: int) -> float:
    start = time.perf_counter()
    for _ in range(times):
        turn()
    return times / (time.perf_counter() - start)


def _prepare(cluster: Cluster) -> None:
    cluster.execute("CREATE DATABASE measured_template")
    url = cluster.url("measured_template")
    upgrade(url)
    database = open_database(url)
    with database.write() as session:
        session.add(User(id=USER, email="spender@example.com"))
    transact(database, grant, USER, 10**9, source="payment", source_id="p", key="p", actor="benchmark", now=NOW)
    database.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=25)
    parser.add_argument("--times", type=int, default=100, help="how often each way spends in one turn")
    wish = parser.parse_args()
    with running_cluster() as cluster, ExitStack() as stack:
        ways = {name: stack.enter_context(way) for name, way in _ways(cluster).items()}
        rates = _take_turns(ways, wish.turns, wish.times)
    for name, found in rates.items():
        print(f"{name:8} {median(found):8.0f} reserve+capture per second")
    print(f"ledger / psycopg by hand: {_ratio(rates, 'psycopg'):.2f} (at least 0.50 is wanted)")
    print(f"ledger / pgbench:         {_ratio(rates, 'pgbench'):.2f} (at least 0.25 is wanted)")


def _ways(cluster: Cluster) -> dict[str, AbstractContextManager[Way]]:
    _prepare(cluster)
    for name in ("ledger", "psycopg", "pgbench"):
        cluster.execute(f"CREATE DATABASE {name} TEMPLATE measured_template")
    return {
        "ledger": by_ledger(cluster.url("ledger")),
        "psycopg": by_hand(cluster.url("psycopg")),
        "pgbench": by_pgbench(cluster, "pgbench"),
    }


def _take_turns(ways: dict[str, Way], turns: int, times: int) -> dict[str, list[float]]:
    """Short turns close to each other: what else the machine does weighs on neighbours in time alike."""
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(turns + 1):
        for name, way in ways.items():
            rate = way(times)
            # The first turn only warms up.
            rates[name] += [rate] if turn else []
    return rates


def _ratio(rates: dict[str, list[float]], way: str) -> float:
    return median(ours / theirs for ours, theirs in zip(rates["ledger"], rates[way], strict=True))


if __name__ == "__main__":
    main()
