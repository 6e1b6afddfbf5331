"""Which addresses count as public, and which only look as if they did."""

from __future__ import annotations

import pytest

from studio.domain.errors import ServiceFailed
from studio.providers.addresses import is_loopback, is_public, resolved

INSIDE = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.8.9.10",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:a9fe:a9fe",
    "64:ff9b::127.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b::100.64.0.1",
    "64:ff9b:1::8.8.8.8",
    "100::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::1",
    "3fff::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]
OUTSIDE = ["8.8.8.8", "151.101.1.6", "2606:4700:4700::1111", "2a00:1450:4001:80b::200e", "64:ff9b::808:808"]
NO_ADDRESSES = ["", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "8.8.8.8:443", "8.8.8.8\n"]


@pytest.mark.parametrize("address", INSIDE)
def test_what_leads_inside_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_what_is_on_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("text", NO_ADDRESSES)
def test_what_is_no_address_is_neither(text: str) -> None:
    assert not is_public(text)
    assert not is_loopback(text)


def test_only_the_plain_spellings_of_this_machine_are_this_machine() -> None:
    assert [address for address in INSIDE if is_loopback(address)] == ["127.0.0.1", "127.8.9.10", "::1"]


def test_a_host_that_is_nowhere_may_be_found_later() -> None:
    with pytest.raises(ServiceFailed, match="cannot be found"):
        resolved("no-such-host.invalid", 443)
