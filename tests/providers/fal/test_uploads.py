"""References on their way to fal: by a signed address, without the key, and each once."""

from __future__ import annotations

import json

import pytest

from studio.domain.errors import NotSent, ServiceFailed, Uncertain
from studio.providers.fal import Fal
from studio.providers.fal.uploads import Uploads
from studio.providers.http import Client
from tests.providers.fal.conftest import PICTURE
from tests.servers.fal import FalServer


def test_a_file_is_announced_with_the_key_and_sent_without_it(server: FalServer, fal: Fal) -> None:
    address = fal.uploads.address("a.png", PICTURE, "image/png")

    announced, sent = server.requests
    assert announced.path == "/rest/storage/upload/initiate?storage_type=fal-cdn-v3"
    assert announced.body == {"content_type": "image/png", "file_name": "reference.png"}
    assert json.loads(announced.headers["x-fal-object-lifecycle"]) == {"expiration_duration_seconds": 604800}
    assert (sent.method, sent.headers["content-type"]) == ("PUT", "image/png")
    assert "authorization" not in sent.headers
    assert server.uploaded(address) == PICTURE
    assert server.leaks == []


def test_the_same_file_is_stored_once(server: FalServer, fal: Fal) -> None:
    addresses = {fal.uploads.address("a.png", PICTURE, "image/png") for _ in range(3)}

    other = fal.uploads.address("b.png", PICTURE, "image/png")

    assert len(addresses) == 1
    assert other not in addresses
    assert len(server.requests) == 4


def test_the_name_of_a_file_stays_here(server: FalServer, fal: Fal) -> None:
    fal.uploads.address("users/7/ana-silva.png", PICTURE, "image/png")

    assert "ana-silva" not in str(server.requests)


def test_a_failed_upload_is_no_order_that_hangs_in_the_air(server: FalServer) -> None:
    with pytest.raises(NotSent):
        Uploads(Client("http://127.0.0.1:9", service="fal")).address("a.png", PICTURE, "image/png")
    with pytest.raises(ServiceFailed) as caught:
        Uploads(Client(f"{server.base}/media", service="fal")).address("a.png", PICTURE, "image/png")
    assert not isinstance(caught.value, Uncertain)


def test_storage_that_refuses_the_file_is_said(server: FalServer, fal: Fal, monkeypatch: pytest.MonkeyPatch) -> None:
    from studio.providers.fal import uploads

    genuine = uploads._addresses
    monkeypatch.setattr(uploads, "_addresses", lambda content: (genuine(content)[0], genuine(content)[1] + "x"))

    with pytest.raises(ServiceFailed, match=r"fal's storage at 127.0.0.1:\d+ refused a file with status 403\."):
        fal.uploads.address("a.png", PICTURE, "image/png")


@pytest.mark.parametrize("upload_url", ["http://example.com/x", "http://169.254.169.254/x", "ftp://127.0.0.1/x", "", 3])
def test_a_face_is_not_sent_in_the_clear(
    server: FalServer, fal: Fal, upload_url: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {"file_url": "https://v3.fal.media/files/x", "upload_url": upload_url}
    monkeypatch.setattr(fal.rest, "content", lambda answer: told)

    with pytest.raises(ServiceFailed):
        fal.uploads.address("a.png", PICTURE, "image/png")

    assert [request.method for request in server.requests] == ["POST"]
