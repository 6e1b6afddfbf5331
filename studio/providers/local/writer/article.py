"""An author's text as passages to be spoken: Markdown, a saved web page or plain text without its furniture.

Front matter, code, tables, links, pictures, footnotes and tags go; the words stay as they were written."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from enum import StrEnum

from studio.domain.text import one_line, safe, short_title
from studio.providers.local.writer.labels import is_labelled
from studio.providers.local.writer.webpage import is_web_page, web_page_text

SENTENCE_ENDS = ".!?…。！？؟।॥۔։။"
_CLOSERS = "\"'”’»)]」』）*_"


class Kind(StrEnum):
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    RULE = "rule"


@dataclass(frozen=True)
class Passage:
    """One block of the text. `heading` is the heading it stands under."""

    text: str
    kind: Kind = Kind.PARAGRAPH
    heading: str | None = None


@dataclass(frozen=True)
class Article:
    """A text taken apart. `language` is what its front matter says, if it says anything."""

    title: str | None
    language: str | None
    passages: tuple[Passage, ...]

    @property
    def spoken(self) -> tuple[Passage, ...]:
        """The passages whose words are for the ear."""
        return tuple(passage for passage in self.passages if passage.kind in (Kind.PARAGRAPH, Kind.ITEM))


_FRONT_MATTER = re.compile(r"\A\s*---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"^([A-Za-z_]+)[ \t]*:[ \t]*(.*)$", re.MULTILINE)
_FENCED_CODE = re.compile(r"^[ \t]*(```|~~~).*?(?:^[ \t]*\1[`~]*[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
_HIDING_TAG = re.compile(r"<!--|-->|<(/?)(script|style|pre|code|table)\b[^<>]{0,500}>", re.IGNORECASE)
_BLOCK_TAG = re.compile(r"</?(?:p|div|h[1-6]|li|ul|ol|blockquote|section|article|br|hr)\b[^>]*>", re.IGNORECASE)
_DEFINITION = re.compile(r"^[ \t]*\[\^?[^\]]+\]:.*(?:\n[ \t]+\S.*)*$", re.MULTILINE)
_TABLE_RULE = re.compile(r"^[ \t:+-]*-[ \t:+-]*\|[ \t:|+-]*$", re.MULTILINE)
_RULE = re.compile(r"[ \t]*(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|={3,})[ \t]*")
_HEADING = re.compile(r"[ \t]{0,3}#{1,6}[ \t]+(.+?)[ \t]*#*[ \t]*")
_ITEM = re.compile(r"[ \t]*(?:[-*+•·‣–]|\(?\d{1,3}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?(.+)")

_INLINE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"!\[[^\[\]]{0,500}\](?:\([^()]{0,2000}\)|\[[^\[\]]{0,200}\])"), ""),
    (re.compile(r"\[\^[^\[\]]+\]"), ""),
    (re.compile(r"\[([^\[\]]+)\]\((?:[^()]|\([^()]{0,500}\)){0,2000}\)"), r"\1"),
    (re.compile(r"\[([^\[\]]+)\]\[[^\[\]]*\]"), r"\1"),
    (re.compile(r"<(?:https?|mailto|ftp):[^>]*>"), ""),
    (re.compile(r"\(?\b(?:https?://|www\.)[^\s<>)]+\)?"), ""),
    (re.compile(r"</?[A-Za-z][^<>]*>"), ""),
    (re.compile(r"`+([^`]*)`+"), r"\1"),
    (re.compile(r"(?<![\w*])(\*{1,3})(?=\S)(.{1,300}?)(?<=\S)\1(?![\w*])"), r"\2"),
    (re.compile(r"(?<![\w_])(_{1,3})(?=\S)(.{1,300}?)(?<=\S)\1(?![\w_])"), r"\2"),
    (re.compile(r"~~(.{1,300}?)~~"), r"\1"),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!>~|-])"), r"\1"),
    (re.compile(r"\[\d{1,3}(?:[,–-]\s*\d{1,3})*\]"), ""),
)


def read_article(text: str) -> Article:
    """Take a text apart into passages, with its title and language where it names them."""
    readable = safe(text)
    if is_web_page(readable):
        readable = web_page_text(readable)
    fields, body = _front_matter(readable)
    passages = _passages(_without_furniture(body))
    return _titled(passages, fields)


def ends_sentence(text: str) -> bool:
    """Whether the text stops at a mark that ends sentences, closing quotes and brackets aside."""
    return text.rstrip().rstrip(_CLOSERS).endswith(tuple(SENTENCE_ENDS))


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    match = _FRONT_MATTER.match(text)
    fields = {name.lower(): value.strip().strip("\"'") for name, value in _FIELD.findall(match[1])} if match else {}
    if match is None or not fields:
        return {}, text
    return fields, text[match.end() :]


def _without_furniture(text: str) -> str:
    text = _without_hidden(_FENCED_CODE.sub("\n\n", text))
    text = _DEFINITION.sub("", _BLOCK_TAG.sub("\n\n", text))
    fewest_bars = 1 if _TABLE_RULE.search(text) else 2
    lines = text.split("\n")
    return "\n".join("" if line.count("|") >= fewest_bars or line.lstrip().startswith("|") else line for line in lines)


def _without_hidden(text: str) -> str:
    """The text outside comments and outside tags whose content is not prose, in one pass."""
    parts: list[str] = []
    start, hidden_from, hiding = 0, 0, ""
    for match in _HIDING_TAG.finditer(text):
        name = (match[2] or "-->").lower()
        opens = match[0] == "<!--" or (match[2] is not None and not match[1])
        if not hiding and opens:
            hidden_from, hiding = match.start(), name
        elif hiding == name and not opens:
            parts.append(text[start:hidden_from])
            start, hiding = match.end(), ""
    # An opening tag that is never closed is a slip of the pen, no reason to lose the rest of the text.
    parts.append(text[start:])
    return "\n\n".join(parts)


def _passages(text: str) -> list[Passage]:
    passages: list[Passage] = []
    heading: str | None = None
    for block in _blocks(text):
        plain = _plain(block.text)
        if block.kind is Kind.HEADING and plain:
            heading = plain
        if plain or block.kind is Kind.RULE:
            passages.append(Passage(plain, block.kind, heading if block.kind is not Kind.HEADING else None))
    return passages


def _blocks(text: str) -> list[Passage]:
    blocks: list[Passage] = []
    lines: list[str] = []
    kind = Kind.PARAGRAPH
    lines_are_paragraphs = _lines_are_paragraphs(text)
    dashes_separate = len(re.findall(r"^[ \t]*---[ \t]*$", text, re.MULTILINE)) > 1

    def close() -> None:
        nonlocal kind
        if lines:
            blocks.append(Passage(_joined(lines), kind))
        lines.clear()
        kind = Kind.PARAGRAPH

    for raw in text.split("\n"):
        line = re.sub(r"^[ \t]*(?:>[ \t]?)+", "", raw)
        if not line.strip():
            close()
        elif _underlines(line, lines, dashes_separate) and kind is Kind.PARAGRAPH:
            kind = Kind.HEADING
            close()
        elif _RULE.fullmatch(line):
            close()
            blocks.append(Passage("", Kind.RULE))
        elif heading := _HEADING.fullmatch(line):
            close()
            blocks.append(Passage(heading[1], Kind.HEADING))
        elif item := _ITEM.fullmatch(line):
            close()
            kind = Kind.ITEM
            lines.append(item[1])
        else:
            if lines_are_paragraphs or is_labelled(line):
                close()
            lines.append(line.strip())
    close()
    return blocks


def _underlines(line: str, above: list[str], dashes_separate: bool) -> bool:
    """Whether the line makes the one line above it a heading, rather than standing between two scenes."""
    mark = line.strip()
    if len(above) != 1 or ends_sentence(above[0]) or not re.fullmatch(r"=+|-{2,}", mark):
        return False
    return mark[0] == "=" or not (dashes_separate and mark == "---")


def _lines_are_paragraphs(text: str) -> bool:
    """A text without blank lines whose every line is a whole sentence has one paragraph a line."""
    body = text.strip("\n")
    lines = [line for line in body.split("\n") if line.strip()]
    return len(lines) > 1 and "\n\n" not in body and sum(map(ends_sentence, lines)) >= 0.8 * len(lines)


def _joined(lines: list[str]) -> str:
    """Wrapped lines as one: with a space, but for scripts that write none."""
    text = lines[0].strip()
    for line in lines[1:]:
        spaceless = text and _writes_no_spaces(text[-1]) and _writes_no_spaces(line.strip()[0])
        text += ("" if spaceless else " ") + line.strip()
    return text


def _writes_no_spaces(character: str) -> bool:
    return "\u3000" <= character <= "\u9fff" or "\uff00" <= character <= "\uffef" or "\u0e00" <= character <= "\u0e7f"


def _plain(text: str) -> str:
    for pattern, replacement in _INLINE:
        text = pattern.sub(replacement, text)
    line = one_line(html.unescape(text))
    return re.sub(r"\s+([,.;:!?…])", r"\1", line) if re.search(r"[A-Za-z]", line) else line


def _titled(passages: list[Passage], fields: dict[str, str]) -> Article:
    title = fields.get("title") or None
    first = next((passage for passage in passages if passage.kind is not Kind.RULE), None)
    if first is not None and first.kind is Kind.HEADING:
        title = title or first.text
    elif first is not None and _reads_as_title(first, passages):
        title = title or first.text
        index = passages.index(first)
        passages = [*passages[:index], Passage(first.text, Kind.HEADING), *passages[index + 1 :]]
    language = fields.get("language") or fields.get("lang")
    return Article(short_title(title) if title else None, language or None, tuple(passages))


def _reads_as_title(first: Passage, passages: list[Passage]) -> bool:
    """A short first line without a full stop above a text that has them is its title."""
    others = [passage.text for passage in passages if passage is not first and passage.kind is Kind.PARAGRAPH]
    if is_labelled(first.text):
        return False
    is_short = first.kind is Kind.PARAGRAPH and len(first.text) <= 100 and not ends_sentence(first.text)
    return is_short and any(map(ends_sentence, others)) and not first.text.endswith((":", "：", ","))
