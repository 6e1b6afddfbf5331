"""A storage elsewhere that answers rubbish, is slow, or breaks off: always a failure with a next step, never a wrong
file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import obstore
import pytest

from studio.domain.errors import KeyRefused, NotFound, ServiceFailed
from studio.providers.http.courier import HttpCourier
from studio.storage.replit import ReplitStorage
from studio.storage.s3 import S3Storage
from studio.storage.vercel_blob import VercelBlob
from tests.servers.replit import ReplitServer
from tests.servers.s3 import BUCKET
from tests.servers.trouble import (
    Trouble,
    Troubles,
    answer,
    answer_json,
    broken,
    busy,
    cut_off,
    hung_up,
    other_json,
    page_of_html,
)
from tests.servers.vercel_blob import TOKEN, BlobServer, running_vercel_blob
from tests.storage.files import file_with, key_of
from tests.storage.stores import Pauses, Store, cached, replit_store, vercel_store

DATA = b"\x89PNG\r\n\x1a\n" + b"picture" * 100
KEY = key_of(DATA)


@pytest.fixture(params=["vercel_blob", "replit"])
def troubled(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Store, Troubles]]:
    if request.param == "vercel_blob":
        server = request.getfixturevalue("vercel")
        with vercel_store(server, tmp_path / "copies") as store:
            yield store, server.troubles
    else:
        server = request.getfixturevalue("replit")
        with replit_store(server, tmp_path / "copies") as store:
            store.storage.exists(KEY)  # from here on the key is known, and every request is one for files
            yield store, server.troubles


RUBBISH: list[Trouble] = [
    page_of_html(200),
    page_of_html(404),
    page_of_html(301),
    page_of_html(400),
    other_json(),
    other_json({"blobs": "many", "items": "many"}),
    other_json({"blobs": [{"pathname": 5}], "items": [{"name": 5}], "hasMore": False}),
    cut_off,
]


def test_rubbish_is_a_failure_with_a_next_step(troubled: tuple[Store, Troubles], tmp_path: Path) -> None:
    store, troubles = troubled
    source = file_with(tmp_path, DATA)

    for rubbish in RUBBISH:
        for act in (lambda: store.storage.put(KEY, source), lambda: list(store.storage.list())):
            troubles.waiting.clear()
            troubles.next("", *[rubbish] * 5)
            with pytest.raises(ServiceFailed) as caught:
                act()
            assert caught.value.exit_code == 6
            assert caught.value.hint
            assert "<html>" not in caught.value.message

    assert not store.storage._copies.find(KEY)  # type: ignore[attr-defined]  # nothing that was not stored is at hand


@pytest.mark.parametrize("trouble", [broken(503), broken(500), busy(), busy("2")])
def test_what_fails_in_passing_is_asked_again(
    troubled: tuple[Store, Troubles], tmp_path: Path, trouble: Trouble
) -> None:
    store, troubles = troubled
    source = file_with(tmp_path, DATA)
    troubles.next("", trouble, trouble)

    store.storage.put(KEY, source)

    assert store.storage.fetch(KEY, fresh=True).read_bytes() == DATA
    assert len(store.pauses.seconds) == 2
    assert all(0.5 <= seconds <= 2 for seconds in store.pauses.seconds)


def test_a_server_that_wants_to_be_left_alone_for_long_is(troubled: tuple[Store, Troubles]) -> None:
    store, troubles = troubled
    troubles.next("", busy("120"))

    with pytest.raises(ServiceFailed, match="too many requests") as caught:
        store.storage.head(KEY)

    assert caught.value.hint == "Try again in 120 seconds."
    assert caught.value.details == {"retry_after": 120.0}
    assert store.pauses.seconds == []


def test_other_bytes_than_were_stored_are_never_given(store: Store, tmp_path: Path) -> None:
    if store.storage.name == "local":
        pytest.skip("what lies on this machine's own disk is trusted")
    store.storage.put(KEY, file_with(tmp_path, DATA))
    store.damage(KEY, b"\x89PNG\r\n\x1a\n" + b"another" * 100)

    with pytest.raises(ServiceFailed, match="other bytes") as caught:
        store.storage.fetch(KEY, fresh=True)

    assert caught.value.hint
    assert list((tmp_path / "copies").glob(".incoming-*")) == []


@pytest.mark.parametrize("trouble", [cut_off, hung_up, broken(502)])
def test_a_download_that_breaks_off_leaves_nothing(
    vercel: BlobServer, replit: ReplitServer, tmp_path: Path, trouble: Trouble
) -> None:
    folder = tmp_path / "copies"
    for opened, server, path in (
        (vercel_store(vercel, folder), vercel, "GET /delivery/"),
        (replit_store(replit, folder), replit, "GET /download/"),
    ):
        with opened as store:
            store.storage.put(KEY, file_with(tmp_path, DATA))
            store.storage._copies.drop(KEY)  # type: ignore[attr-defined]
            server.troubles.next(path, *[trouble] * 3)
            with pytest.raises(ServiceFailed) as caught:
                store.storage.fetch(KEY)
            assert caught.value.hint
            assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_a_refused_key_says_where_it_is_set(vercel: BlobServer, replit: ReplitServer, tmp_path: Path) -> None:
    courier = HttpCourier()
    wrong = VercelBlob(courier, token=TOKEN[:-1] + "x", api_url=vercel.url)
    with pytest.raises(KeyRefused, match="refused the key: Access denied") as caught:
        wrong.head(KEY)
    assert "BLOB_READ_WRITE_TOKEN" in str(caught.value.hint)
    courier.close()

    with replit_store(replit, tmp_path) as store:
        replit.troubles.next("POST /sidecar/token", broken(403))
        with pytest.raises(KeyRefused, match="Replit's storage helper") as caught:
            store.storage.exists(KEY)
        assert "App Storage" in str(caught.value.hint)


def test_a_storage_that_nobody_answers_at_is_named(s3_keys: None, tmp_path: Path) -> None:
    courier, pauses = HttpCourier(), Pauses([])
    nowhere = "http://127.0.0.1:9"
    remotes = (
        VercelBlob(courier, token=TOKEN, api_url=nowhere),
        ReplitStorage(courier, sidecar_url=nowhere),
        S3Storage(f"s3://{BUCKET}?endpoint={nowhere}", most_retries=0, seconds=2),
    )

    for remote in remotes:
        with pytest.raises(ServiceFailed, match="cannot be reached") as caught:
            cached(remote, tmp_path, pauses).exists(KEY)
        assert caught.value.hint


@pytest.mark.parametrize(
    "url",
    [
        "https://attacker.example/delivery/x",
        "http://store123.private.blob.vercel-storage.com/x",
        "https://blob.vercel-storage.com.attacker.example/x",
        "https://user@store123.private.blob.vercel-storage.com/x",
        "https://store123.private.blob.vercel-storage.com:8443/x",
        "file:///etc/passwd",
        "",
        None,
    ],
)
def test_the_token_goes_to_nobody_else(vercel: BlobServer, tmp_path: Path, url: str | None) -> None:
    with vercel_store(vercel, tmp_path / "copies") as store:
        store.storage.put(KEY, file_with(tmp_path, DATA))
        lie = {**vercel.facts(KEY), "url": url}
        vercel.troubles.next("GET /api/blob/?url", lambda handler: answer_json(handler, 200, lie))

        with pytest.raises(ServiceFailed, match="points to another server"):
            store.storage.fetch(KEY, fresh=True)


def test_a_public_store_is_told_from_a_private_one(tmp_path: Path) -> None:
    source = file_with(tmp_path, DATA)
    with running_vercel_blob("public") as server:
        with (
            vercel_store(server, tmp_path / "a") as private,
            pytest.raises(ServiceFailed, match="refused private files") as caught,
        ):
            private.storage.put(KEY, source)
        assert "access=public" in str(caught.value.hint)

        with vercel_store(server, tmp_path / "b", "vercel-blob://team/films?access=public") as public:
            public.storage.put(KEY, source)
            assert list(server.blobs) == [f"team/films/{KEY}"]
            assert [file.key for file in public.storage.list()] == [KEY]
            assert public.storage.fetch(KEY, fresh=True).read_bytes() == DATA
            assert public.storage.url(KEY, 60) == server.url_of(f"team/films/{KEY}")
            assert public.storage.is_public


def test_a_large_file_goes_to_vercel_in_parts(vercel: BlobServer, tmp_path: Path) -> None:
    vercel.smallest_part = 100
    data = bytes(range(250)) * 2

    with vercel_store(vercel, tmp_path / "copies", part_bytes=200) as store:
        store.storage.put(key_of(data), file_with(tmp_path, data), "video/mp4")
        fetched = store.storage.fetch(key_of(data), fresh=True).read_bytes()

    assert fetched == data
    assert vercel.blobs[key_of(data)].media_type == "video/mp4"
    assert [len(part) for part in vercel.uploads["upl_1"].values()] == [200, 200, 100]


def test_replit_writes_by_signed_addresses_where_the_key_may_not(replit: ReplitServer, tmp_path: Path) -> None:
    replit.may_write = False

    with replit_store(replit, tmp_path / "copies") as store:
        store.storage.put(KEY, file_with(tmp_path, DATA), "image/png")
        assert replit.objects[KEY].media_type == "image/png"
        assert store.storage.fetch(KEY, fresh=True).read_bytes() == DATA
        store.storage.delete(KEY)
        store.storage.delete(KEY)
        assert replit.objects == {}


def test_a_key_of_replit_is_exchanged_once_and_again_when_it_no_longer_opens(
    replit: ReplitServer, tmp_path: Path
) -> None:
    with replit_store(replit, tmp_path / "copies") as store:
        store.storage.exists(KEY)
        store.storage.exists(KEY)
        assert replit.tokens == ["google-1"]

        replit.tokens.append("revoked by Google")
        store.storage.exists(KEY)

    assert replit.tokens[-1] == "google-3"


def test_long_lists_are_read_page_by_page(
    vercel: BlobServer, replit: ReplitServer, s3: str, s3_keys: None, tmp_path: Path
) -> None:
    keys = [key_of(bytes([number])) for number in range(250)]
    for key in keys:
        vercel.keep(key, b"x", "image/png")
        replit.keep(key, b"x", "image/png")
    vercel.page_size = replit.page_size = 100
    place = S3Storage(f"s3://{BUCKET}/pages?endpoint={s3}&region=us-east-1", most_retries=0, page_size=7)
    for key in keys[:20]:
        obstore.put(place._store, key, b"x")

    with vercel_store(vercel, tmp_path / "a") as one, replit_store(replit, tmp_path / "b") as two:
        found = [[file.key for file in store.storage.list()] for store in (one, two)]
        served = len(vercel.asked), len([asked for asked in replit.asked if "/o?" in asked])
    in_s3 = [file.key for file in cached(place, tmp_path / "c", Pauses([])).list()]

    assert found == [sorted(keys), sorted(keys)]
    assert served == (3, 3)
    assert in_s3 == sorted(keys[:20])


def test_a_copy_at_hand_spares_the_download(vercel: BlobServer, tmp_path: Path) -> None:
    with vercel_store(vercel, tmp_path / "copies") as store:
        store.storage.put(KEY, file_with(tmp_path, DATA))
        asked = len(vercel.asked)
        store.storage.fetch(KEY)
        assert store.storage.exists(KEY)
        assert len(vercel.asked) == asked

        store.storage.delete(KEY)
        with pytest.raises(NotFound):
            store.storage.fetch(KEY)


def test_s3_answering_rubbish_is_a_failure_with_a_next_step(vercel: BlobServer, s3_keys: None, tmp_path: Path) -> None:
    endpoint = f"http://127.0.0.1:{vercel.port}"
    place = S3Storage(f"s3://{BUCKET}?endpoint={endpoint}&region=us-east-1", most_retries=0, seconds=2)
    storage = cached(place, tmp_path, Pauses([]))

    def nothing_of_use(handler: object) -> None:
        answer(handler, 200, b"<html>Welcome</html>", "text/html")  # type: ignore[arg-type]

    source = file_with(tmp_path, DATA)
    for trouble in (nothing_of_use, broken(503), broken(403), busy("1"), cut_off):
        for act in (lambda: storage.put(KEY, source), lambda: storage.fetch(KEY)):
            vercel.troubles.waiting.clear()
            vercel.troubles.next("", *[trouble] * 5)
            with pytest.raises(ServiceFailed) as caught:
                act()
            assert caught.value.hint
            assert "html" not in caught.value.message.lower()


def test_the_time_of_a_file_is_the_storages_own(vercel: BlobServer, tmp_path: Path) -> None:
    vercel.now = datetime(2026, 5, 1, 12, tzinfo=UTC)
    with vercel_store(vercel, tmp_path / "copies") as store:
        vercel.keep(KEY, DATA, "image/png")

        found = store.storage.head(KEY)

    assert found is not None
    assert found.modified_at == 1_777_636_800_000
