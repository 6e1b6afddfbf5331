"""What a file is, by its first bytes."""

from __future__ import annotations

import pytest

from studio.providers.media_types import media_type_of

KNOWN = [
    (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png"),
    (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
    (b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp"),
    (b"\0\0\0\x20ftypisom\0\0\2\0", "video/mp4"),
    (b"\0\0\0\x1cftypmp42\0\0\0\0", "video/mp4"),
    (b"\x1a\x45\xdf\xa3\x9fB\x86\x81\1B\xf7\x81\1B\xf2\x81\4B\xf3\x81\x08B\x82\x84webm", "video/webm"),
    (b"RIFF\x24\0\0\0WAVEfmt ", "audio/wav"),
    (b"ID3\4\0\0\0\0\0\x23", "audio/mpeg"),
    (b"\xff\xfb\x90\x64", "audio/mpeg"),
    (b"\xff\xf3\x44\xc4", "audio/mpeg"),
    (b"OggS\0\2", "audio/ogg"),
    (b"fLaC\0\0\0\x22", "audio/flac"),
]
UNKNOWN = [
    b"",
    b"RIFF",
    b"RIFF\x24\0\0\0AVI LIST",
    b"\0\0\0\x20ftyp",
    b"\0\0\0\x20ftypavif\0\0\0\0",
    b"\0\0\0\x20ftypheic\0\0\0\0",
    b"\x1a\x45\xdf\xa3\x9fB\x82\x88matroska",
    b"GIF89a",
    b"%!PS-Adobe-3.0 EPSF",
    b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    b"<!doctype html>",
    b"\xff\xf1\x50\x80",  # AAC
    b"\xff\xff\xff\xff",
    b"\x1f\x8b\x08\0",
    b"MZ\x90\0",
]


@pytest.mark.parametrize(("data", "media_type"), KNOWN)
def test_a_file_is_known_by_its_first_bytes(data: bytes, media_type: str) -> None:
    assert media_type_of(data) == media_type


@pytest.mark.parametrize("data", UNKNOWN)
def test_everything_else_is_not_known(data: bytes) -> None:
    assert media_type_of(data) is None
