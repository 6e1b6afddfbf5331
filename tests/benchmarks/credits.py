"""How long `credits show` and `credits history` take with 200 and with 200,000 spendings, on both databases.

The rows are written straight into the tables, so that they keep every rule of the ledger; the two sizes are looked
at in turns in one run, and the ratio is that of the medians. Run `python -m tests.benchmarks.credits`."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from studio.app import Studio
from studio.config import Settings
from studio.db.engine import Database, open_database
from studio.db.schema import upgrade
from studio.services.ledger import verify
from studio.services.people import local_owner
from tests.postgres import find_binaries, running_cluster

FEW, MANY = 200, 200_000
DAYS = 365
DAY = 24 * 60 * 60 * 1000

_ROWS = {
    "sqlite": "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})",
    "postgresql": "WITH numbers AS (SELECT n FROM generate_series(1, {count}) AS n)",
}
_STATEMENTS = (
    "UPDATE creditgrant SET amount = amount + {count}, remaining = remaining WHERE user_id = '{user}'",
    "INSERT INTO credithold (id, user_id, op_key, amount, captured, state, expires_at, created_at, resolved_at)"
    " {rows} SELECT 'h' || n, '{user}', 'k' || n, 1, 1, 'captured', {at} + 1, {at}, {at} FROM numbers",
    "INSERT INTO creditallocation (id, grant_id, kind, hold_id, entry_id, ord, amount, captured)"
    " {rows} SELECT 'a' || n, (SELECT id FROM creditgrant WHERE user_id = '{user}'), 'hold', 'h' || n, NULL, 0, 1, 1"
    " FROM numbers",
    "INSERT INTO creditentry (id, user_id, seq, kind, amount, net_after, grant_id, hold_id, idem_key, actor, reason,"
    " event_at, created_at) {rows} SELECT 'e' || n, '{user}', n + 1, 'usage', -1, 100 + {count} - n, NULL, 'h' || n,"
    " 'u' || n, 'bench', NULL, {at}, {at} FROM numbers",
    "INSERT INTO usagehistory (id, user_id, hold_id, operation, credits, feature, unit_price, quantity,"
    " multiplier_permille, price_rule, provider, model, short_id, scene_order, created_at)"
    " {rows} SELECT 'u' || n, '{user}', 'h' || n, 'shorts.media', 1, 'speech_generation', 1, 1, 1000,"
    " 'speech_generation: 1 × 1 = 1', 'vendor', 'vendor/voice', 's' || (n - n / 500 * 500), n - n / 8 * 8 + 1, {at}"
    " FROM numbers",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=200)
    turns = parser.parse_args().turns
    with tempfile.TemporaryDirectory() as folder:
        few, many = (_studio(f"sqlite:///{folder}/{count}.sqlite3", count, Path(folder)) for count in (FEW, MANY))
        _compare("sqlite", few, many, turns)
        if find_binaries() is not None:
            with running_cluster() as cluster:
                for count in (FEW, MANY):
                    cluster.execute(f"CREATE DATABASE spendings_{count}")
                few, many = (_studio(cluster.url(f"spendings_{count}"), count, Path(folder)) for count in (FEW, MANY))
                _compare("postgresql", few, many, turns)
                for studio in (few, many):
                    studio.close()


def _studio(url: str, count: int, folder: Path) -> Studio:
    upgrade(url)
    database = open_database(url)
    studio = Studio(Settings(database_url=url, data_dir=folder), database, local_owner(database))
    _fill(database, studio.principal.user_id, count)
    with database.read() as session:
        assert verify(session) == []
    return studio


def _fill(database: Database, user: str, count: int) -> None:
    dialect = database.engine.dialect.name
    now = time.time_ns() // 1_000_000
    # Evenly over a year up to now, in the order of their numbers; the grant lies before all of them.
    at = f"({now} - CAST({DAYS * DAY} AS BIGINT) * ({count} - n) / {count})"
    values = {"user": user, "count": count, "at": at, "rows": _ROWS[dialect].format(count=count)}
    with database.write() as session:
        connection = session.connection()
        # The first entry is append-only: the larger grant is written in its place while the triggers are away.
        for statement in (*_first_entry(dialect, user, count, now), *_STATEMENTS):
            connection.exec_driver_sql(statement.format(**values))
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()


def _first_entry(dialect: str, user: str, count: int, now: int) -> Iterator[str]:
    begin = now - (DAYS + 1) * DAY
    change = f"amount = amount + {count}, net_after = net_after + {count}, created_at = {begin}, event_at = {begin}"
    yield from _without_triggers(dialect, f"UPDATE creditentry SET {change} WHERE user_id = '{user}'")


def _without_triggers(dialect: str, statement: str) -> Iterator[str]:
    if dialect == "postgresql":
        yield "ALTER TABLE creditentry DISABLE TRIGGER USER"
        yield statement
        yield "ALTER TABLE creditentry ENABLE TRIGGER USER"
        return
    yield "DROP TRIGGER IF EXISTS creditentry_no_update"
    yield statement


def _compare(name: str, few: Studio, many: Studio, turns: int) -> None:
    for what, ask in (("show", _show), ("history", _history)):
        times: dict[int, list[float]] = {FEW: [], MANY: []}
        for turn in range(turns + 20):
            for count, studio in ((FEW, few), (MANY, many)):
                spent = _seconds(ask, studio)
                if turn >= 20:
                    times[count].append(spent)
        small, large = median(times[FEW]), median(times[MANY])
        print(
            f"{name:<11} credits {what:<8} {FEW}: {small * 1000:.2f} ms   {MANY}: {large * 1000:.2f} ms"
            f"   ratio {large / small:.2f}"
        )


def _seconds(ask: Callable[[Studio], object], studio: Studio) -> float:
    begin = time.perf_counter()
    ask(studio)
    return time.perf_counter() - begin


def _show(studio: Studio) -> object:
    return studio.credits.me()


def _history(studio: Studio) -> object:
    return studio.credits.history()


if __name__ == "__main__":
    main()
