"""How work that several hands do at the same time ends: all of it, some of it, or when a person stops it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeGuard

from studio.domain.errors import Interrupted, NotEnoughCredits, StudioError, Uncertain
from studio.services.wishes import Wish


@contextmanager
def hired(pool: ThreadPoolExecutor) -> Iterator[ThreadPoolExecutor]:
    """The pool until its work is done. A person who stops at once does not wait for it."""
    is_done = False
    try:
        yield pool
        is_done = True
    except Exception:
        is_done = True
        raise
    finally:
        pool.shutdown(wait=is_done, cancel_futures=not is_done)


def failure_of(future: Future[None]) -> StudioError | None:
    error = future.exception()
    if error is None or isinstance(error, StudioError):
        return error
    raise error


def worst(failures: Sequence[tuple[Wish, StudioError]], total: int) -> StudioError:
    """The failure a person has to know of first, and how many there were."""
    _, error = max(failures, key=lambda failure: _WEIGHT.get(type(failure[1]), 0))
    error.details["failed"] = [{"what": named(wish), "why": each.message} for wish, each in failures]
    if total > 1:
        names = ", ".join(named(wish) for wish, _ in failures[:3]) + (" and more" if len(failures) > 3 else "")
        error.message = f"{error.message} Not made: {names}; {total - len(failures)} of {total} takes stand."
        error.args = (error.message,)
    return error


_WEIGHT: dict[type[StudioError], int] = {Uncertain: 3, NotEnoughCredits: 2, Interrupted: 4}


def stopped(pending: Mapping[Future[None], Wish]) -> Interrupted:
    """What is told when a person stops: calls that were taken go on where they are made."""
    left = [future.exception() for future in pending if not future.cancelled()]
    open_calls = [error.details["generation"] for error in left if _is_detached(error)]
    going_on = f" Open jobs, whose credits are held: {', '.join(open_calls)}." if open_calls else ""
    shown = " studio jobs show ID tells where one stands." if open_calls else ""
    return Interrupted(
        f"Stopped; what was made is kept.{going_on}",
        hint=f"Run the same command again: it goes on from here.{shown}",
        details={"generations": open_calls} if open_calls else None,
    )


def _is_detached(error: BaseException | None) -> TypeGuard[StudioError]:
    return isinstance(error, StudioError) and "generation" in error.details


def named(wish: Wish) -> str:
    return f"{wish.kind} of scene {wish.order}" if wish.scene_id else wish.kind
