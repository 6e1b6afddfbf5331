"""What a file is, by its first bytes: a provider's header is a claim, and nothing else is stored than what is known."""

from __future__ import annotations

PNG, JPEG, WEBP = "image/png", "image/jpeg", "image/webp"
MP4, WEBM = "video/mp4", "video/webm"
WAV, MP3, OGG, FLAC = "audio/wav", "audio/mpeg", "audio/ogg", "audio/flac"

_STARTS = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"OggS", OGG),
    (b"fLaC", FLAC),
    (b"ID3", MP3),
)
_RIFF_FORMS = {b"WEBP": WEBP, b"WAVE": WAV}
_NO_FILMS = (b"avif", b"avis", b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"jxl ", b"M4A ", b"M4B ")
"""Brands in the box of an MP4 that are pictures or sound."""

_EBML = b"\x1a\x45\xdf\xa3"
_HEAD_BYTES = 64


def media_type_of(data: bytes) -> str | None:
    """The media type of a picture, a film or a sound; None for anything else."""
    for start, media_type in _STARTS:
        if data.startswith(start):
            return media_type
    if data.startswith(b"RIFF"):
        return _RIFF_FORMS.get(data[8:12])
    if data[4:8] == b"ftyp" and len(data) > 12:
        return None if data[8:12] in _NO_FILMS else MP4
    if data.startswith(_EBML):
        return WEBM if b"webm" in data[:_HEAD_BYTES] else None
    return MP3 if _is_mp3_frame(data[:4]) else None


def _is_mp3_frame(head: bytes) -> bool:
    """Whether a frame of MPEG layer III begins here: sync, no reserved version, rate or sampling."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    return version != 1 and layer == 1 and head[2] >> 4 not in (0, 15) and head[2] >> 2 & 3 != 3
