"""The vendors' own clients against our servers: so the servers stay true to what is really sent."""

from __future__ import annotations

import sys

import pytest

from tests.servers.replit import ReplitServer
from tests.servers.vercel_blob import SMALLEST_PART, TOKEN, BlobServer


def test_vercels_own_client_is_content_with_the_server(vercel: BlobServer, monkeypatch: pytest.MonkeyPatch) -> None:
    from vercel.blob import BlobNotFoundError, sync

    monkeypatch.setenv("BLOB_READ_WRITE_TOKEN", TOKEN)
    monkeypatch.setenv("VERCEL_BLOB_API_URL", vercel.url)

    put = sync.put_blob("dir/a.txt", b"hello", access="private", content_type="text/plain")
    head = sync.head_blob("dir/a.txt")
    copied = sync.copy_blob("dir/a.txt", "dir/c.txt", access="private")
    with sync.multipart_upload_blob("dir/big.bin", access="private", content_type="video/mp4") as upload:
        upload.upload_part(bytes(SMALLEST_PART))
        upload.upload_part(b"tail")
    vercel.page_size = 2
    listed = [blob.pathname for blob in sync.query_blobs(prefix="dir/")]
    assert (len(vercel.blobs["dir/big.bin"].data), vercel.blobs["dir/big.bin"].media_type) == (
        SMALLEST_PART + 4,
        "video/mp4",
    )
    sync.delete_blob(["dir/a.txt", "dir/big.bin", copied.pathname])

    assert (put.pathname, head.size, head.content_type) == ("dir/a.txt", 5, "text/plain")
    assert listed == ["dir/a.txt", "dir/big.bin", "dir/c.txt"]
    assert vercel.blobs == {}
    with pytest.raises(BlobNotFoundError):
        sync.head_blob("dir/a.txt")


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="Replit's client does not run on this Python")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_replits_own_client_is_content_with_the_server(replit: ReplitServer, monkeypatch: pytest.MonkeyPatch) -> None:
    from replit.object_storage import client

    monkeypatch.setitem(client.REPLIT_ADC, "token_url", f"{replit.sidecar_url}/token")
    monkeypatch.setitem(client.REPLIT_ADC["credential_source"], "url", f"{replit.sidecar_url}/credential")
    monkeypatch.setattr(client, "REPLIT_DEFAULT_BUCKET_URL", f"{replit.sidecar_url}/object-storage/default-bucket")
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", replit.google_url)
    storage = client.Client()

    storage.upload_from_bytes("videos/a b.mp4", b"film")
    found = storage.download_as_bytes("videos/a b.mp4")
    listed = [each.name for each in storage.list(prefix="videos/")]
    was_there = storage.exists("videos/a b.mp4")
    storage.delete("videos/a b.mp4")

    assert (found, listed, was_there) == (b"film", ["videos/a b.mp4"], True)
    assert not storage.exists("videos/a b.mp4")
    assert replit.tokens
