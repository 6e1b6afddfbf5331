"""Finished scripts as files: taken as they are, or refused with every fault at once."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

from studio.contracts.script_file import ScriptFile, dump_script, looks_like_script, parse_script
from studio.domain.errors import Invalid, TooLarge
from studio.domain.formats import ShortFormat
from studio.domain.script import Role, Script, ScriptScene, Shot

ROOT = Path(__file__).parents[2]
SCRIPT = Script(
    title="Why: the sky is blue",
    language="pt-BR",
    scenes=(
        ScriptScene("Olá, mundo.", "um céu", "a sky", "Céu", Shot.CLOSE, Role.HOOK, 3.5, ("Maya",)),
        ScriptScene("no", shot=Shot.WIDE),
        ScriptScene('"Fim" # disse ela.', shot=Shot.DETAIL, role=Role.CALL_TO_ACTION),
    ),
)


def scenes(count: int) -> str:
    return json.dumps({"title": "Many", "scenes": [{"narration": "One thing."}] * count})


def test_takes_the_example_as_it_is() -> None:
    script_file = parse_script((ROOT / "examples/script.yaml").read_text(encoding="utf-8"), source="script.yaml")

    script = script_file.as_script()

    assert script_file.format is ShortFormat.SHORT
    assert [scene.role for scene in script.scenes] == [Role.HOOK, *[Role.BODY] * 3, Role.CALL_TO_ACTION]
    assert script.scenes[-1].duration_seconds == 4


def test_reads_the_example_of_the_documentation_and_documents_every_field() -> None:
    page = (ROOT / "docs/script-format.md").read_text(encoding="utf-8")
    example = page.split("```yaml\n")[1].split("```")[0]

    parse_script(example, source="docs/script-format.md")

    fields = [*ScriptFile.model_fields, *ScriptFile.model_fields["scenes"].annotation.__args__[0].model_fields]
    assert [name for name in fields if f"`{name}`" not in page] == []


@pytest.mark.parametrize("format", ["yaml", "json"])
def test_writes_a_script_that_reads_back_the_same(format: str) -> None:
    text = dump_script(SCRIPT, format="json" if format == "json" else "yaml")

    assert parse_script(text, source="film").as_script() == SCRIPT
    assert looks_like_script(text)


def test_reports_all_faults_at_once_with_the_scene_counted_from_one() -> None:
    text = """{"title": 2024, "colour": "red", "language": "klingon!", "scenes": [
      {"narration": "Fine."},
      {"narration": " ", "duration_seconds": -3, "characters": "Maya"},
      {"foo": 1, "shot": "far", "narration": "Fine."}]}"""

    with pytest.raises(Invalid) as caught:
        parse_script(text, source="film.json")

    assert caught.value.faults == [
        "title: must be text, in quotes if it looks like something else",
        "language: must be a language tag such as en, pt-BR or ja",
        "scenes[1].narration (scene 2): must have words to speak",
        "scenes[1].duration_seconds (scene 2): must be greater than 0",
        "scenes[1].characters (scene 2): must be a list",
        "scenes[2].shot (scene 3): must be one of 'wide', 'medium', 'close' or 'detail'",
        "scenes[2].foo (scene 3): is not a field; there are narration, visual, image_prompt, title, shot, role, "
        "duration_seconds, characters",
        "colour: is not a field; there are title, language, format, aspect, style, climate, scenes",
    ]


def test_does_not_call_a_list_of_faulty_scenes_empty() -> None:
    with pytest.raises(Invalid) as caught:
        parse_script("title: x\nscenes: [one, 2]", source="film.yaml")

    assert caught.value.faults == [
        "scenes[0] (scene 1): must be a set of fields",
        "scenes[1] (scene 2): must be a set of fields",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (scenes(0), "scenes: needs at least one scene"),
        (scenes(400), "scenes: has 400, and at most 120 are possible"),
        ('{"title": "x"}', "scenes: is missing"),
        ("title: x\nscenes: 3", "scenes: must be a list"),
        ("title: ' '\nscenes: [{narration: a}]", "title: must not be empty"),
        (
            "title: x\nscenes: [{narration: a, duration_seconds: .nan}]",
            "scenes[0].duration_seconds (scene 1): must be a finite number",
        ),
        (
            "title: x\nscenes: [{narration: a, duration_seconds: true}]",
            "scenes[0].duration_seconds (scene 1): must be a number",
        ),
        (
            "title: x\nscenes: [{narration: a, duration_seconds: 900}]",
            "scenes[0].duration_seconds (scene 1): must be at most 120",
        ),
    ],
)
def test_names_the_one_fault(text: str, fault: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_script(text, source="film")

    assert caught.value.faults == [fault]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"title": "a", "title": "b", "scenes": []}', "the field 'title' is given twice"),
        ("title: a\ntitle: b\nscenes: []", "line 2: the field 'title' is given twice"),
        ('{"title": "a", "scenes": [{"narration": "a", "duration_seconds": NaN}]}', "NaN is not a number"),
        ("a: &a [x]\nb: [*a, *a]", r"aliases \(\*a\) are not possible"),
        ("[" * 5_000, "nested too deeply"),
        ('{"a":' + "[" * 100_000, "nested too deeply"),
        ('{"title": "x",\n scenes}', "line 2, column 2: expecting property name"),
        ("title: 'x\nscenes: []", "line 2, column 11"),
        ("!!python/object/apply:os.system [ls]", "could not determine a constructor"),
        ("title: x\0\nscenes: []", "control characters are not allowed"),
        ('{"title": "x", "n": ' + "9" * 5_000 + "}", "too many digits"),
    ],
)
def test_refuses_files_that_could_harm_or_mislead(text: str, reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        parse_script(text, source="film")


@pytest.mark.parametrize("text", ["just words", "", "- a\n- b", "? [a]\n: b"])
def test_refuses_what_is_no_script(text: str) -> None:
    with pytest.raises(Invalid):
        parse_script(text, source="film")


def test_refuses_more_than_a_megabyte() -> None:
    with pytest.raises(TooLarge, match="larger than 1 MB"):
        parse_script("title: " + "x" * 1024 * 1024, source="film.yaml")


def test_strips_control_sequences_from_what_will_be_shown_or_spoken() -> None:
    text = 'title: "\\e[31mRed\\u202e title"\nscenes: [{narration: "Hi \\e]0;x\\a there\\x07."}]'

    script = parse_script(text, source="film").as_script()

    assert (script.title, script.scenes[0].narration) == ("Red title", "Hi there.")


def test_varies_the_shots_that_are_not_said() -> None:
    script = parse_script(scenes(30), source="film").as_script()

    shots = [scene.shot for scene in script.scenes]
    assert all(first is not second for first, second in pairwise(shots))


@pytest.mark.parametrize(
    ("text", "is_script"),
    [
        ('{"title": "x", "scenes": []}', True),
        ("# my film\ntitle: x\nscenes:\n  - narration: a\n", True),
        ("---\ntitle: x\nscenes: []\n", True),
        ('{"broken": ', False),
        ("---\ntitle: x\n---\n\nAn article.", False),
        ("The scenes: three of them.", False),
        ("Scene 1: A door.", False),
    ],
)
def test_tells_a_script_from_prose(text: str, is_script: bool) -> None:
    assert looks_like_script(text) is is_script


def test_everybody_who_is_no_character_of_the_film_is_named_with_the_other_faults() -> None:
    text = "title: T\nscenes:\n- {narration: A b., characters: [Ana, Nobody]}\n- {characters: [Somebody]}\n"

    with pytest.raises(Invalid) as refused:
        parse_script(text, source="film.yaml", cast=["Ana"])

    assert refused.value.details["faults"] == [
        "scenes[1].narration (scene 2): is missing",
        "scenes[0].characters (scene 1): Nobody is not a character of this film; it has Ana",
        "scenes[1].characters (scene 2): Somebody is not a character of this film; it has Ana",
    ]


def test_characters_of_the_film_may_appear() -> None:
    script = parse_script("title: T\nscenes: [{narration: A b., characters: [Ana]}]", source="film", cast=["Ana"])

    assert script.scenes[0].characters == ("Ana",)
