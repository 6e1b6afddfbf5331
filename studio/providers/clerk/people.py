"""A person as Clerk writes them, in webhooks and in its Backend API alike; fields that studio does not know are passed
over, since Clerk adds some at any time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from studio.domain.outside import OutsidePerson
from studio.domain.people import email_address

_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")
_SECONDS_BELOW = 10**11
"""A moment that is smaller counts seconds, otherwise milliseconds: Clerk's own examples have both."""
_LARGEST_MOMENT = 10**14


def person_of(data: Mapping[str, Any]) -> OutsidePerson:
    """The person. Raises ValueError, with the end of a sentence, for what is no user of Clerk's.

    Only an address that Clerk has verified counts: whoever signs up may write any other one."""
    return OutsidePerson(
        id=person_id(data),
        changed_at=milliseconds(data.get("updated_at")),
        email=_proven_address(data),
        name=_name(data),
        is_barred=data.get("banned") is True,
    )


def person_id(data: Mapping[str, Any]) -> str:
    """Raises ValueError where there is none."""
    id = data.get("id")
    if not isinstance(id, str) or not _ID.fullmatch(id):
        raise ValueError("has no id of a user")
    return id


def milliseconds(value: object) -> int:
    """A moment in epoch milliseconds. Raises ValueError for what is none."""
    if type(value) is not int or not 0 <= value <= _LARGEST_MOMENT:
        raise ValueError("does not say when the user was changed")
    return value * 1000 if value < _SECONDS_BELOW else value


def _proven_address(data: Mapping[str, Any]) -> str | None:
    """The verified primary address, else the first verified one."""
    listed = data.get("email_addresses")
    entries = [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
    primary = data.get("primary_email_address_id")
    entries.sort(key=lambda entry: primary is None or entry.get("id") != primary)
    return next((address for entry in entries if (address := _proven(entry)) is not None), None)


def _proven(entry: Mapping[str, Any]) -> str | None:
    verification = entry.get("verification")
    if not isinstance(verification, dict) or verification.get("status") != "verified":
        return None
    try:
        return email_address(str(entry.get("email_address")))
    except ValueError:
        return None


def _name(data: Mapping[str, Any]) -> str:
    parts = [data.get(part) for part in ("first_name", "last_name")]
    whole = " ".join(part for part in parts if isinstance(part, str) and part)
    username = data.get("username")
    return whole or (username if isinstance(username, str) else "")
