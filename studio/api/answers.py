"""What goes back: one envelope for success, one for errors, and files as they are. One of the two places where errors
become codes."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi.responses import FileResponse, Response
from pydantic import BaseModel, ValidationError
from sqlalchemy.exc import DBAPIError

from studio.domain.errors import Invalid, Misconfigured, StudioError, TooLarge

JSON = "application/json"
LONGEST_FAULT_LIST = 50

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """The status and the JSON of an answer."""

    status: int
    body: bytes
    retry_after: int | None = None
    """Seconds after which it is worth asking again."""

    def response(self) -> Response:
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        return Response(self.body, self.status, headers, media_type=JSON)

    def as_line(self) -> bytes:
        """The last line of a stream: the same envelope with its status."""
        return self.body[:-1] + b',"status":%d}\n' % self.status


def success(result: Any, status: int = 200) -> Answer:
    """The envelope around a view, a text or plain data."""
    data = result.model_dump_json().encode() if isinstance(result, BaseModel) else written(result)
    return Answer(status, b'{"success":true,"data":' + data + b"}")


def file(result: bytes | Path, media_type: str) -> Response:
    """A file's bytes; one on the disk is streamed, and parts of it can be asked for."""
    if isinstance(result, Path):
        return FileResponse(result, media_type=media_type)
    return Response(result, media_type=media_type)


def failure(error: Exception, request_id: str = "") -> Answer:
    """The envelope of an error. What is not the caller's fault is logged, and told without its particulars."""
    known = _known(error)
    if known is None:
        _LOG.error("unexpected error in request %s", request_id, exc_info=error)
        return _answer(500, "Something in studio went wrong.", "bug", "It is in the server's log.", {"id": request_id})
    if known.http_status >= 500:
        _LOG.warning("request %s failed: %s", request_id, known)
    retry_after = known.details.get("retry_after")
    answer = _answer(known.http_status, known.message, known.code, known.hint, known.details)
    return Answer(
        answer.status, answer.body, max(1, round(retry_after)) if isinstance(retry_after, int | float) else None
    )


def _known(error: Exception) -> StudioError | None:
    # How the database is reached is nobody's business outside.
    if isinstance(error, DBAPIError) or isinstance(error.__cause__, DBAPIError):
        _LOG.error("the database failed", exc_info=error)
        return Misconfigured("The database does not answer.", hint="Try again in a moment.")
    if isinstance(error, ValidationError):
        return Invalid("Some of the data is wrong.", faults=faults_of(error))
    return error if isinstance(error, StudioError) else None


def faults_of(error: ValidationError) -> list[str]:
    """Each fault as `place: what is wrong`, without the value that was sent."""
    found = error.errors(include_url=False, include_context=False, include_input=False)[:LONGEST_FAULT_LIST]
    return [f"{'.'.join(str(part) for part in fault['loc']) or 'body'}: {fault['msg']}" for fault in found]


def refusal(status: int, message: str, code: str, hint: str | None = None) -> Answer:
    """An error that comes from HTTP itself, such as a path that there is not."""
    return _answer(status, message, code, hint, {})


def larger_than(limit_bytes: int) -> TooLarge:
    return TooLarge(f"The request is larger than {limit_bytes:,} bytes.", hint="Send less at once.")


def _answer(status: int, message: str, code: str, hint: str | None, details: Mapping[str, Any]) -> Answer:
    body = {"success": False, "error": message, "code": code, "hint": hint, "details": dict(details)}
    return Answer(status, written(body))


def written(data: Any) -> bytes:
    """Plain data as JSON; what JSON does not know becomes text."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=str).encode()
