"""API keys as text: their shape, and that a slip of the hand is noticed."""

from __future__ import annotations

import hashlib
import re
import zlib

import pytest

from studio.domain.api_keys import key_hash, key_id, new_key

SHAPE = re.compile(r"stu_live_[0-9A-Za-z]{8}_[0-9A-Za-z]{38}")


def test_a_new_key_names_itself_and_is_well_formed() -> None:
    id, key = new_key()

    assert SHAPE.fullmatch(key)
    assert key_id(key) == id == key.split("_")[2]


def test_no_two_keys_are_equal() -> None:
    assert len({new_key() for _ in range(1000)}) == 1000


def test_the_checksum_is_the_crc_32_of_what_stands_before_it_in_base_62() -> None:
    _, key = new_key()
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

    value = 0
    for digit in key[-6:]:
        value = value * 62 + digits.index(digit)

    assert value == zlib.crc32(key[:-6].encode())


def test_every_change_of_one_character_is_noticed() -> None:
    _, key = new_key()

    for place, character in enumerate(key):
        other = "a" if character != "a" else "b"
        assert key_id(key[:place] + other + key[place + 1 :]) is None


@pytest.mark.parametrize(
    "text",
    ["", "stu_live_", "stu_live_12345678_short", "sk-live-123", "stu_live_" + "é" * 47, "\0" * 55, "a" * 100_000],
)
def test_what_studio_never_made_has_no_id(text: str) -> None:
    assert key_id(text) is None


@pytest.mark.parametrize(
    "change", [lambda key: key + "\n", lambda key: f" {key}", lambda key: key + "0", lambda key: key[:-1]]
)
def test_nothing_may_stand_around_a_key(change: object) -> None:
    assert callable(change)
    assert key_id(change(new_key()[1])) is None


def test_the_hash_is_sha_256() -> None:
    assert key_hash("stu_live_x") == hashlib.sha256(b"stu_live_x").hexdigest()
