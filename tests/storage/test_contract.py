"""What every storage promises, whoever keeps the files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest

from studio.domain.errors import NotFound
from studio.domain.storage import StoredFile
from tests.storage.files import OWNER, file_with, key_of
from tests.storage.stores import Store

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
DAY = timedelta(days=1)


def put(store: Store, folder: Path, data: bytes, owner: str = OWNER) -> str:
    key = key_of(data, owner)
    store.storage.put(key, file_with(folder, data), "image/png")
    return key


def milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def test_gives_back_what_it_took_and_forgets_it(store: Store, tmp_path: Path) -> None:
    key = put(store, tmp_path, PICTURE)

    assert store.storage.fetch(key).read_bytes() == PICTURE
    assert store.storage.fetch(key, fresh=True).read_bytes() == PICTURE
    assert store.storage.exists(key)

    store.storage.delete(key)
    store.storage.delete(key)

    assert not store.storage.exists(key)
    assert store.storage.head(key) is None
    with pytest.raises(NotFound, match="is not in the storage any more") as caught:
        store.storage.fetch(key)
    assert caught.value.hint


def test_knows_how_large_a_file_is_and_when_it_was_written(store: Store, tmp_path: Path) -> None:
    before = datetime.now(UTC) - timedelta(seconds=2)

    key = put(store, tmp_path, PICTURE)

    found = store.storage.head(key)
    assert found is not None
    assert (found.key, found.size_bytes) == (key, len(PICTURE))
    assert milliseconds(before) <= found.modified_at <= milliseconds(datetime.now(UTC)) + 1000


def test_lists_every_file_and_those_of_one_folder(store: Store, tmp_path: Path) -> None:
    other = "0199f3a2-0000-7d3e-9a55-0f6b2c1d4e8f"
    keys = {put(store, tmp_path, bytes([number]) * 10) for number in range(7)}
    others = {put(store, tmp_path, bytes([number]) * 11, other) for number in range(2)}

    found = list(store.storage.list())

    assert all(isinstance(each, StoredFile) for each in found)
    assert len(found) == 9
    assert {each.key for each in found} == keys | others
    assert {each.size_bytes for each in found if each.key in keys} == {10}
    assert {each.key for each in store.storage.list(other)} == others
    assert list(store.storage.list(OWNER[:8])) == []


def test_an_empty_storage_lists_nothing(store: Store) -> None:
    assert list(store.storage.list()) == []
    assert list(store.storage.list(OWNER)) == []


def test_a_file_that_is_there_is_not_stored_again_and_one_that_is_damaged_is(store: Store, tmp_path: Path) -> None:
    key = put(store, tmp_path, PICTURE)
    store.damage(key, PICTURE[:100])

    put(store, tmp_path, PICTURE)

    assert store.storage.fetch(key, fresh=True).read_bytes() == PICTURE


def test_storing_an_old_file_again_makes_it_new(store: Store, tmp_path: Path) -> None:
    key = put(store, tmp_path, PICTURE)
    store.age(key, datetime.now(UTC) - 3 * DAY)

    put(store, tmp_path, PICTURE)

    found = store.storage.head(key)
    assert found is not None
    assert found.modified_at > milliseconds(datetime.now(UTC) - DAY)


def test_removes_what_is_old_and_keeps_what_was_just_written(store: Store, tmp_path: Path) -> None:
    old, new = put(store, tmp_path, b"old"), put(store, tmp_path, b"new")
    store.age(old, datetime.now(UTC) - 3 * DAY)
    moment = milliseconds(datetime.now(UTC) - DAY)

    removed = [store.storage.delete_older(key, moment) for key in (old, new, old)]

    assert removed == [True, False, True]
    assert [each.key for each in store.storage.list()] == [new]
    assert store.storage.fetch(new, fresh=True).read_bytes() == b"new"


def test_gives_links_that_anybody_can_follow_or_none(store: Store, tmp_path: Path) -> None:
    key = put(store, tmp_path, PICTURE)

    url = store.storage.url(key, 60)

    assert (url is not None) == store.gives_links
    if url is not None:
        assert httpx.get(url).content == PICTURE


WRONG_KEYS = [
    "../escape",
    "/etc/passwd",
    "a/../../b",
    "a/..",
    "a",
    "",
    "a//b",
    "a/b/",
    "A/b",
    "a/b\0c",
    "a\\..\\b",
    "a/.hidden",
    "c:/b",
    "a/b\n",
    "a/%2e%2e/b",
    "a/b?x=1",
    "a/b#c",
    "a/ b",
    "a/\u202eb",
    "a/" + "b" * 600,
    "file:///etc/passwd",
    "~/b",
    "a/b;rm",
]


def test_refuses_keys_studio_would_not_make(store: Store, tmp_path: Path) -> None:
    source = file_with(tmp_path, PICTURE)

    for key in WRONG_KEYS:
        acts = (
            partial(store.storage.put, key, source),
            partial(store.storage.fetch, key),
            partial(store.storage.fetch, key, fresh=True),
            partial(store.storage.exists, key),
            partial(store.storage.head, key),
            partial(store.storage.delete, key),
            partial(store.storage.delete_older, key, 0),
            partial(store.storage.url, key, 60),
        )
        for act in acts:
            with pytest.raises(NotFound, match="is not a storage key"):
                act()

    assert list(store.storage.list()) == []


def test_a_file_of_many_parts_comes_back_whole(store: Store, tmp_path: Path) -> None:
    data = bytes(range(256)) * 40_000

    key = put(store, tmp_path, data)

    assert store.storage.fetch(key, fresh=True).read_bytes() == data
