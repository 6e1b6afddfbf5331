"""How a job may end other than well, and how the answer to an order may be lost, by name.

The shapes are those of the contract: fal has no failed status, the truth is in the result or beside the status."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

LOST_ANSWERS = (
    "closes",
    "never_answers",
    "bad_gateway",
    "half_a_body",
    "no_request_id",
    "not_json",
    "wrong_type",
    "resets",
    "drips",
)
"""What may follow a POST that was taken; `taken:<status>` answers it with that status, `resets_at:<size>` breaks off
after so many bytes."""

REFUSALS = ("too_many_requests", "closes_before", "locked_account")
"""What may follow a POST that was not taken; `refused:<status>` answers it with that status."""

NO_NEWS = (
    "closes",
    "never_answers",
    "bad_gateway",
    "half_a_body",
    "not_json",
    "wrong_type",
    "too_many_requests",
    "drips",
)
"""What may follow a question about a request; `refused:<status>` answers it with that status, `resets_at:<size>` breaks
off after so many bytes."""


@dataclass(frozen=True)
class Outcome:
    """The end of a job. A `status` of the result other than 200 comes with the `body` and `headers` given here.

    `error` stands beside the status; `change` is laid over a good result; `media` is what the delivery host does.
    `passing` is answered by that many first requests for the result, as by a machine on the way; 503 in fal's words."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    error: tuple[str, str] | None = None
    change: Mapping[str, Any] = field(default_factory=dict)
    media: str = ""
    passing: tuple[int, ...] = ()
    is_billed: bool = False
    status_word: str = ""


def detail(kind: str, message: str, *, name: str = "prompt") -> dict[str, Any]:
    """A model's error in fal's own shape."""
    url = f"https://docs.fal.ai/errors#{kind}"
    return {"detail": [{"loc": ["body", name], "msg": message, "type": kind, "url": url, "input": {}}]}


_FLAGGED = "The content could not be processed because it contained material flagged by a content checker."

GOOD = Outcome(is_billed=True)

RUNNER_LOST = {"detail": "Runner connection error", "error_type": "runner_connection_error"}
RUNNER_LOST_HEADERS = {"x-fal-error-type": "runner_connection_error", "x-fal-retryable": "true"}

OUTCOMES: Mapping[str, Outcome] = {
    "good": GOOD,
    "completed_with_error": Outcome(error=("Request timed out", "request_timeout")),
    "content_policy": Outcome(422, detail("content_policy_violation", _FLAGGED)),
    "no_media": Outcome(422, detail("no_media_generated", "The model made no image.")),
    "plain_detail": Outcome(400, {"detail": "The input is too dark"}),
    "billed_refusal": Outcome(422, detail("face_detection_error", "No face"), is_billed=True),
    "result_not_found": Outcome(404, {"detail": "Path /nowhere not found"}),
    "models_own_500": Outcome(500, detail("internal_server_error", "Internal server error", name="")),
    "infrastructure_503": Outcome(503, RUNNER_LOST, RUNNER_LOST_HEADERS),
    "needs_retry": Outcome(504, {"detail": "Timed out", "error_type": "startup_timeout"}, {"x-fal-needs-retry": "1"}),
    "edge_502_then_good": Outcome(passing=(502, 502), is_billed=True),
    "runner_503_then_good": Outcome(passing=(503,), is_billed=True),
    "edge_429_then_good": Outcome(passing=(429,), is_billed=True),
    "edge_404_then_good": Outcome(passing=(404,), is_billed=True),
    "still_in_progress_then_good": Outcome(passing=(400,), is_billed=True),
    "black_picture": Outcome(change={"has_nsfw_concepts": [True]}, is_billed=True),
    "without_sizes": Outcome(change={"sizes": None}, is_billed=True),
    "nothing": Outcome(change={"images": [], "video": None, "audio": None}, is_billed=True),
    "wrong_shape": Outcome(change={"images": "soon", "video": ["x"], "audio": 7}, is_billed=True),
    "strange_word": Outcome(status_word="WARMING_UP", is_billed=True),
    "wrong_content_type": Outcome(media="wrong_content_type", is_billed=True),
    "not_media": Outcome(media="not_media", is_billed=True),
    "truncated_media": Outcome(media="truncated", is_billed=True),
    "endless_media": Outcome(media="endless", is_billed=True),
    "gone_media": Outcome(media="gone", is_billed=True),
}
"""The ends a job can have, by name; `redirect:<address>` sends the download somewhere else, `fails:<how>` spoils it in
one of the ways of NO_NEWS."""


def outcome(name: str) -> Outcome:
    return Outcome(media=name, is_billed=True) if name.startswith(("redirect:", "fails:")) else OUTCOMES[name]
