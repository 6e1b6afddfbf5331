"""The server's errors, as the same classes of the one tree: a command ends as it would have ended on the database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from studio.domain.errors import (
    Conflict,
    Invalid,
    Misconfigured,
    NotAllowed,
    NotFound,
    NotLoggedIn,
    RateLimited,
    Refused,
    ServiceFailed,
    StudioError,
    TooLarge,
)
from studio.remote.http import Reply, whole


class ServerBug(StudioError):
    """A mistake of studio's own, on the server."""

    code = "bug"
    exit_code = 70
    http_status = 500


_BY_STATUS: dict[int, type[StudioError]] = {
    401: NotLoggedIn,
    403: NotAllowed,
    404: NotFound,
    409: Conflict,
    413: TooLarge,
    429: RateLimited,
    503: Misconfigured,
}


def envelope_of(reply: Reply) -> Any:
    """What is in the envelope of an answer. Raises the error that the server tells of."""
    return opened(_parsed(whole(reply)), reply.status, reply.header("x-request-id"))


def document_of(reply: Reply) -> dict[str, Any]:
    """The object that an answer is, whatever its status. Raises ServiceFailed for what is none."""
    found = _parsed(whole(reply))
    if not isinstance(found, dict):
        raise _strange(reply.status)
    return found


def opened(envelope: Any, status: int, request_id: str) -> Any:
    """The data of an envelope. Raises the error in it, and ServiceFailed for what no studio server sends."""
    if not isinstance(envelope, dict) or not isinstance(envelope.get("success"), bool):
        raise _strange(status)
    if not envelope["success"]:
        raise _error(envelope, status, request_id)
    if not 200 <= status < 300 or "data" not in envelope:
        raise _strange(status)
    return envelope["data"]


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _strange(status: int) -> StudioError:
    if 300 <= status < 400:
        return ServiceFailed(
            f"The server answers {status}: it has moved.", hint="Ask for its address, then: studio login --server URL"
        )
    return ServiceFailed(
        f"The server answered {status}, but not as a studio server does.",
        hint="Is something else between you and it? Check the address, or try again in a moment.",
    )


def _error(envelope: dict[str, Any], status: int, request_id: str) -> StudioError:
    message = str(envelope.get("error") or f"The server answered {status}.")
    details = envelope.get("details")
    kept = dict(details) if isinstance(details, dict) else {}
    error = _made(_kind(envelope.get("code"), status), message, kept)
    error.hint = _hint(envelope.get("hint"), status, request_id)
    return error


def _made(kind: type[StudioError], message: str, details: dict[str, Any]) -> StudioError:
    if issubclass(kind, Invalid):
        faults = details.pop("faults", [])
        error: StudioError = kind(message, faults=[str(fault) for fault in faults] if isinstance(faults, list) else [])
        error.details |= details
        return error
    return kind(message, details=details)


def _hint(hint: object, status: int, request_id: str) -> str | None:
    said = str(hint) if hint else None
    if status < 500 or not request_id:
        return said
    known_as = f"The server's log knows this as request {request_id}."
    return f"{said} {known_as}" if said else known_as


def _kind(code: object, status: int) -> type[StudioError]:
    known = {kind.code: kind for kind in _tree(StudioError)}
    found = known.get(code) if isinstance(code, str) else None
    return found or _BY_STATUS.get(status) or (ServiceFailed if status >= 500 else Refused)


def _tree(kind: type[StudioError]) -> Iterator[type[StudioError]]:
    for below in kind.__subclasses__():
        # The first with a code has it: whoever derives without one of their own means the same.
        if "code" in vars(below):
            yield below
        yield from _tree(below)
