"""Addresses: one spelling for each, and nothing that is none."""

from __future__ import annotations

import pytest

from studio.domain.people import email_address


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" Ana@Example.COM ", "ana@example.com"),
        ("ana.maria+studio@mail.example.com.br", "ana.maria+studio@mail.example.com.br"),
        ("o'neil@xn--bcher-kva.example", "o'neil@xn--bcher-kva.example"),
    ],
)
def test_an_address_has_one_spelling(typed: str, stored: str) -> None:
    assert email_address(typed) == stored


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ana",
        "ana@",
        "@example.com",
        "ana@localhost",
        "ana@example..com",
        ".ana@example.com",
        "ana.@example.com",
        "ana@-example.com",
        "ana maria@example.com",
        "ana@example.com\0",
        "ana@example.com,rui@example.com",
        "ana@b@example.com",
        "аna@example.com",
        "ana\u202e@example.com",
        f"{'a' * 65}@example.com",
        f"ana@{'a.' * 130}com",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must be an e-mail address"):
        email_address(text)
