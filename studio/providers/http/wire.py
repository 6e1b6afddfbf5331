"""What goes over the wire and comes back: payloads as JSON, whole answers, streams of events, files on their way."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from studio.domain.courier import Answer as Answer


@dataclass(frozen=True)
class Events:
    """A stream of server-sent events that has begun well: its headers, and the data of each event as it comes.

    A server that answers with one JSON document instead gives that as its only event."""

    headers: Mapping[str, str]
    data: Iterator[str]


@dataclass(frozen=True)
class Delivery:
    """An answer on its way: its bytes as they come. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    parts: Iterator[bytes]

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


def encoded(payload: Any) -> bytes:
    """The payload as JSON, its fields in their own order: models write the fields of a schema in the order they see."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def canonical(payload: Any) -> bytes:
    """The payload as JSON with sorted keys: equal payloads are equal bytes, which look-ups go by."""
    return json.dumps(payload, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
