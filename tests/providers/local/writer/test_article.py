"""Taking texts apart: what is furniture goes, what was written stays."""

from __future__ import annotations

import pytest

from studio.domain.text import short_title
from studio.providers.local.writer.article import Article, Kind, Passage, ends_sentence, read_article


def texts(article: Article) -> list[str]:
    return [passage.text for passage in article.spoken]


def test_strips_everything_that_is_not_prose() -> None:
    text = """---
title: "Hearts"
lang: en
---
<!-- draft -->
# Ignored heading

First **bold** and _thin_ [link](https://a.example/b_(c)) words.[^1] ![alt](x.png)

```python
print("code")
```

| a | b |
|---|---|
| 1 | 2 |

> Quoted <b>words</b> &amp; more.

- [x] An item
<script>alert(1)</script>

[^1]: A footnote.
[ref]: https://example.org
"""

    article = read_article(text)

    assert (article.title, article.language) == ("Hearts", "en")
    assert texts(article) == ["First bold and thin link words.", "Quoted words & more.", "An item"]


def test_keeps_what_only_looks_like_markup() -> None:
    text = "Multiply 2 * 3 * 4 and call snake_case_name. One < two, and a | b stays."

    assert texts(read_article(text)) == [text]


def test_keeps_the_text_after_a_tag_that_is_never_closed() -> None:
    assert texts(read_article("Before.\n\n<pre>After it.")) == ["Before.", "After it."]


def test_takes_a_short_first_line_without_a_full_stop_as_the_title() -> None:
    article = read_article("City keeps night buses\n\nThe council voted on Tuesday. It was close.")

    assert article.title == "City keeps night buses"
    assert texts(article) == ["The council voted on Tuesday. It was close."]


def test_joins_wrapped_lines_with_a_space_but_not_in_japanese() -> None:
    assert texts(read_article("One line\nand the next. Done.")) == ["One line and the next. Done."]
    assert texts(read_article("タコには\n心臓が三つあります。")) == ["タコには心臓が三つあります。"]


def test_reads_one_paragraph_a_line_where_there_are_no_blank_lines() -> None:
    assert texts(read_article("First thought.\nSecond thought.\nThird thought.")) == [
        "First thought.",
        "Second thought.",
        "Third thought.",
    ]


def test_knows_under_which_heading_a_paragraph_stands() -> None:
    article = read_article("# Title\n\nIntro.\n\nSection\n-------\n\nBody.")

    assert article.spoken == (
        Passage("Intro.", Kind.PARAGRAPH, "Title"),
        Passage("Body.", Kind.PARAGRAPH, "Section"),
    )


def test_reads_the_article_of_a_saved_web_page() -> None:
    page = """<!DOCTYPE html><html><head><title>Site</title><style>p{}</style></head><body><nav>Home About</nav>
    <article><h1>Hearts</h1><p>An octopus has
    three hearts.</p><script>track()</script><figure>Photo</figure><ul><li>Two by the gills.</li></ul></article>
    <footer>Cookies</footer></body></html>"""

    article = read_article(page)

    assert article.title == "Hearts"
    assert texts(article) == ["An octopus has three hearts.", "Two by the gills."]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Three hearts.", "Three hearts"),
        ("Why three?", "Why three?"),
        ("A" * 100, "A" * 69 + "…"),
        ("word " * 20, "word " * 12 + "word word…"[:5] + "…"),
    ],
)
def test_makes_titles_of_at_most_seventy_characters(text: str, title: str) -> None:
    assert len(short_title(text)) <= 70
    assert short_title(text).rstrip("…").startswith(title.rstrip("…")[:60])


@pytest.mark.parametrize("text", ['He said "stop."', "終わり。」", "Really?!", "انتهى؟", "समाप्त।"])
def test_sees_the_end_of_a_sentence_behind_quotes_in_any_script(text: str) -> None:
    assert ends_sentence(text)
