"""Text from outside made safe for us: reading bytes, dropping what would steer a terminal, and naming things."""

from __future__ import annotations

import codecs
import re
import unicodedata

from studio.domain.errors import Invalid, TooLarge
from studio.domain.language import STOP_WORDS, guess_language, primary_language
from studio.domain.script import MAXIMUM_SOURCE_BYTES

MAXIMUM_SLUG_LENGTH = 48
MAXIMUM_TITLE_LENGTH = 70

_ESCAPE_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]{0,2000}(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]*[0-~]"
)
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_LETTERS_WITHOUT_ACCENT = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def safe(text: str) -> str:
    """Drop what could steer a terminal or disguise text: escape sequences, C0 but newline and tab, DEL, C1, bidi.

    Everything a person can read stays, in its order; Windows line ends become plain newlines."""
    unified = text.replace("\r\n", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return _CONTROL.sub("", _ESCAPE_SEQUENCE.sub("", unified))


def one_line(text: str) -> str:
    """The safe text with every run of white space as one space: what a title, a label or a table cell may hold."""
    return " ".join(safe(text).split())


def short_title(text: str) -> str:
    """The text as a title: one line, no closing full stop, cut at a word to at most 70 characters."""
    line = one_line(text).rstrip(" .。:;,")
    if len(line) <= MAXIMUM_TITLE_LENGTH:
        return line
    cut = line[: MAXIMUM_TITLE_LENGTH - 1]
    at_word = cut.rsplit(" ", 1)[0] if " " in cut[20:] else cut
    return at_word.rstrip(" ,;:—–-") + "…"


def slug(text: str, *, fallback: str = "short") -> str:
    """A handle for a title: ASCII words without stop words, joined by hyphens, at most 48 characters.

    `Why octopuses have three hearts` gives `octopuses-three-hearts`; a title in another script gives the fallback."""
    words = _ascii_words(text)
    stop_words = STOP_WORDS.get(primary_language(guess_language(text)), frozenset())
    plain_stop_words = {_ascii(word) for word in stop_words}
    telling = [word for word in words if word not in plain_stop_words] or words
    return _fit(telling) or fallback


def _ascii_words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", _ascii(re.sub(r"['’ʼ]", "", text)))


def _ascii(text: str) -> str:
    lowered = text.lower().translate(_LETTERS_WITHOUT_ACCENT)
    return unicodedata.normalize("NFKD", lowered).encode("ascii", "ignore").decode()


def _fit(words: list[str]) -> str:
    kept = ""
    for word in words:
        longer = f"{kept}-{word}" if kept else word[:MAXIMUM_SLUG_LENGTH]
        if len(longer) > MAXIMUM_SLUG_LENGTH:
            break
        kept = longer
    return kept


def read_source(data: bytes, *, source: str = "the text") -> str:
    """Decode an author's text: UTF-8, or UTF-16 and UTF-32 with their byte order mark.

    Raises TooLarge beyond MAXIMUM_SOURCE_BYTES and Invalid for what is not text or has no words."""
    if len(data) > MAXIMUM_SOURCE_BYTES:
        raise _too_large(source)
    text = _decode(data, source)
    check_source(text, source=source)
    return text


def check_source(text: str, *, source: str = "the text") -> None:
    """Refuse a text no film can be made of: empty, binary or too large."""
    if "\0" in text:
        raise _not_text(source)
    if not any(character.isalnum() for character in text):
        raise Invalid(f"There are no words in {source}.", hint="give a text with at least one sentence")
    if len(text.encode("utf-8", "replace")) > MAXIMUM_SOURCE_BYTES:
        raise _too_large(source)


def _decode(data: bytes, source: str) -> str:
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _not_text(source) from error


def _not_text(source: str) -> Invalid:
    return Invalid(f"{_subject(source)} is not readable as text.", hint="save it as plain text or Markdown in UTF-8")


def _too_large(source: str) -> TooLarge:
    # Whoever reads stops at the limit, so the true size is not known here.
    most = f"{MAXIMUM_SOURCE_BYTES // 1024} KB"
    return TooLarge(
        f"{_subject(source)} is larger than {most}, which is the most studio reads.",
        hint="give the part the film is about",
    )


def _subject(source: str) -> str:
    """The source as the first words of a sentence; a file keeps its name as it is spelt."""
    if source in ("the text", "standard input"):
        return source.capitalize()
    return f"The file {source}"
