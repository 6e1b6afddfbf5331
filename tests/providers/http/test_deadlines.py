"""How long a request may take in all, whatever a server does to look alive."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

import pytest

from studio.domain.errors import ServiceFailed, Uncertain
from studio.providers.http import Client
from tests.providers.http.asking import asked, heard, ordered
from tests.servers.openai_compatible import (
    OpenAICompatibleServer,
    Reply,
    dripping,
    dripping_headers,
    never_answers,
    only_comments,
)
from tests.servers.running import drip, serving


def test_comments_do_not_keep_a_stream_alive(text_server: OpenAICompatibleServer) -> None:
    with pytest.raises(Uncertain, match=r"within 0\.2 seconds"):
        heard(text_server, only_comments, idle_seconds=0.2)


def test_a_stream_that_says_nothing_at_all_is_given_up(text_server: OpenAICompatibleServer) -> None:
    with pytest.raises(Uncertain, match=r"within 0\.2 seconds"):
        heard(text_server, never_answers, idle_seconds=0.2)


@pytest.mark.parametrize("reply", [never_answers, dripping])
def test_an_order_that_takes_too_long_is_given_up(text_server: OpenAICompatibleServer, reply: Reply) -> None:
    with pytest.raises(Uncertain, match=r"no whole answer within 0.2 seconds"):
        asked(text_server, reply, answer_seconds=0.2)

    assert len(text_server.posts) == 1


def test_headers_that_come_byte_by_byte_make_no_request_longer(text_server: OpenAICompatibleServer) -> None:
    with pytest.raises(Uncertain, match=r"within 0\.2 seconds"):
        ordered(text_server, dripping_headers, answer_seconds=0.2)
    with pytest.raises(Uncertain, match=r"within 0\.2 seconds"):
        heard(text_server, dripping_headers, answer_seconds=0.2)

    assert len(text_server.posts) == 2


@dataclass
class Counter:
    """A server that keeps its connections open, and remembers over which each path was asked for."""

    port: int
    asked: list[tuple[str, int]] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def connections(self) -> int:
        return len({port for _, port in self.asked})


class CounterHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    counter: Counter

    def do_GET(self) -> None:
        self.counter.asked.append((self.path, self.client_address[1]))
        if self.path == "/slow":
            drip(self, self.counter.closing, b"HTTP/1.1 200 OK\r\nX-Wait: ")
            return
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """The tests look at `asked` instead."""


@pytest.fixture
def counter() -> Iterator[Counter]:
    with serving(CounterHandler, "counter", Counter) as running:
        yield running


@pytest.fixture
def counting(counter: Counter) -> Iterator[Client]:
    with closing(Client(f"http://127.0.0.1:{counter.port}", service="The server", answer_seconds=0.5)) as client:
        yield client


def test_the_deadline_holds_over_a_connection_that_was_kept_open(counter: Counter, counting: Client) -> None:
    counting.get("quick")

    with pytest.raises(ServiceFailed, match=r"no whole answer within 0\.5 seconds"):
        counting.get("slow")

    assert counter.connections == 1


def test_after_a_deadline_the_next_question_goes_over_a_new_connection(counter: Counter, counting: Client) -> None:
    with pytest.raises(ServiceFailed):
        counting.get("slow")

    assert counting.content(counting.get("quick")) == {}
    assert counter.connections == 2


def test_each_request_has_the_whole_time(counting: Client) -> None:
    """Longer together than one of them may take: a deadline that outlived its own request would end a later one."""
    started = time.monotonic()
    while time.monotonic() - started < 0.7:
        assert counting.get("quick").status == 200


def test_questions_share_a_connection_and_orders_have_their_own(counter: Counter, counting: Client) -> None:
    for _ in range(3):
        counting.get("quick")
    asked = counter.connections
    for _ in range(3):
        counting.post("quick", {})

    assert (asked, counter.connections) == (1, 4)


def test_threads_that_ask_at_once_do_not_wait_for_each_other(counter: Counter) -> None:
    with closing(Client(f"http://127.0.0.1:{counter.port}", service="The server")) as client:
        with ThreadPoolExecutor(3) as pool:
            slow = [pool.submit(client.get, "slow") for _ in range(3)]

            assert client.get("quick").status == 200

            counter.closing.set()
        assert all(isinstance(each.exception(), ServiceFailed) for each in slow)
