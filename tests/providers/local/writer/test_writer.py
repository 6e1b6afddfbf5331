"""The offline writer as a whole: own texts become scripts of the right length in the author's words."""

from __future__ import annotations

import pytest

from studio.domain.errors import Invalid, TooLarge
from studio.domain.formats import Pressure, ShortFormat
from studio.domain.script import MAXIMUM_SOURCE_BYTES, Role
from studio.domain.style import Figure, Style
from studio.providers.local.writer import LocalWriter
from studio.providers.local.writer.article import read_article
from studio.providers.local.writer.sentences import sentences_of
from tests.providers.local.writer.briefs import (
    NEUTRAL_INVITATION,
    STYLE,
    brief,
    example,
    film_seconds_of,
    has_no_equal_neighbours,
    is_subsequence,
    narration,
    seconds_of,
    words,
)

OCTOPUS = example("octopus-hearts.md")
RIO = example("rio.pt.md")
COFFEE = " ".join(
    f"Roast number {number} spends {number + 8} minutes in the drum and tastes of caramel because sugar browns."
    for number in range(40)
)


@pytest.mark.parametrize("text", [OCTOPUS, RIO, COFFEE], ids=["octopus", "rio", "coffee"])
@pytest.mark.parametrize(
    ("format", "seconds"),
    [(ShortFormat.SHORT, 30), (ShortFormat.SHORT, 60), (ShortFormat.REEL, 60), (ShortFormat.REEL, 90)],
)
def test_fits_the_wished_length_within_a_tenth_and_the_format(text: str, format: ShortFormat, seconds: float) -> None:
    script = LocalWriter().write(brief(text=text, format=format, seconds=seconds))

    assert 0.9 * seconds <= film_seconds_of(script) <= min(1.1 * seconds, format.rules.maximum_seconds)


@pytest.mark.parametrize("pressure", list(Pressure))
def test_has_the_number_of_scenes_the_format_and_pressure_ask_for(pressure: Pressure) -> None:
    wanted = brief(text=OCTOPUS, format=ShortFormat.REEL, pressure=pressure)

    script = LocalWriter().write(wanted)

    assert len(script.scenes) == wanted.scene_count


@pytest.mark.parametrize("text", [OCTOPUS, RIO, COFFEE], ids=["octopus", "rio", "coffee"])
def test_keeps_every_scene_within_the_bounds_of_the_format(text: str) -> None:
    script = LocalWriter().write(brief(text=text))
    rules = ShortFormat.SHORT.rules

    lengths = [len(words(scene.narration)) * 60 / 165 for scene in script.scenes]

    assert all(rules.scene_minimum_seconds - 0.4 <= length <= rules.scene_maximum_seconds for length in lengths)


@pytest.mark.parametrize("text", [OCTOPUS, RIO], ids=["octopus", "rio"])
@pytest.mark.parametrize("format", [ShortFormat.SHORT, ShortFormat.REEL])
def test_every_spoken_sentence_is_made_of_the_authors_words_in_their_order(text: str, format: ShortFormat) -> None:
    article = read_article(text)
    sources = [words(passage.text) for passage in article.spoken]

    script = LocalWriter().write(brief(text=text, format=format))

    spoken = sentences_of(read_article(narration(script)), script.language, longest_seconds=60)
    foreign = [item.text for item in spoken if not any(is_subsequence(words(item.text), source) for source in sources)]
    assert foreign == []


def test_opens_with_the_striking_sentence_that_the_title_promises() -> None:
    script = LocalWriter().write(brief(text=OCTOPUS))

    assert script.scenes[0].role is Role.HOOK
    assert "three hearts" in script.scenes[0].narration


def test_moves_the_hook_to_the_front_when_the_text_begins_dully() -> None:
    dull = "Sea animals are studied in many places. " * 3
    text = f"# Why octopuses have three hearts\n\n{dull}\n\n{OCTOPUS.split(chr(10), 2)[2]}"

    script = LocalWriter().write(brief(text=text))

    assert script.scenes[0].narration.startswith("An octopus has three hearts")


def test_ends_on_the_authors_own_call_to_action() -> None:
    script = LocalWriter().write(brief(text=RIO))

    assert script.scenes[-1].role is Role.CALL_TO_ACTION
    assert script.scenes[-1].narration.endswith("que aprendeu a sambar.")


def test_adds_a_call_to_action_in_the_language_of_the_text_where_the_author_has_none() -> None:
    text = " ".join(f"A padaria número {number} abre às seis horas porque o pão leva tempo." for number in range(20))

    script = LocalWriter().write(brief(text=text))

    assert script.scenes[-1].narration.endswith("Siga para ver o próximo.")


def test_takes_the_call_to_action_of_the_style_when_it_speaks_the_same_language() -> None:
    style = Style(
        "own", "Own", STYLE.content_type, call_to_action_examples=("Siga para mais.", "Share this with a friend.")
    )

    script = LocalWriter().write(brief(text=COFFEE, style=style))

    assert script.scenes[-1].narration.endswith("Share this with a friend.")


def test_uses_a_short_text_whole_and_makes_the_film_shorter() -> None:
    text = "Octopuses have three hearts. Two feed the gills. One stops when they swim."

    script = LocalWriter().write(brief("Three hearts", text))

    assert narration(script) == f"{text} {NEUTRAL_INVITATION}"


def test_gives_one_sentence_at_least_the_time_of_one_scene() -> None:
    script = LocalWriter().write(brief(text="Hello.", seconds=15, language="ja"))

    assert [scene.duration_seconds for scene in script.scenes] == [3.0]


@pytest.mark.parametrize("mark", ["\n---\n", "\n\n---\n\n", "\n\n***\n\n"])
def test_keeps_scenes_that_the_author_separated(mark: str) -> None:
    parts = ["The sea is full of doors.", "Behind each of them (almost) somebody waits.", "However, knock gently."]

    script = LocalWriter().write(brief("Doors", mark.join(parts)))

    assert [scene.narration for scene in script.scenes] == parts


def test_keeps_scenes_that_the_author_numbered_with_what_is_seen_in_them() -> None:
    text = "Scene 1: The sea is full of doors.\nVisual: a reef at night\n\nScene 2: Knock.\n\nScene 3: See who answers."

    script = LocalWriter().write(brief("Doors", text))

    assert [scene.narration for scene in script.scenes] == ["The sea is full of doors.", "Knock.", "See who answers."]
    assert script.scenes[0].visual == "a reef at night"


def test_makes_a_scene_of_each_short_paragraph_when_all_of_them_fit() -> None:
    paragraphs = [
        f"This is paragraph {number} of a script its author has already cut." for number in ("one", "two", "six")
    ]

    script = LocalWriter().write(brief("Cut", "\n\n".join(paragraphs)))

    assert [scene.narration for scene in script.scenes] == paragraphs


def test_never_shows_two_neighbouring_scenes_from_the_same_distance() -> None:
    script = LocalWriter().write(brief("Tea or coffee?", format=ShortFormat.YOUTUBE, seconds=600))

    assert has_no_equal_neighbours([scene.shot for scene in script.scenes])


def test_shows_the_films_title_first_and_keeps_it_short() -> None:
    text = f"# {'A very long heading about very many things ' * 4}\n\n{COFFEE}"

    script = LocalWriter().write(brief(text=text))

    assert script.scenes[0].title == script.title
    assert len(script.title) <= 70


def test_puts_a_named_character_where_the_text_names_it_and_a_presenter_everywhere() -> None:
    text = "Maya looks up at the tall ship.\n---\nNobody else does that morning."

    named = LocalWriter().write(brief("Ship", text, figures=(Figure("Maya"),)))
    presented = LocalWriter().write(brief("Ship", text, figures=(Figure("Tom"),)))

    assert [scene.characters for scene in named.scenes] == [("Maya",), ()]
    assert [scene.characters for scene in presented.scenes] == [("Tom",), ("Tom",)]


def test_builds_the_picture_prompt_from_what_is_seen_and_the_style() -> None:
    script = LocalWriter().write(brief(text=OCTOPUS))

    assert all(scene.visual in scene.image_prompt for scene in script.scenes)
    assert all(scene.image_prompt.endswith("flat illustration") for scene in script.scenes)


def test_leaves_bylines_and_captions_unspoken() -> None:
    body = "\n\n".join(COFFEE.replace(". ", ".|").split("|")[:12])
    text = f"The roasters of the harbour\n\nBy Anna Berg, 3 May 2026\n\n{body}\n\nPhoto: Harbour Press"

    script = LocalWriter().write(brief(text=text))

    assert "Anna Berg" not in narration(script)
    assert "Photo" not in narration(script)


def test_strips_terminal_control_sequences_from_title_and_words() -> None:
    text = "# \x1b[31mRed\x07 sea\u202e\n\nThe \x1b]0;owned\x07sea is red."

    script = LocalWriter().write(brief(text=text))

    assert script.title == "Red sea"
    assert script.scenes[0].narration.startswith("The sea is red.")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (
            "タコには心臓が三つあります。二つはえらのそばにあり、えらに血液を送ります。タコの血は青い色をしています。"
            * 4,
            "ja",
        ),
        ("للأخطبوط ثلاثة قلوب. دم الأخطبوط أزرق لأن النحاس يحمل الأكسجين فيه، ولذلك لا يكفي قلب واحد. " * 6, "ar"),
        ("ऑक्टोपस के तीन दिल होते हैं। उसका खून नीला होता है। " * 12, "hi"),
        ("หมึกยักษ์มีหัวใจสามดวง เลือดของมันเป็นสีน้ำเงิน และมันชอบเดินมากกว่าว่ายน้ำ " * 12, "th"),
    ],
)
def test_cuts_texts_in_other_scripts_to_the_wished_length(text: str, language: str) -> None:
    script = LocalWriter().write(brief("", text))

    assert script.language == language
    assert 0.8 * 30 <= seconds_of(script) <= 33


def test_says_the_language_of_the_front_matter_unless_another_is_asked_for() -> None:
    assert LocalWriter().write(brief(text=RIO)).language == "pt-BR"
    assert LocalWriter().write(brief(text=RIO, language="pt_pt")).language == "pt-PT"


@pytest.mark.parametrize("text", ["", " \n\t ", "…!?", "# \n\n---\n"])
def test_refuses_a_text_without_words(text: str) -> None:
    with pytest.raises(Invalid, match=r"There are no words in the text\."):
        LocalWriter().write(brief("A topic", text))


def test_refuses_a_text_that_is_only_code() -> None:
    with pytest.raises(Invalid, match="no sentence that could be spoken"):
        LocalWriter().write(brief("Code", "```\nprint(1)\n```"))


def test_refuses_binary_and_oversized_text() -> None:
    with pytest.raises(Invalid, match="not readable as text"):
        LocalWriter().write(brief("x", "MZ\0\0 hello"))
    with pytest.raises(TooLarge, match="is larger than 512 KB, which is the most studio reads"):
        LocalWriter().write(brief("x", "word " * (MAXIMUM_SOURCE_BYTES // 5 + 1)))


@pytest.mark.parametrize(
    "text", ["word " * 20_000, "あ" * 20_000, "(a " * 5_000, "Hello. " + "![" * 5_000, "- \n" * 3_000 + "One two."]
)
def test_makes_a_film_of_at_most_the_formats_length_even_from_nonsense(text: str) -> None:
    script = LocalWriter().write(brief("Nonsense", text))

    assert seconds_of(script) <= 60
