"""The carrier of the storages' requests: one request, one bounded answer, files streamed both ways."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.domain.errors import NotSent, ServiceFailed
from studio.providers.http.courier import HttpCourier
from tests.servers import files
from tests.servers.files import FileServer, Handler, running_file_server
from tests.servers.trouble import answer
from tests.servers.vercel_blob import running_vercel_blob


@pytest.fixture
def server() -> Iterator[FileServer]:
    with running_file_server() as running:
        yield running


@pytest.fixture
def courier() -> Iterator[HttpCourier]:
    opened = HttpCourier()
    yield opened
    opened.close()


def test_a_file_goes_out_with_its_length_and_comes_back_into_a_file(courier: HttpCourier, tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(bytes(range(256)) * 5000)
    seen: list[tuple[str | None, bytes]] = []

    with running_vercel_blob() as vercel:
        vercel.troubles.next("PUT /echo", lambda handler: answer_with_body(handler, seen))
        taken = courier.send("PUT", f"http://127.0.0.1:{vercel.port}/echo", content=source, into=target)

    assert taken.status == 200
    assert taken.body == b""
    assert target.read_bytes() == source.read_bytes()
    assert seen == [(str(source.stat().st_size), source.read_bytes())]


def answer_with_body(handler: object, seen: list[tuple[str | None, bytes]]) -> None:
    body = handler.body  # type: ignore[attr-defined]  # the server has read it
    seen.append((handler.headers.get("content-length"), body))  # type: ignore[attr-defined]
    answer(handler, 200, body, "application/octet-stream")  # type: ignore[arg-type]


def test_what_is_no_success_never_becomes_the_file(courier: HttpCourier, server: FileServer, tmp_path: Path) -> None:
    target = tmp_path / "target"

    def refusal(handler: Handler) -> None:
        handler.start(404, Content_Length="7")
        handler.wfile.write(b"no such")

    found = courier.send("GET", server.gives("/a", refusal), into=target)

    assert (found.status, found.body, target.exists()) == (404, b"no such", False)


def test_a_redirect_is_an_answer_and_is_not_followed(courier: HttpCourier, server: FileServer) -> None:
    found = courier.send("GET", server.gives("/a", files.redirect("http://127.0.0.1:9/elsewhere")))

    assert found.status == 302
    assert [request.path for request in server.requests] == ["/a"]


def test_a_server_that_drips_is_left_when_the_time_is_up(courier: HttpCourier, server: FileServer) -> None:
    for reply in (files.dripping(b"start"), files.dripping_headers, files.stalling):
        with pytest.raises(ServiceFailed, match=r"gave no whole answer within 0\.3 seconds") as caught:
            courier.send("GET", server.gives("/a", reply), seconds=0.3)
        assert caught.value.hint


def test_an_answer_that_breaks_off_or_never_ends_is_a_failure(courier: HttpCourier, server: FileServer) -> None:
    for reply, words in (
        (files.truncated(b"half", 100), "broke off"),
        (files.resetting, "broke off"),
        (files.endless(b"on and on"), "more than 8,388,608 bytes"),
    ):
        with pytest.raises(ServiceFailed, match=words) as caught:
            courier.send("GET", server.gives("/a", reply))
        assert caught.value.hint


def test_nobody_there_is_told_from_a_failure(courier: HttpCourier) -> None:
    with pytest.raises(NotSent, match="cannot be reached"):
        courier.send("GET", "http://127.0.0.1:9/")


def test_a_free_connection_is_used_again(courier: HttpCourier) -> None:
    with running_vercel_blob() as vercel:
        for _ in range(3):
            courier.send("GET", f"{vercel.url}/?url=a/b")
        free = [len(lines) for lines in courier._free.values()]

    assert free == [1]
