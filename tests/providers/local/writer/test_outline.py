"""Outlines of bare topics: right in number and length, in the topic's language, and free of invented facts."""

from __future__ import annotations

import pytest

from studio.domain.errors import Invalid
from studio.domain.formats import Pressure, ShortFormat
from studio.domain.script import Role
from studio.providers.local.writer import LocalWriter
from studio.providers.local.writer.beats import TopicKind, phrasebook_for
from tests.providers.local.writer.briefs import brief, narration, seconds_of

LANGUAGES = ("en", "pt", "es", "fr", "de", "it")
TOPICS = (
    "Why octopuses have three hearts",
    "How to make bread",
    "7 habits of calm people",
    "Tea vs coffee",
    "The story of the compass",
    "Octopus",
)


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("format", "seconds"),
    [
        (ShortFormat.SHORT, 15),
        (ShortFormat.SHORT, 30),
        (ShortFormat.REEL, 60),
        (ShortFormat.LONG, 120),
        (ShortFormat.YOUTUBE, 600),
    ],
)
def test_has_the_right_number_of_scenes_and_the_right_length(
    topic: str, language: str, format: ShortFormat, seconds: float
) -> None:
    wanted = brief(topic, format=format, seconds=seconds, language=language)

    script = LocalWriter().write(wanted)

    assert len(script.scenes) == wanted.scene_count
    assert 0.9 * seconds <= seconds_of(script) <= 1.1 * seconds


@pytest.mark.parametrize("pressure", list(Pressure))
def test_follows_the_pressure_of_the_climate(pressure: Pressure) -> None:
    wanted = brief(TOPICS[0], format=ShortFormat.REEL, pressure=pressure)

    script = LocalWriter().write(wanted)

    assert len(script.scenes) == wanted.scene_count


def test_says_that_it_is_an_outline_and_quotes_the_topic() -> None:
    script = LocalWriter().write(brief("why octopuses have three hearts"))

    assert script.is_outline
    assert script.scenes[0].narration.startswith("Why octopuses have three hearts. Stay for the answer.")
    assert [script.scenes[0].role, script.scenes[-1].role] == [Role.HOOK, Role.CALL_TO_ACTION]


@pytest.mark.parametrize(
    ("topic", "language", "words"),
    [
        ("Por que o céu é azul", "pt", "Fique até a resposta."),
        ("Por qué el cielo es azul", "es", "Quédate hasta la respuesta."),
        ("Pourquoi le ciel est bleu", "fr", "Restez jusqu'à la réponse."),
        ("Warum der Himmel blau ist", "de", "Bleib bis zur Antwort."),
        ("Perché il cielo è blu", "it", "Resta fino alla risposta."),
    ],
)
def test_speaks_the_language_of_the_topic(topic: str, language: str, words: str) -> None:
    script = LocalWriter().write(brief(topic))

    assert script.language == language
    assert words in script.scenes[0].narration


def test_says_honestly_that_it_is_in_english_where_there_is_no_phrasebook() -> None:
    script = LocalWriter().write(brief("なぜ空は青いのか"))

    assert script.language == "en"


@pytest.mark.parametrize(
    ("topic", "kind"),
    list(
        zip(
            TOPICS,
            (TopicKind.WHY, TopicKind.HOW, TopicKind.LIST, TopicKind.VERSUS, TopicKind.STORY, TopicKind.WHAT),
            strict=True,
        )
    ),
)
def test_tells_the_kind_of_topic(topic: str, kind: TopicKind) -> None:
    assert phrasebook_for("en").kind_of(topic) is kind


def test_counts_the_items_of_a_list_once_each() -> None:
    script = LocalWriter().write(brief("5 facts about coffee", format=ShortFormat.REEL))

    spoken = narration(script)

    assert [spoken.count(f"Number {number}.") for number in range(1, 7)] == [1, 1, 1, 0, 0, 0]
    assert spoken.count("Numbers 4 to 5.") == 1


def test_says_nothing_twice_in_a_film_of_the_usual_length() -> None:
    script = LocalWriter().write(brief(TOPICS[0], format=ShortFormat.REEL))

    sentences = [sentence for sentence in narration(script).split(". ") if sentence]

    assert len(sentences) == len(set(sentences))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrasebook_serves_every_kind_of_topic(language: str) -> None:
    book = phrasebook_for(language)

    assert book.language == language
    assert set(book.openings) == set(TopicKind) == set(book.core)
    assert all(len(book.core[kind]) == 3 for kind in TopicKind if kind is not TopicKind.LIST)
    assert [len(book.before), len(book.after), len(book.numbered), len(book.links)] == [5, 6, 8, 16]


@pytest.mark.parametrize("topic", ["", "  ", "?!", "\x1b[2J"])
def test_refuses_a_topic_without_words(topic: str) -> None:
    with pytest.raises(Invalid, match="The topic has no words"):
        LocalWriter().write(brief(topic))


def test_reads_out_only_the_beginning_of_a_topic_that_is_an_essay() -> None:
    script = LocalWriter().write(brief("a film about the sea and " * 40))

    assert len(script.title) <= 70
    assert seconds_of(script) <= 33
