"""The one tree of errors. A class is a category; it carries the exit code, the HTTP status and the stable code.

StudioError
 ├─ Refused            1 · 400   the request makes no sense as it stands
 │   ├─ Invalid        1 · 422   some of the data is wrong; every fault is listed
 │   ├─ NotFound       1 · 404   there is no such thing, or it is somebody else's
 │   ├─ Conflict       1 · 409   it exists already, or it has changed meanwhile
 │   ├─ TooLarge       1 · 413   more than studio takes
 │   ├─ RateLimited    1 · 429   too often; try later
 │   └─ Misconfigured  1 · 503   a setting, the database or a file is not as it must be
 ├─ UsageError         2 · 400   the words of the command are wrong
 ├─ NotAllowed         4 · 403   not logged in, or not for this user
 │   └─ NotLoggedIn    4 · 401
 ├─ NotEnoughCredits   5 · 402
 ├─ ServiceFailed      6 · 502   a provider or the storage failed
 │   ├─ NotSent        6 · 502   it cannot have arrived: nothing was asked of the provider
 │   ├─ KeyRefused     6 · 502   the provider does not take studio's key, or serves its account no more
 │   └─ Rejected       6 · 502   the provider's verdict: nothing will come, and nothing is owed
 ├─ Partial            8 · 200   some of it failed or is still running
 ├─ Uncertain         75 · 503   a paid call whose outcome is not known yet: held, not spent
 └─ Interrupted      130 · 499   stopped by the person; what stands is kept
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class StudioError(Exception):
    """A failure a person can act on: what happened in one sentence, and what to do next as `hint`."""

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1
    http_status: ClassVar[int] = 500

    def __init__(self, message: str, *, hint: str | None = None, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.details: dict[str, Any] = dict(details or {})


class Refused(StudioError):
    code = "refused"
    http_status = 400


class Invalid(Refused):
    """Data that breaks the rules. `faults` lists all of them, each a sentence that says where."""

    code = "invalid"
    http_status = 422

    def __init__(self, message: str, *, faults: Sequence[str] = (), hint: str | None = None) -> None:
        super().__init__(message, hint=hint, details={"faults": list(faults)} if faults else None)
        self.faults = list(faults)


class NotFound(Refused):
    code = "not_found"
    http_status = 404


class Conflict(Refused):
    code = "conflict"
    http_status = 409


class TooLarge(Refused):
    code = "too_large"
    http_status = 413


class RateLimited(Refused):
    code = "rate_limited"
    http_status = 429


class Misconfigured(Refused):
    code = "misconfigured"
    http_status = 503


class UsageError(StudioError):
    code = "usage"
    exit_code = 2
    http_status = 400


class NotAllowed(StudioError):
    code = "not_allowed"
    exit_code = 4
    http_status = 403


class NotLoggedIn(NotAllowed):
    code = "not_logged_in"
    http_status = 401


class NotEnoughCredits(StudioError):
    code = "not_enough_credits"
    exit_code = 5
    http_status = 402


class ServiceFailed(StudioError):
    code = "service_failed"
    exit_code = 6
    http_status = 502


class NotSent(ServiceFailed):
    """The request cannot have reached the provider, so it may be sent again."""

    code = "not_sent"


class KeyRefused(ServiceFailed):
    """The provider does not take studio's key. It says nothing about a request that was taken before."""

    code = "key_refused"


class Rejected(ServiceFailed):
    """The provider said that it will not deliver."""

    code = "rejected"


class Partial(StudioError):
    code = "partial"
    exit_code = 8
    http_status = 200


class Uncertain(StudioError):
    code = "uncertain"
    exit_code = 75
    http_status = 503


class Interrupted(StudioError):
    code = "interrupted"
    exit_code = 130
    http_status = 499
