"""fal's callbacks: at which address it tells us that a request has ended, and what its message says became of it.

The address carries our own id of the call with a code that only whoever has the key can make: so a request is known
whose answer never reached us."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode

from studio.domain.errors import Invalid, Rejected, StudioError
from studio.domain.remote import Answer
from studio.providers.catalogue import ModelSpec
from studio.providers.fal.answers import answer_of
from studio.providers.fal.faults import Quoted, error_type, refusal

PATH = "/api/webhooks/fal"

_CODE_LETTERS = 32
_STATUS = re.compile(r"status code: (\d{3})\b")
_PASSING = (401, 403, 408, 409, 429)
"""Statuses of a machine on the way, which say nothing about how a request ended."""


@dataclass(frozen=True)
class Callback:
    """A message of fal about a request that has ended; `request_ids` are the names the request goes by."""

    request_ids: tuple[str, ...]
    content: Mapping[str, Any]

    @property
    def is_good(self) -> bool:
        return self.content.get("status") == "OK"


def callbacks_to(public_url: str, key: str) -> Callable[[str], str]:
    """Gives the address that fal is to call about the call with this id of ours."""

    def address(job: str) -> str:
        query = urlencode({"job": job, "code": _code(job, key)})
        return f"{public_url.rstrip('/')}{PATH}?{query}"

    return address


def job_of(query: str, key: str) -> str:
    """Our id of the call in the query of an address that we gave to fal; empty for any other."""
    found = {name: values[-1] for name, values in parse_qs(query).items()}
    job, code = found.get("job", ""), found.get("code", "")
    is_ours = hmac.compare_digest(code.encode(), _code(job, key).encode())
    return job if job and is_ours else ""


def callback_of(body: bytes) -> Callback:
    """The message in a body whose signature has been verified. Raises Invalid for anything else."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Invalid("fal's message is not JSON.") from error
    found = content if isinstance(content, dict) else {}
    names = [found.get(name) for name in ("request_id", "gateway_request_id")]
    ids = tuple(dict.fromkeys(name for name in names if isinstance(name, str) and name))
    if not ids:
        raise Invalid("fal's message names no request.")
    return Callback(ids, found)


def outcome_of(callback: Callback, spec: ModelSpec, quoted: Quoted) -> Answer | StudioError | None:
    """What became of the request: its answer, or the verdict; None where the result itself has to be looked at.

    What it cost is not in a message: fal's bills tell it."""
    content, payload = callback.content, callback.content.get("payload")
    if content.get("payload_error") or not isinstance(payload, dict):
        return None
    if callback.is_good:
        try:
            return answer_of(spec, payload, callback.request_ids[0], None)
        except Rejected as error:
            return error
    status = _status_of(content)
    says_why = "detail" in payload or bool(error_type(payload))
    if content.get("status") != "ERROR" or status in _PASSING or not status or not says_why:
        return None
    return refusal(payload, quoted, status=status)


def _code(job: str, key: str) -> str:
    return hmac.new(key.encode(), f"callback of {job}".encode(), hashlib.sha256).hexdigest()[:_CODE_LETTERS]


def _status_of(content: Mapping[str, Any]) -> int:
    """The status that the result has, out of fal's own words for it; 0 where they do not say."""
    found = _STATUS.search(str(content.get("error") or ""))
    return int(found[1]) if found else 0
