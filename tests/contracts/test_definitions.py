"""Definitions as files, and the words for what is wrong with one."""

from __future__ import annotations

import pytest

from studio.contracts.characters import CreateCharacter
from studio.contracts.climates import ClimateData
from studio.contracts.definitions import checked, merged, parse_definition
from studio.contracts.styles import StyleData
from studio.domain.errors import Invalid


def test_yaml_and_json_give_the_same_fields() -> None:
    yaml_fields = parse_definition("name: Night\nkeywords: [dark, late]\n", source="a.yaml", noun="style")
    json_fields = parse_definition('{"name": "Night", "keywords": ["dark", "late"]}', source="a.json", noun="style")

    assert yaml_fields == json_fields == {"name": "Night", "keywords": ["dark", "late"]}


def test_what_show_printed_can_be_read_again() -> None:
    text = '{"id": null, "handle": "news", "built_in": true, "name": "News", "created_at": null, "updated_at": null}'

    assert parse_definition(text, source="standard input", noun="style") == {"name": "News"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("name: [open", "line 2"),
        ("- a\n- list\n", "it has no fields"),
        ("a: &a [x]\nb: [*a, *a]\n", "aliases"),
        ("name: A\nname: B\n", "given twice"),
        ("[" * 5000, "nested too deeply"),
        ("name: !!python/object/apply:os.system [ls]", "line 1"),
    ],
)
def test_a_file_that_is_no_definition_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(Invalid, match=r"^bad\.yaml .*style") as refusal:
        parse_definition(text, source="bad.yaml", noun="style")

    assert reason in refusal.value.message


def test_every_fault_is_named() -> None:
    fields = {
        "content_type": "COOKING",
        "keywords": ["fine", ""],
        "palette": {"dark": None, "light": "blue"},
        "colour": "red",
    }

    with pytest.raises(Invalid) as refusal:
        checked(StyleData, fields, "style")

    kinds = "'NEWS', 'STORIES', 'MEMES_HUMOR', 'EDUCATIONAL', 'MOTIVATIONAL', 'TUTORIAL' or 'CUSTOM'"
    assert sorted(refusal.value.faults) == [
        f"colour is not a field; there are {', '.join(StyleData.model_fields)}",
        f"content_type must be one of {kinds}",
        "keywords.2 must have at least 1 character",
        "name is missing",
        "palette.dark must be a colour such as '#1a2b3c', in quotes",
        "palette.light must be a colour such as '#1a2b3c', in quotes",
    ]


def test_a_contradiction_is_named_beside_the_other_faults() -> None:
    fields = {"name": "", "emotional_state": "CURIOSITY", "revelation_dynamic": "EARLY"}

    with pytest.raises(Invalid) as refusal:
        checked(ClimateData, fields, "climate")

    assert refusal.value.faults == [
        "name must have at least 1 character",
        "revelation_dynamic EARLY does not go with CURIOSITY: the answer comes before anybody has wondered",
    ]


def test_a_number_in_a_file_is_text() -> None:
    assert checked(CreateCharacter, {"name": 7, "age": 34}, "character").age == "34"


def test_a_set_of_fields_inside_is_merged_and_a_list_is_replaced() -> None:
    fields = {"palette": {"dark": "#000000", "light": "#ffffff"}, "keywords": ["a"], "name": "A"}

    result = merged(fields, {"palette": {"light": "#eeeeee"}, "keywords": ["b"]})

    assert result == {"palette": {"dark": "#000000", "light": "#eeeeee"}, "keywords": ["b"], "name": "A"}
