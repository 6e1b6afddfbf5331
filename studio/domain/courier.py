"""The port of whoever carries requests of a storage over HTTP: one request, one answer, files streamed both ways."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

_SECONDS = re.compile(r"[0-9]{1,5}(\.[0-9]{1,3})?")


@dataclass(frozen=True)
class Answer:
    """What a server answered, whatever its status; the body of one that went into a file is empty.

    Header names are in lower case."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    @property
    def retry_seconds(self) -> float | None:
        """How long the server asks to be left alone; None where it does not say, or not in seconds."""
        seconds = self.headers.get("retry-after", "").strip()
        return float(seconds) if _SECONDS.fullmatch(seconds) else None

    def json(self) -> Any:
        """The body as JSON. Raises ValueError for anything else."""
        try:
            return json.loads(self.body)
        except RecursionError as error:
            raise ValueError("the JSON is nested too deeply") from error


class Courier(Protocol):
    """Threads may share it. It follows no redirect and repeats nothing."""

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | Path | None = None,
        into: Path | None = None,
        seconds: float = 60.0,
    ) -> Answer:
        """Send one request with these bytes or this file; the body of a success goes `into` a file if one is named.

        `seconds` bounds all of it. Raises NotSent when nobody answers, ServiceFailed when it broke off or took too
        long, or when the answer is larger than studio reads."""

    def close(self) -> None: ...
