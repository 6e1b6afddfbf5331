"""A saved web page as Markdown-like text: its headings, paragraphs and list items, without menus, forms and scripts."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_LEFT_OUT = re.compile(
    "head|script|style|noscript|template|nav|footer|aside|form|button|select|svg|figure|figcaption|iframe|table|pre|code"
)
_BLOCKS = re.compile("p|div|section|article|main|blockquote|h[1-6]|li|ul|ol|br|hr|dd|dt")
_PREFIXES = {"h1": "# ", "h2": "## ", "h3": "### ", "h4": "#### ", "h5": "##### ", "h6": "###### ", "li": "- "}


def is_web_page(text: str) -> bool:
    """Whether the text begins as an HTML document."""
    return re.match(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!doctype html|<html\b)", text, re.IGNORECASE) is not None


def web_page_text(page: str) -> str:
    """The words of the page that are meant to be read: those of its article or main part if it marks one."""
    reader = _Reader()
    reader.feed(_main_part(page))
    reader.close()
    return reader.text


def _main_part(page: str) -> str:
    lowered = page.lower()
    for tag in ("article", "main"):
        start, end = lowered.find(f"<{tag}"), lowered.rfind(f"</{tag}")
        if 0 <= start < end and len(lowered) == len(page):
            return page[start:end]
    return page


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._left_out: list[str] = []

    @property
    def text(self) -> str:
        return "".join(self._parts).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if _LEFT_OUT.fullmatch(tag):
            self._left_out.append(tag)
        elif _BLOCKS.fullmatch(tag):
            self._parts.append("\n\n" + _PREFIXES.get(tag, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in self._left_out:
            del self._left_out[self._left_out.index(tag) :]
        elif _BLOCKS.fullmatch(tag):
            self._parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self._left_out:
            self._parts.append(re.sub(r"\s+", " ", data) if self._parts else data.lstrip())
