"""Signed messages: the published vectors, rotation, and everything a stranger may try."""

from __future__ import annotations

import base64
import random

import pytest

from studio.domain.errors import NotLoggedIn
from studio.domain.signatures import sign, signing_keys, verify_signed

OLD = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NEW = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
BODY = b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
SECONDS = 1_614_265_330

VECTORS = [
    (OLD, "msg_p5jXN8AQM9LWM0D4loKWxJek", SECONDS, BODY, SIGNATURE),
    (
        OLD,
        "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W",
        1_674_087_231,
        b'{"type":"contact.created","timestamp":"2022-11-03T20:26:10.344522Z",'
        b'"data":{"id":"1f81eb52-5198-4599-803e-771906343485"}}',
        "v1,ARw42xaAApl/nxRo+iPGYwSaMQaOwMo2eyH5JBRA+bQ=",
    ),
    *(
        (
            secret,
            "msg_rot",
            1_700_000_000,
            b"{}",
            "v1,2f4bJlyZxkR7S8ba00FRSZEEdeQTX3NJ5YzxP96ruok= v1,+4aQjM1cwCDTyA7hOy7o/KwSotOohNtaOfTsv0MsdSM=",
        )
        for secret in (OLD, NEW, f"{NEW}, {OLD}", f"{OLD} {NEW}")
    ),
]


def headers(id: str, seconds: object, signature: str, family: str = "webhook") -> dict[str, str]:
    return {f"{family}-id": id, f"{family}-timestamp": str(seconds), f"{family}-signature": signature}


@pytest.mark.parametrize("family", ["webhook", "svix"])
@pytest.mark.parametrize(("secret", "id", "seconds", "body", "signature"), VECTORS)
def test_takes_the_published_vectors(
    secret: str, id: str, seconds: int, body: bytes, signature: str, family: str
) -> None:
    found = verify_signed(headers(id, seconds, signature, family), body, signing_keys(secret), seconds * 1000)

    assert found == id


def test_signs_what_it_takes() -> None:
    secret, id, seconds, body, signature = VECTORS[0]

    assert sign(id, seconds, body, signing_keys(secret)[0]) == signature


@pytest.mark.parametrize("drift", [-300, 0, 300])
def test_takes_five_minutes_to_either_side(drift: int) -> None:
    _, id, seconds, body, signature = VECTORS[0]

    assert verify_signed(headers(id, seconds, signature), body, signing_keys(OLD), (seconds + drift) * 1000) == id


@pytest.mark.parametrize("drift", [-301, 301, 10**6])
def test_refuses_what_is_older_or_newer(drift: int) -> None:
    _, id, seconds, body, signature = VECTORS[0]

    with pytest.raises(NotLoggedIn):
        verify_signed(headers(id, seconds, signature), body, signing_keys(OLD), (seconds + drift) * 1000)


def test_takes_a_good_signature_beside_others_that_are_not_for_us() -> None:
    _, id, seconds, body, signature = VECTORS[0]
    beside = f"v1a,abc garbage v1,abcde v2,{signature[3:]} {signature}"

    assert verify_signed(headers(id, seconds, beside), body, signing_keys(OLD), seconds * 1000) == id


@pytest.mark.parametrize(
    "signature",
    [
        "",
        " ",
        "garbage",
        "v1",
        "v1,",
        "v1,abc,def",
        "v1,abcde",
        SIGNATURE[3:],
        SIGNATURE + " ",
        " " + SIGNATURE,
        SIGNATURE + "  v1,abcd",
        SIGNATURE + "\n",
        SIGNATURE.replace("v1,", "V1,"),
        SIGNATURE.replace("v1,", "v1a,"),
        SIGNATURE.replace("E=", "F="),
        SIGNATURE.rstrip("="),
        SIGNATURE.replace("+", "-").replace("/", "_"),
        SIGNATURE.replace("v1,", "v1,\u00e9"),
        "v1,\ud800",
        "v1," + "A" * 100_000,
        "v1," + base64.b64encode(bytes(32)).decode(),
    ],
)
def test_refuses_every_other_signature_with_the_one_error(signature: str) -> None:
    _, id, seconds, body, _ = VECTORS[0]

    with pytest.raises(NotLoggedIn, match="This message is not signed by its sender"):
        verify_signed(headers(id, seconds, signature), body, signing_keys(OLD), seconds * 1000)


@pytest.mark.parametrize("timestamp", ["", "nan", "inf", "1.5", "-1", "+1614265330", " 1614265330", "٣", "9" * 5000])
def test_refuses_a_moment_that_is_no_whole_number(timestamp: str) -> None:
    key = signing_keys(OLD)[0]

    with pytest.raises(NotLoggedIn):
        verify_signed(headers("msg_1", timestamp, sign("msg_1", SECONDS, BODY, key)), BODY, (key,), SECONDS * 1000)


@pytest.mark.parametrize("id", ["", "a.b", "a/b", "a b", "a\n", "é", "x" * 201])
def test_refuses_an_id_that_is_none_although_it_is_signed(id: str) -> None:
    key = signing_keys(OLD)[0]

    with pytest.raises(NotLoggedIn):
        verify_signed(headers(id, SECONDS, sign(id, SECONDS, BODY, key)), BODY, (key,), SECONDS * 1000)


def test_needs_all_three_headers_of_one_family() -> None:
    _, id, seconds, body, signature = VECTORS[0]
    whole = headers(id, seconds, signature)

    for name in whole:
        for given in ({**whole, name: ""}, {key: value for key, value in whole.items() if key != name}):
            with pytest.raises(NotLoggedIn):
                verify_signed(given, body, signing_keys(OLD), seconds * 1000)
    with pytest.raises(NotLoggedIn):
        verify_signed({**whole, "svix-id": id}, body, signing_keys(OLD), seconds * 1000)


@pytest.mark.parametrize(
    "secrets", ["whsec_", "plain-secret", "whsec_MfKQ", "whsec_****", f"{OLD},x", OLD + "=", "whsec_é"]
)
def test_a_secret_that_is_none_is_named_without_being_shown(secrets: str) -> None:
    with pytest.raises(ValueError, match="must be whsec_ and 24 random bytes") as caught:
        signing_keys(secrets)

    assert secrets.removeprefix("whsec_")[:8] not in str(caught.value) or len(secrets) < 10


def test_no_key_takes_nothing() -> None:
    _, id, seconds, body, signature = VECTORS[0]

    assert signing_keys("  ") == ()
    with pytest.raises(NotLoggedIn):
        verify_signed(headers(id, seconds, signature), body, (), seconds * 1000)


def test_no_bit_of_a_message_can_be_changed() -> None:
    secret, id, seconds, body, signature = VECTORS[1]
    keys, chance = signing_keys(secret), random.Random(5)

    for _ in range(2000):
        place, bit = chance.randrange(len(body)), 1 << chance.randrange(8)
        changed = body[:place] + bytes([body[place] ^ bit]) + body[place + 1 :]
        with pytest.raises(NotLoggedIn):
            verify_signed(headers(id, seconds, signature), changed, keys, seconds * 1000)
