"""API keys as text: `stu_live_<8 id>_<32 secret><6 checksum>`. A slip of the hand is noticed without a database.

The id names the key in lists; the 32 base62 characters of the secret are 190 random bits."""

from __future__ import annotations

import hashlib
import re
import secrets
import string
import zlib

PREFIX = "stu_live_"

_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
_ID_LENGTH = 8
_SECRET_LENGTH = 32
_CHECKSUM_LENGTH = 6
_SHAPE = re.compile(rf"{PREFIX}([0-9A-Za-z]{{{_ID_LENGTH}}})_[0-9A-Za-z]{{{_SECRET_LENGTH + _CHECKSUM_LENGTH},128}}")


def new_key() -> tuple[str, str]:
    """The id and the text of a new key. The text is shown once; afterwards only its hash is known."""
    id = _random(_ID_LENGTH)
    body = f"{PREFIX}{id}_{_random(_SECRET_LENGTH)}"
    return id, body + _checksum(body)


def key_id(text: str) -> str | None:
    """The id inside a key, or None for what studio never made: another shape or a wrong checksum."""
    shape = _SHAPE.fullmatch(text)
    body, checksum = text[:-_CHECKSUM_LENGTH], text[-_CHECKSUM_LENGTH:]
    return shape[1] if shape and checksum == _checksum(body) else None


def key_hash(text: str) -> str:
    """SHA-256 in hexadecimal: enough for a secret that nobody can guess, and fast on every request."""
    return hashlib.sha256(text.encode()).hexdigest()


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def _checksum(body: str) -> str:
    """CRC-32 of everything before it, six base62 digits: 62⁶ is more than 2³²."""
    value = zlib.crc32(body.encode())
    digits = ""
    for _ in range(_CHECKSUM_LENGTH):
        value, digit = divmod(value, len(_ALPHABET))
        digits = _ALPHABET[digit] + digits
    return digits
