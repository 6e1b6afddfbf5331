"""The check-up: database, storage, voices, fonts, settings. Each finding says what is wrong and what to do."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy import text
from sqlmodel import Session, col, select

from studio.contracts.doctor import CheckUp, Finding
from studio.db.engine import Database
from studio.db.models.asset import Asset
from studio.db.schema import HEAD, SchemaState, current_revision, state_of
from studio.domain.clock import system_clock
from studio.domain.errors import StudioError
from studio.domain.storage import Storage
from studio.providers.registry import LOCAL, OPENAI

SMALLEST_FREE_BYTES = 500_000_000
SAMPLE = 50
MODEL_HINT = (
    "Run Ollama or LM Studio, or set OPENROUTER_API_KEY or STUDIO_OPENAI_BASE_URL; "
    "your own text (--from FILE) needs none."
)
NEEDS_DATABASE = ("migrations", "storage", "ledger", "webhooks")
FOLDER_HINT = "Set STUDIO_DATA_DIR to a folder that can be written to."

_UNCERTAIN = text(
    "SELECT COUNT(*) FROM generation"
    " WHERE state = 'uncertain' OR (state = 'submitting' AND lease_until < :now)"
    " OR (state = 'submitted' AND sent_at < :yesterday)"
)


Check = Callable[[], Sequence[Finding]]


def check_up(checks: Sequence[tuple[str, Check]]) -> CheckUp:
    """Run all checks; one that fails is itself a finding and stops no other."""
    findings: list[Finding] = []
    obstacle: str | None = None
    for name, check in checks:
        if obstacle and name in NEEDS_DATABASE:
            findings.append(Finding(check=name, level="warning", message=f"Not looked at: {obstacle}."))
            continue
        try:
            found = check()
        except (StudioError, OSError) as error:
            found = [_failure(name, error)]
            if name == "database":
                obstacle = "the database does not answer"
        if name == "migrations" and any(finding.level == "error" for finding in found):
            obstacle = "the tables do not fit this studio"
        findings += found
    return CheckUp(healthy=all(finding.level != "error" for finding in findings), findings=findings)


def _failure(check: str, error: StudioError | OSError) -> Finding:
    if isinstance(error, OSError):
        message = f"{error.filename or 'A file'} cannot be used: {error.strerror or error}."
        return Finding(check=check, level="error", message=message, hint=FOLDER_HINT)
    # A driver's own words go on for lines; the first one says what happened.
    message = error.message.strip().splitlines()[0].rstrip(".:") + "."
    hint = error.hint
    if hint and "studio doctor" in hint:
        hint = "Check STUDIO_DATABASE_URL and STUDIO_DATA_DIR: studio config show."
    return Finding(check=check, level="error", message=message, hint=hint)


def check_settings(faults: Sequence[str]) -> list[Finding]:
    """That every setting can be used; `faults` are sentences without their full stop."""
    if not faults:
        return [_ok("settings", "Every setting can be used.")]
    return [
        Finding(check="settings", level="error", message=f"{fault}.", hint="studio config show says where it is set.")
        for fault in faults
    ]


def check_migrations(url: str) -> list[Finding]:
    revision = current_revision(url)
    state = state_of(revision)
    if state is SchemaState.CURRENT:
        return [_ok("migrations", f"The tables are at revision {HEAD}, the newest.")]
    return [
        Finding(
            check="migrations",
            level="error",
            message=f"The database is {state.value}: revision {revision or 'none'}, this studio needs {HEAD}.",
            hint="studio admin db upgrade",
        )
    ]


def check_database(database: Database) -> list[Finding]:
    """That the database answers and, on SQLite, that its pages are whole."""
    with database.read() as session:
        if database.engine.dialect.name != "sqlite":
            version = session.connection().execute(text("SHOW server_version")).scalar()
            return [_ok("database", f"PostgreSQL {version} answers.")]
        verdict = session.connection().execute(text("PRAGMA quick_check")).scalar()
        version = session.connection().execute(text("SELECT sqlite_version()")).scalar()
    if verdict != "ok":
        return [
            Finding(
                check="database", level="error", message=f"SQLite finds damage: {verdict}.", hint="Restore a backup."
            )
        ]
    return [_ok("database", f"SQLite {version} answers and its file is whole.")]


def check_storage(database: Database, storage: Storage) -> list[Finding]:
    """That the storage takes, gives and forgets a file, and that the newest files are still there."""
    if not _gives_back(storage):
        return [
            Finding(
                check="storage",
                level="error",
                message=f"The {storage.name} storage gave back other bytes than it took.",
                hint="Check STUDIO_STORAGE and STUDIO_STORAGE_URL: studio config show.",
            )
        ]
    works = _ok("storage", f"The {storage.name} storage takes, gives and forgets files.")
    return [works, *_lost_files(database, storage), *_ownerless_files(database, storage)]


def _gives_back(storage: Storage) -> bool:
    """Whether the storage itself, and not a copy at hand, returns the very bytes it was given."""
    data = os.urandom(32)
    digest = hashlib.sha256(data).hexdigest()
    key = f"doctor/{digest[:2]}/{digest}.probe"
    with tempfile.TemporaryDirectory(prefix="studio-") as folder:
        probe = Path(folder) / "probe"
        probe.write_bytes(data)
        storage.put(key, probe)
        try:
            is_whole = storage.fetch(key, fresh=True).read_bytes() == data
        finally:
            storage.delete(key)
    return is_whole and storage.head(key) is None


def _ownerless_files(database: Database, storage: Storage) -> list[Finding]:
    # Late: a check-up of a broken database still has to begin.
    from studio.services.orphans import LARGEST_LOOK, find_loose

    found = find_loose(database, storage, LARGEST_LOOK, now=system_clock(), most_files=LARGEST_LOOK).orphans
    if not found:
        return []
    size = sum(file.size_bytes for file in found) / 1e6
    message = f"{len(found)} files in the storage belong to nobody; they take {size:.1f} MB."
    hint = "studio storage list --orphans names them, studio storage delete --orphans removes them."
    return [Finding(check="storage", level="warning", message=message, hint=hint)]


def _lost_files(database: Database, storage: Storage) -> list[Finding]:
    with database.read() as session:
        keys = _newest_keys(session)
    lost = [key for key in keys if storage.head(key) is None]
    if not lost:
        return []
    return [
        Finding(
            check="storage",
            level="warning",
            message=f"{len(lost)} of the newest {len(keys)} files are gone from the storage, such as {lost[0]}.",
            hint="studio shorts render HANDLE makes what is missing anew.",
        )
    ]


def _newest_keys(session: Session) -> list[str]:
    return list(session.exec(select(Asset.key).order_by(col(Asset.id).desc()).limit(SAMPLE)))


def check_ledger(database: Database) -> list[Finding]:
    """That every credit is accounted for, and that no paid call waits for an answer nobody will look at."""
    # Late: a check-up of a broken database still has to begin.
    from studio.services.ledger import verify

    with database.read() as session:
        violations = verify(session)
        uncertain = session.connection().execute(_UNCERTAIN, _moments()).scalar_one()
    if violations:
        first = violations[0]
        message = f"{len(violations)} rows break a rule of the ledger, such as {first.who}: {first.rule}."
        return [Finding(check="ledger", level="error", message=message, hint="studio admin credits verify lists them.")]
    found = [_ok("ledger", "Every credit is accounted for.")]
    if uncertain:
        message = f"Paid calls that have waited too long for an answer: {uncertain}. Their credits are held, not spent."
        hint = "studio jobs list --open names them, studio jobs resolve ID asks the provider."
        found.append(Finding(check="ledger", level="warning", message=message, hint=hint))
    return found


def _moments() -> dict[str, int]:
    now = system_clock()
    return {"now": now, "yesterday": now - 24 * 60 * 60 * 1000}


def check_disk(folder: Path) -> list[Finding]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"The data folder {folder} cannot be made: {error.strerror}."
        return [Finding(check="disk", level="error", message=message, hint=FOLDER_HINT)]
    free_bytes = shutil.disk_usage(folder).free
    message = f"{free_bytes / 1e9:.1f} GB are free in {folder}."
    if free_bytes < SMALLEST_FREE_BYTES:
        return [
            Finding(check="disk", level="warning", message=message, hint="Free some space; a film takes about 10 MB.")
        ]
    return [_ok("disk", message)]


def check_voices(speaks: Callable[[str], bool]) -> list[Finding]:
    languages = ("en", "pt", "es", "fr", "de", "it", "ja", "ar", "hi", "ru", "zh")
    spoken = [language for language in languages if speaks(language)]
    silent = [language for language in languages if language not in spoken]
    found = [_ok("voices", f"Voices on this machine: {', '.join(spoken) or 'none'}.")]
    if "pt" in silent:
        found.append(
            Finding(
                check="voices",
                level="warning",
                message="No voice here speaks Portuguese; such films are silent, with captions.",
                hint="pip install 'studio[portuguese]', or set STUDIO_PIPER_VOICE to a Piper voice.",
            )
        )
    return found


def check_text_model(find_model: Callable[[], str], address: str) -> list[Finding]:
    """Who writes a script from a bare topic. `address` is the configured server's, empty for one that was found.

    Raises ServiceFailed when the server has to be asked for its model and does not answer."""
    name = find_model()
    if name == LOCAL:
        message = "There is no language model: a bare topic becomes an offline outline."
        return [Finding(check="writer", level="warning", message=message, hint=MODEL_HINT)]
    is_served = name.startswith(OPENAI)
    place = f" at {address or 'a server found on this machine'}" if is_served else ""
    return [_ok("writer", f"A bare topic is written by {name}{place}.")]


def check_fonts(missing_glyphs: Callable[[str], Sequence[str]]) -> list[Finding]:
    sample = "Aa ã Жж Ωω 漢字 かな 한글 العربية हिन्दी ไทย עברית"
    missing = missing_glyphs(sample)
    if missing:
        return [
            Finding(check="fonts", level="error", message=f"No font draws {missing[0]}.", hint="Install studio again.")
        ]
    return [_ok("fonts", "Fonts for Latin, Cyrillic, Greek, CJK, Arabic, Hebrew, Devanagari and Thai are here.")]


def _ok(check: str, message: str) -> Finding:
    return Finding(check=check, level="ok", message=message)
