"""`studio styles` as a person types it."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run

FIELDS = [
    *("id", "handle", "built_in", "description", "audience", "keywords", "discourse_architecture", "language_register"),
    *("script_function", "narrator_posture", "complexity", "hook_type", "hook_examples", "call_to_action_type"),
    *("call_to_action_examples", "advanced_instructions", "visual_prompt", "negative_prompt", "palette", "captions"),
    *("voice", "music_mood", "name", "content_type", "created_at", "updated_at"),
]


def test_lists_the_built_in_styles_one_a_line(studio_command: Run) -> None:
    result = studio_command("styles", "list")

    assert result.code == 0
    assert [line.split("\t")[:3] for line in result.out.splitlines()] == [
        ["explainer", "yes", "EDUCATIONAL"],
        ["news", "yes", "NEWS"],
        ["story", "yes", "STORIES"],
        ["humor", "yes", "MEMES_HUMOR"],
        ["motivation", "yes", "MOTIVATIONAL"],
        ["tutorial", "yes", "TUTORIAL"],
    ]


def test_the_cursor_of_one_page_gives_the_next(studio_command: Run) -> None:
    first = studio_command("styles", "list", "--limit", "4", "--json").json

    second = studio_command("styles", "list", "--limit", "4", "--cursor", first["next_cursor"], "--json").json

    assert [style["handle"] for style in second["data"]] == ["motivation", "tutorial"]
    assert second["next_cursor"] is None


def test_json_has_every_field(studio_command: Run) -> None:
    style = studio_command("styles", "show", "news", "--json").json

    assert sorted(style) == sorted(FIELDS)
    assert (style["id"], style["built_in"], style["created_at"]) == (None, True, None)
    assert style["palette"] == {"dark": "#10151f", "light": "#3b4b63", "glow": "#b8c7d9", "accent": "#ff4d4d"}
    assert style["captions"]["font"] == "Inter"


def test_creates_a_style_from_options(studio_command: Run) -> None:
    options = ("--keyword", "sea, deep", "--keyword", "dark", "--palette-dark", "#000011", "--captions-uppercase")

    result = studio_command("styles", "create", "--name", "Deep Ocean", "--content-type", "stories", *options, "--json")

    style = result.json
    assert (style["handle"], style["built_in"], style["content_type"]) == ("deep-ocean", False, "STORIES")
    assert style["keywords"] == ["sea, deep", "dark"]
    assert (style["palette"]["dark"], style["captions"]["uppercase"]) == ("#000011", True)
    assert style["created_at"].endswith("Z")
    assert "--style deep-ocean" in result.err


def test_options_stand_above_the_file(studio_command: Run, tmp_path: Path) -> None:
    file = tmp_path / "style.yaml"
    file.write_text("name: Night\ncontent_type: NEWS\npalette:\n  dark: '#000001'\n  light: '#000002'\n", "utf-8")

    style = studio_command(
        *("styles", "create", "--from", str(file), "--name", "Late", "--palette-light", "#ffffff", "--json")
    ).json

    assert (style["name"], style["content_type"]) == ("Late", "NEWS")
    assert (style["palette"]["dark"], style["palette"]["light"]) == ("#000001", "#ffffff")


def test_what_show_prints_can_be_piped_into_create(studio_command: Run) -> None:
    shown = studio_command("styles", "show", "humor", "--json")

    made = studio_command("styles", "create", "--from", "-", "--name", "Late laughs", "--json", stdin=shown.out).json

    own = {"id", "handle", "built_in", "name", "created_at", "updated_at"}
    assert {name: made[name] for name in made if name not in own} == {
        name: shown.json[name] for name in shown.json if name not in own
    }


def test_all_faults_of_a_file_are_told_at_once(studio_command: Run, tmp_path: Path) -> None:
    file = tmp_path / "style.yaml"
    file.write_text("colour: red\npalette:\n  dark: red\n", "utf-8")

    result = studio_command("styles", "create", "--from", str(file))

    assert (result.code, result.out) == (1, "")
    for fault in ("name is missing", "content_type is missing", "palette.dark must be", "colour is not a field"):
        assert f"  - {fault}" in result.err


def test_nothing_to_make_a_style_from_is_a_usage_error_that_names_the_options(studio_command: Run) -> None:
    result = studio_command("styles", "create")

    assert result.code == 2
    assert result.err == (
        "error: There is nothing to make a style from.\n"
        "  try: Give --name and --content-type, or --like HANDLE, or --from FILE.\n"
    )


def test_the_hint_for_a_built_in_style_works(studio_command: Run) -> None:
    refused = studio_command("styles", "edit", "explainer", "--audience", "everybody")

    made = studio_command("styles", "create", "--like", "explainer", "--json")

    assert refused.code == 1
    assert refused.err.endswith("  try: studio styles create --like explainer\n")
    assert made.json["handle"] == "explainer-copy"


def test_edits_only_what_is_given(studio_command: Run) -> None:
    before = studio_command("styles", "create", "--like", "news", "--name", "Late", "--json").json

    after = studio_command("styles", "edit", "late", "--palette-glow", "#ffffff", "--json").json

    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"palette", "updated_at"}
    assert after["palette"] == {**before["palette"], "glow": "#ffffff"}


def test_an_edit_of_nothing_is_a_usage_error(studio_command: Run) -> None:
    studio_command("styles", "create", "--like", "news", "--name", "Late")

    result = studio_command("styles", "edit", "late")

    assert (result.code, result.out) == (2, "")
    assert "studio styles edit --help" in result.err


def test_deletes_only_with_a_yes(studio_command: Run) -> None:
    studio_command("styles", "create", "--like", "news", "--name", "Late")

    asked = studio_command("styles", "delete", "late")
    done = studio_command("styles", "delete", "late", "--yes")

    assert (asked.code, done.code, done.out) == (2, 0, "Deleted late.\n")
    assert studio_command("styles", "show", "late").code == 1


def test_a_style_in_use_is_kept_and_told(studio_command: Run) -> None:
    studio_command("styles", "create", "--like", "news", "--name", "Late")
    studio_command("shorts", "create", "The moon", "--style", "late")

    result = studio_command("styles", "delete", "late", "--yes")

    assert result.code == 1
    assert "1 short uses the style late; nothing was changed." in result.err


def test_the_help_has_an_option_for_every_field(studio_command: Run) -> None:
    page = studio_command("styles", "create", "--help").out

    for option in ("--name", "--content-type", "--keyword", "--hook-example", "--palette-accent", "--captions-font"):
        assert option in page
    assert "$ studio styles create --from style.yaml" in page


def test_without_a_language_model_the_built_in_style_that_fits_is_suggested(studio_command: Run) -> None:
    result = studio_command("styles", "suggest", "How to sharpen a knife, step by step")
    saved = studio_command("styles", "suggest", "How to sharpen a knife, step by step", "--save", "Knives", "--json")

    assert "No language model was asked: this is the built-in style tutorial" in result.err
    assert (saved.json["like"], saved.json["credits_used"]) == ("tutorial", 0)
    assert studio_command("styles", "show", "knives", "--json").json["content_type"] == "TUTORIAL"


def test_a_suggestion_needs_a_topic(studio_command: Run) -> None:
    result = studio_command("styles", "suggest", " ! ")

    assert (result.code, "There is no topic." in result.err) == (1, True)
