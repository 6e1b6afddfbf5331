"""Making text from outside safe, naming things after it, and reading it from bytes."""

from __future__ import annotations

import codecs

import pytest

from studio.domain.errors import Invalid, TooLarge
from studio.domain.script import MAXIMUM_SOURCE_BYTES
from studio.domain.text import one_line, read_source, safe, slug


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("plain\n\ttext", "plain\n\ttext"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07rest", "rest"),
        ("a\x00b\x08c\x7fd\x9be", "abcd"),
        ("line\r\nnext\rlast", "line\nnextlast"),
        ("abc\u202edef\u2066ghi\u200f", "abcdefghi"),
        ("Olá, 世界 👩‍👧 مرحبا", "Olá, 世界 👩‍👧 مرحبا"),
        ("half \ud800 pair", "half  pair"),
    ],
)
def test_keeps_what_can_be_read_and_drops_what_steers_a_terminal(text: str, kept: str) -> None:
    assert safe(text) == kept


def test_puts_a_title_on_one_line() -> None:
    assert one_line("  two\n\n\x1b[2Jlines\t ") == "two lines"


@pytest.mark.parametrize(
    ("title", "handle"),
    [
        ("Why octopuses have three hearts", "octopuses-three-hearts"),
        ("Por que o polvo tem três corações", "polvo-tres-coracoes"),
        ("Straße & Æther: 2024!", "strasse-aether-2024"),
        ("Don't stop", "dont-stop"),
        ("The the of", "the-the-of"),
        ("タコの心臓", "short"),
        ("🎉", "short"),
        ("x" * 80, "x" * 48),
        ("../../etc/passwd", "etc-passwd"),
        ("alpha beta gamma delta epsilon zeta theta kappa lambda", "alpha-beta-gamma-delta-epsilon-zeta-theta-kappa"),
    ],
)
def test_names_a_short_after_the_telling_words_of_its_title(title: str, handle: str) -> None:
    assert slug(title) == handle


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_reads_unicode_text_with_or_without_its_mark(encoding: str) -> None:
    assert read_source("Três corações.".encode(encoding)) == "Três corações."


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n\x00\x00", b"caf\xe9 noir", codecs.BOM_UTF16_LE + b"a", b"text\0more"]
)
def test_refuses_bytes_that_are_no_text(data: bytes) -> None:
    with pytest.raises(Invalid, match=r"^The file notes\.md is not readable as text\.$"):
        read_source(data, source="notes.md")


@pytest.mark.parametrize("data", [b"", b" \n", b"--- ***"])
def test_refuses_a_text_without_words(data: bytes) -> None:
    with pytest.raises(Invalid, match="no words in the text"):
        read_source(data)


def test_refuses_more_than_can_be_a_text_for_a_film() -> None:
    with pytest.raises(TooLarge, match=r"^Standard input is larger than 512 KB, which is the most studio reads\.$"):
        read_source(b"a" * (MAXIMUM_SOURCE_BYTES + 1), source="standard input")
