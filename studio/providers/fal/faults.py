"""What fal's three shapes of error mean: those of a model, of fal's own machines, and of its platform.

fal has no status for a failed job: it is completed, and its result is the error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from studio.domain.errors import KeyRefused, Rejected, StudioError
from studio.providers.http import Answer

Quoted = Callable[[str], str]
"""Makes a server's own words safe to show."""

SHOWN_FAULTS = 3

POLICY = "content_policy_violation"

_SENTENCES = {
    POLICY: "fal's content check refused what was asked for",
    "no_media_generated": "the model at fal made nothing of it",
    "request_timeout": "fal did not start it in time",
    "startup_timeout": "fal could not start the model in time",
    "generation_timeout": "the model at fal took too long",
    "file_download_error": "fal could not load a picture or sound it was given",
    "image_load_error": "fal could not read a picture it was given",
    "face_detection_error": "fal found no face in the picture it was given",
}
_REWORD = "Word it differently, then run the same command again."
_AGAIN = "Run the same command again later."
_TOP_UP = "See the balance of the account at fal.ai/dashboard/billing."

_PAYMENT_WORDS = ("balance", "locked", "billing", "top up", "payment")


def verdict(answer: Answer, quoted: Quoted) -> Rejected:
    """The provider's last word on an order, out of the answer that carries it."""
    content = content_of(answer)
    return refusal(content, quoted, status=answer.status, headers=answer.headers)


def refusal(
    content: Mapping[str, Any], quoted: Quoted, *, status: int, headers: Mapping[str, str] | None = None
) -> Rejected:
    """The refusal inside a body of fal's, which says it in `detail`, or in `error` beside a status."""
    headers = headers or {}
    kind = error_type(content) or headers.get("x-fal-error-type", "")
    said = quoted(_said(content))
    sentence = _SENTENCES.get(kind, "fal refused the request" if status < 500 else "the model at fal failed")
    is_retryable = _is_retryable(headers)
    hint = _REWORD if kind == POLICY else _AGAIN if is_retryable or status >= 500 else None
    details = {"status": status, "error_type": kind or None, "is_retryable": is_retryable}
    return Rejected(f"{sentence[0].upper()}{sentence[1:]}{f': {said}' if said else ''}.", hint=hint, details=details)


def meaning(answer: Answer, quoted: Quoted) -> StudioError | None:
    """What an unsuccessful answer stands for where its status alone does not say it."""
    if answer.status == 403 and any(word in _said(content_of(answer)).lower() for word in _PAYMENT_WORDS):
        said = quoted(_said(content_of(answer)))
        return KeyRefused(f"fal does not serve this account: {said}.", hint=_TOP_UP, details={"status": 403})
    if answer.status in (400, 404, 405, 413, 415, 422) and "detail" in content_of(answer):
        return verdict(answer, quoted)
    return None


def is_models_own(answer: Answer) -> bool:
    """Whether a 5xx tells how a job ended, and not how a machine on the way to it fares."""
    return "x-fal-request-id" in answer.headers and "detail" in content_of(answer)


def content_of(answer: Answer) -> dict[str, Any]:
    """The JSON object of an answer; empty for anything else."""
    try:
        content = answer.json()
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def error_type(content: Mapping[str, Any]) -> str:
    """fal's word for what went wrong, of the whole body or of its first fault."""
    kinds = [content.get("error_type"), *(fault.get("type") for fault in _faults(content))]
    return next((kind for kind in kinds if isinstance(kind, str)), "")


def _said(content: Mapping[str, Any]) -> str:
    """What is wrong in fal's own words: the plain sentence, or the faults with where they are."""
    for name in ("detail", "error", "message"):
        if isinstance(content.get(name), str):
            return str(content[name])
    error = content.get("error")
    if isinstance(error, dict) and isinstance(error.get("message"), str):
        return str(error["message"])
    return "; ".join(_fault_words(fault) for fault in _faults(content)[:SHOWN_FAULTS])


def _faults(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    detail = content.get("detail")
    return [fault for fault in detail if isinstance(fault, dict)] if isinstance(detail, list) else []


def _fault_words(fault: Mapping[str, Any]) -> str:
    path = fault.get("loc")
    names = [str(part) for part in path if part != "body"] if isinstance(path, list) else []
    return ": ".join(part for part in (".".join(names), str(fault.get("msg") or "")) if part)


def _is_retryable(headers: Mapping[str, str]) -> bool | None:
    """fal has told it by two headers, one after the other; None when neither is there."""
    said = headers.get("x-fal-retryable") or headers.get("x-fal-needs-retry")
    return None if said is None else said.strip().lower() in ("true", "1")
