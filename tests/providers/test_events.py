"""Server-sent events out of bytes, in whatever pieces they come."""

from __future__ import annotations

import pytest

from studio.providers.events import EventReader


def read(*parts: bytes) -> list[str]:
    reader = EventReader()
    events = [event for part in parts for event in reader.feed(part)[0]]
    return [*events, *reader.end()]


STREAM = (
    'data: {"text": "olá \u2028 e \u0085 até \U0001f419"}\n\n: comment\n\n'
    "data: two\r\ndata: lines\r\n\r\nevent: x\nid: 7\ndata:3\n\n"
).encode()
EVENTS = ['{"text": "olá \u2028 e \u0085 até \U0001f419"}', "two\nlines", "3"]


def test_only_line_feeds_end_a_line() -> None:
    assert read(STREAM) == EVENTS


def test_a_split_anywhere_changes_nothing() -> None:
    for place in range(len(STREAM)):
        assert read(STREAM[:place], STREAM[place:]) == EVENTS

    assert read(*(STREAM[place : place + 1] for place in range(len(STREAM)))) == EVENTS


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_the_last_event_needs_no_blank_line(end: bytes) -> None:
    assert read(b"data: 1\n\ndata: [DONE]" + end) == ["1", "[DONE]"]


def test_broken_letters_lose_nothing_else() -> None:
    assert read(b"data: a\xffb\n\n") == ["a\ufffdb"]


@pytest.mark.parametrize(
    ("part", "is_alive"),
    [
        (b": PROCESSING\n\n", False),
        (b"\n", False),
        (b"event: x\n", False),
        (b"data: 1\n\n", True),
        (b"data: hal", True),
    ],
)
def test_data_alone_is_a_sign_of_life(part: bytes, is_alive: bool) -> None:
    assert EventReader().feed(part)[1] is is_alive


def test_the_rest_of_a_long_line_is_a_sign_of_life_too() -> None:
    reader = EventReader()
    reader.feed(b"data: beginning")

    assert reader.feed(b" middle") == ([], True)
