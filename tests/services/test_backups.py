"""Backups of the embedded database: taken in use, checked, refused when anything is wrong, and put back whole."""

from __future__ import annotations

import multiprocessing
import multiprocessing.synchronize
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from studio.app import Studio
from studio.contracts.audit import AuditFilter
from studio.contracts.settings import ChangeSettings
from studio.db.engine import Database, open_database
from studio.db.schema import HEAD
from studio.domain.errors import Conflict, Misconfigured, Refused
from studio.services.backups import backup, restore
from studio.services.ledger import grant, transact
from studio.services.people import local_owner

NOW = 1_700_000_000_000


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def live(database_url: str) -> Path:
    return Path(database_url.removeprefix("sqlite:///"))


@pytest.fixture
def good(studio: Studio, database_url: str, tmp_path: Path) -> Path:
    """A backup with a grant of credits and a price of 9 in it; nobody has the database open any more."""
    give(studio.database, 50, "first")
    set_price(studio, 9)
    file = tmp_path / "good.sqlite3"
    backup(database_url, file)
    studio.close()
    return file


def give(database: Database, amount: int, key: str) -> None:
    owner = local_owner(database).user_id
    transact(database, grant, owner, amount, source="promo", source_id=key, key=key, actor="test", now=NOW)


def set_price(studio: Studio, price: int) -> None:
    studio.admin_settings.change(ChangeSettings(values={"prices.image_generation": price}))


def price_in(file: Path) -> str:
    with closing(sqlite3.connect(file)) as connection:
        return str(connection.execute("SELECT value FROM adminsetting").fetchone()[0])


def spoil(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def test_a_backup_is_one_private_file_with_everything(good: Path) -> None:
    assert price_in(good) == "9"
    assert good.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in good.parent.iterdir() if "good" in path.name or "backup" in path.name) == [
        "good.sqlite3"
    ]


def test_a_backup_is_taken_while_somebody_writes(studio: Studio, database_url: str, tmp_path: Path) -> None:
    set_price(studio, 9)

    with studio.database.write() as session:
        session.connection().exec_driver_sql("UPDATE adminsetting SET value = '1'")
        made = backup(database_url, tmp_path / "copy.sqlite3")

    assert (made.revision, price_in(Path(made.path))) == (HEAD, "9")


def _writes(url: str, stop: multiprocessing.synchronize.Event) -> None:
    database = open_database(url)
    number = 0
    while not stop.is_set():
        give(database, 1, f"busy-{number}")
        number += 1


def test_backups_taken_beside_a_busy_ledger_are_whole(studio: Studio, database_url: str, tmp_path: Path) -> None:
    spawning = multiprocessing.get_context("spawn")
    stop = spawning.Event()
    writer = spawning.Process(target=_writes, args=(database_url, stop))
    writer.start()
    try:
        made = [backup(database_url, tmp_path / f"{number}.sqlite3") for number in range(5)]
    finally:
        stop.set()
        writer.join(60)

    assert [each.revision for each in made] == [HEAD] * 5
    assert writer.exitcode == 0


def test_what_is_there_is_replaced_by_force_only(good: Path, database_url: str) -> None:
    before = good.read_bytes()

    with pytest.raises(Conflict, match="exists already and was left as it is"):
        backup(database_url, good)
    assert good.read_bytes() == before

    backup(database_url, good, force=True)


@pytest.mark.parametrize("ending", ["", "-wal"])
def test_the_database_is_never_its_own_backup(studio: Studio, database_url: str, live: Path, ending: str) -> None:
    with pytest.raises(Refused, match="is the database itself"):
        backup(database_url, live.with_name(live.name + ending), force=True)


def test_places_that_take_no_file_are_told(database_url: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="is a folder"):
        backup(database_url, tmp_path)
    with pytest.raises(Misconfigured, match="There is no folder"):
        backup(database_url, tmp_path / "none" / "copy.sqlite3")
    with pytest.raises(Refused, match="There is no database"):
        backup(f"sqlite:///{tmp_path}/none.sqlite3", tmp_path / "copy.sqlite3")


def test_a_ledger_that_is_wrong_makes_no_backup(studio: Studio, database_url: str, live: Path, tmp_path: Path) -> None:
    give(studio.database, 50, "first")
    spoil(live, "UPDATE creditbalance SET balance = balance + 1")

    with pytest.raises(Refused, match=r"The copy is not a whole studio database: its ledger breaks 2 rules, first I1"):
        backup(database_url, tmp_path / "copy.sqlite3")

    assert not (tmp_path / "copy.sqlite3").exists()
    assert list(tmp_path.glob(".studio-backup-*")) == []


def test_a_restored_database_is_the_one_of_then_and_the_present_one_is_kept(
    studio: Studio, good: Path, database_url: str, live: Path
) -> None:
    set_price(studio, 7)
    studio.close()

    done = restore(database_url, good)

    assert done.kept is not None
    assert (price_in(live), price_in(Path(done.kept))) == ("9", "7")
    assert Path(done.kept).stat().st_mode & 0o777 == 0o600
    entry = studio.audit.list(AuditFilter(action="database.restored")).data[0]
    assert entry.after == {"from": str(good), "revision": HEAD, "kept": done.kept}


def test_what_was_kept_can_be_restored_in_turn(studio: Studio, good: Path, database_url: str, live: Path) -> None:
    set_price(studio, 7)
    studio.close()
    kept = restore(database_url, good).kept

    restore(database_url, Path(str(kept)))

    assert price_in(live) == "7"


def test_a_backup_makes_a_database_where_there_was_none(good: Path, tmp_path: Path) -> None:
    new = tmp_path / "new" / "studio.sqlite3"

    done = restore(f"sqlite:///{new}", good)

    assert (done.kept, price_in(new)) == (None, "9")


def test_a_broken_database_is_moved_aside_as_it_is(good: Path, database_url: str, live: Path) -> None:
    live.write_bytes(b"this is no database, whatever its name says" * 100)

    done = restore(database_url, good)

    assert price_in(live) == "9"
    assert Path(str(done.kept)).read_bytes().startswith(b"this is no database")


def test_a_database_in_use_is_left_alone(studio: Studio, good: Path, database_url: str, live: Path) -> None:
    set_price(studio, 7)

    with studio.database.read() as session:
        session.connection()
        with pytest.raises(Conflict, match="in use by another process; nothing was changed"):
            restore(database_url, good)

    studio.close()
    assert price_in(live) == "7"
    assert list(live.parent.glob("*.before-*")) == []


def test_an_older_backup_is_brought_up_to_date(good: Path, database_url: str, tmp_path: Path, live: Path) -> None:
    from alembic import command
    from alembic.config import Config

    from studio.db.schema import MIGRATIONS

    old = tmp_path / "old.sqlite3"
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    database = open_database(f"sqlite:///{old}")
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.commit()
    database.close()

    done = restore(database_url, old)

    assert done.revision == HEAD
    with closing(sqlite3.connect(live)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (HEAD,)


SPOILED: dict[str, tuple[str, Callable[[Path], object]]] = {
    "no database": ("is not a whole studio database", lambda file: file.write_bytes(b"text" * 2000)),
    "empty": ("it has no studio tables", lambda file: file.write_bytes(b"")),
    "another program's": ("it has no studio tables", lambda file: (file.unlink(), spoil(file, "CREATE TABLE a (b)"))),
    "cut off": ("is not a whole studio database", lambda file: file.write_bytes(file.read_bytes()[:40_000])),
    "newer": ("a newer studio wrote it", lambda file: spoil(file, "UPDATE alembic_version SET version_num = '9999'")),
    "unknown": (
        "cannot be brought up to date",
        lambda file: spoil(file, "UPDATE alembic_version SET version_num = '0000x'"),
    ),
    "without a table": ("it lacks", lambda file: spoil(file, "DROP TABLE auditentry")),
    "without the ledger": ("its ledger cannot be read", lambda file: spoil(file, "DROP TABLE creditentry")),
    "without a trigger": ("it lacks trigger", lambda file: spoil(file, "DROP TRIGGER creditentry_no_update")),
    "with a wrong ledger": (
        "its ledger breaks",
        lambda file: spoil(file, "UPDATE creditgrant SET remaining = remaining - 1"),
    ),
}


@pytest.mark.parametrize(("words", "spoiling"), SPOILED.values(), ids=list(SPOILED))
def test_what_is_no_whole_studio_database_is_refused(
    good: Path, database_url: str, live: Path, words: str, spoiling: Callable[[Path], object]
) -> None:
    spoiling(good)
    before = live.read_bytes()

    with pytest.raises(Refused, match=words):
        restore(database_url, good)

    assert live.read_bytes() == before
    assert list(live.parent.glob("*.before-*")) == []
    assert list(live.parent.glob(".studio-backup-*")) == []


def test_a_database_is_not_restored_from_itself_or_from_nothing(database_url: str, live: Path, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="is the database itself"):
        restore(database_url, live)
    with pytest.raises(Refused, match="There is no file"):
        restore(database_url, tmp_path / "none")


@pytest.mark.parametrize("attempt", [backup, restore])
def test_postgresql_has_its_own_tools(attempt: Callable[[str, Path], object], tmp_path: Path) -> None:
    with pytest.raises(Refused, match="This database is PostgreSQL") as refusal:
        attempt("postgresql://studio@localhost/studio", tmp_path / "copy")

    assert "docs/operations/backup.md" in str(refusal.value.hint)
