"""Outlines of bare topics: right in number and length, in the topic's language, and free of invented facts."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from studio.domain.errors import Invalid
from studio.domain.formats import Pressure, ShortFormat
from studio.domain.pacing import film_seconds
from studio.domain.reading import spoken_seconds
from studio.domain.script import Role, ScriptBrief
from studio.providers.local.writer import LocalWriter
from studio.providers.local.writer.beats import TopicKind, phrasebook_for
from tests.providers.local.writer.briefs import brief, film_seconds_of, narration, seconds_of

LANGUAGES = ("en", "pt", "es", "fr", "de", "it")
TOPICS = (
    "Why octopuses have three hearts",
    "How to make bread",
    "7 habits of calm people",
    "Tea vs coffee",
    "The story of the compass",
    "Octopus",
)


@st.composite
def wishes(draw: st.DrawFn) -> ScriptBrief:
    """Any length that a format allows, under any pressure, in each of the languages and one that has no sentences."""
    format = draw(st.sampled_from(ShortFormat))
    rules = format.rules
    return brief(
        draw(st.sampled_from(TOPICS)),
        format=format,
        seconds=draw(st.floats(rules.minimum_seconds, rules.maximum_seconds)),
        language=draw(st.sampled_from((*LANGUAGES, "ja"))),
        pressure=draw(st.sampled_from(Pressure)),
    )


@settings(deadline=None, max_examples=60)
@given(wishes())
@example(brief(TOPICS[0], format=ShortFormat.YOUTUBE, seconds=180))
@example(brief(TOPICS[0], format=ShortFormat.LONG, seconds=60))
@example(brief(TOPICS[3], format=ShortFormat.SHORT, seconds=15, pressure=Pressure.FAST, language="it"))
@example(brief(TOPICS[1], format=ShortFormat.YOUTUBE, seconds=600, pressure=Pressure.FAST, language="de"))
def test_has_the_wished_scenes_and_length_within_the_bounds_of_its_format(wanted: ScriptBrief) -> None:
    rules = wanted.format.rules

    script = LocalWriter().write(wanted)

    length = film_seconds_of(script)
    assert len(script.scenes) == wanted.scene_count
    assert rules.minimum_seconds <= length <= rules.maximum_seconds
    assert 0.85 * wanted.duration_seconds <= length <= 1.15 * wanted.duration_seconds


@settings(deadline=None, max_examples=60)
@given(wishes())
def test_keeps_its_length_under_a_voice_that_is_faster_than_the_estimate(wanted: ScriptBrief) -> None:
    script = LocalWriter().write(wanted)

    spoken = [0.8 * spoken_seconds(scene.narration, script.language) for scene in script.scenes]
    length = film_seconds(spoken, [scene.duration_seconds for scene in script.scenes])
    assert length >= max(wanted.format.rules.minimum_seconds, 0.9 * wanted.duration_seconds) - 0.01


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
