"""The handles there are, read at the price of one query: no table is defined, and no database is made or upgraded."""

from __future__ import annotations

import sqlite3
import tomllib
from contextlib import closing
from importlib.resources import files
from urllib.parse import quote

from studio.domain.people import LOCAL_EMAIL

MOST = 500
BUILT_IN = {"style": "styles.toml", "climate": "climates.toml"}
TABLES = ("short", "style", "climate", "character")

_SCHEME = "sqlite:///"


def known_handles(url: str | None, noun: str) -> list[str]:
    """The local owner's handles of a noun, newest first, then the built-in ones.

    Of a database that is not an embedded one, is not there or cannot be read there are none; no network is used."""
    own = _own_handles(url.removeprefix(_SCHEME), noun) if url and url.startswith(_SCHEME) else []
    return list(dict.fromkeys([*own, *_built_in(noun)]))


def _built_in(noun: str) -> list[str]:
    if noun not in BUILT_IN:
        return []
    return list(tomllib.loads((files("studio.services") / "data" / BUILT_IN[noun]).read_text("utf-8")))


def _own_handles(path: str, table: str) -> list[str]:
    assert table in TABLES, table
    statement = (
        f'SELECT handle FROM "{table}" WHERE owner_id = (SELECT id FROM "user" WHERE email = ?)'
        " ORDER BY created_at DESC LIMIT ?"
    )
    try:
        # Read-only: a file that is not there stays so.
        with closing(sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True, timeout=0.2)) as connection:
            return [handle for (handle,) in connection.execute(statement, (LOCAL_EMAIL, MOST))]
    except sqlite3.Error:
        return []
