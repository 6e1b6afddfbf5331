"""People: what an address may be, what somebody may do, and the plan everybody begins with."""

from __future__ import annotations

import re
from enum import StrEnum

DEFAULT_PLAN = "free"
LONGEST_EMAIL = 254

LOCAL_EMAIL = "owner@localhost"
"""The owner of an embedded studio. No real address: nobody can be made who has it."""

_LOCAL_PART = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_EMAIL = re.compile(rf"(?=[^@]{{1,64}}@){_LOCAL_PART}@(?:{_LABEL}\.)+{_LABEL}")


class Role(StrEnum):
    """What somebody may do: creators their own work, administrators everything."""

    CREATOR = "creator"
    ADMIN = "admin"


def email_address(text: str) -> str:
    """The address in the one spelling that is stored: `Ana@Example.com` and `ana@example.com` are one person.

    ASCII only, so that no two addresses look the same. Raises ValueError for what is no address."""
    address = text.strip().lower()
    if len(address) > LONGEST_EMAIL or not address.isascii() or not _EMAIL.fullmatch(address):
        raise ValueError("must be an e-mail address, such as ana@example.com")
    return address
