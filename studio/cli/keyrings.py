"""The system's keyring, with a limit on how long it may think: a locked one waits for a person who is not there."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from studio.domain.errors import Misconfigured, StudioError

SERVICE = "studio"
LIMIT_SECONDS = 3.0

_HINT = "Set STUDIO_TOKEN, or keep it in a file: studio login --insecure-storage"

_Answer = TypeVar("_Answer")


def keep(studio: str, key: str) -> str:
    """Put the key into the keyring and make sure it is there; returns the keyring's name. Raises Misconfigured."""

    def work() -> str:
        keyring, name = _backend()
        keyring.set_password(SERVICE, studio, key)
        # Some backends throw away what they are given, without a word.
        if keyring.get_password(SERVICE, studio) != key:
            raise Misconfigured(f"{name} did not keep the API key.", hint=_HINT)
        return name

    return _within_limit(work)


def check() -> str:
    """The keyring's name, once it has answered. Raises Misconfigured."""

    def work() -> str:
        keyring, name = _backend()
        keyring.get_password(SERVICE, "studio doctor")
        return name

    return _within_limit(work)


def look_up(studio: str) -> str | None:
    """The key that was put there for this studio. Raises Misconfigured."""

    def work() -> str | None:
        found = _backend()[0].get_password(SERVICE, studio)
        return None if found is None else str(found)

    return _within_limit(work)


def remove(studio: str) -> None:
    """Take the key out of the keyring, if it is there. Raises Misconfigured."""

    def work() -> None:
        keyring, _ = _backend()
        if keyring.get_password(SERVICE, studio) is not None:
            keyring.delete_password(SERVICE, studio)

    _within_limit(work)


def _backend() -> tuple[Any, str]:
    # Late: looking for backends takes as long as the rest of a command.
    import keyring
    from keyring.backends import fail, null

    backend = keyring.get_keyring()
    if isinstance(backend, fail.Keyring | null.Keyring):
        raise Misconfigured("This machine has no keyring.", hint=_HINT)
    return backend, f"the keyring ({backend.name})"


def _within_limit(work: Callable[[], _Answer]) -> _Answer:
    answers: list[_Answer] = []
    errors: list[Exception] = []

    def run() -> None:
        try:
            answers.append(work())
        except Exception as error:  # noqa: BLE001 - told by the thread that waits; backends raise what they like
            errors.append(error)

    # A daemon: a keyring that never answers must not keep the process from ending.
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(LIMIT_SECONDS)
    if answers:
        return answers[0]
    if errors:
        raise _told(errors[0]) from errors[0]
    raise Misconfigured(f"The keyring did not answer within {LIMIT_SECONDS:g} seconds.", hint=_HINT)


def _told(error: Exception) -> StudioError:
    if isinstance(error, StudioError):
        return error
    return Misconfigured(f"The keyring failed: {type(error).__name__}: {error}", hint=_HINT)
