"""`studio admin prompts` as an administrator types it."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.services.writing.prompts import BUILT_IN
from tests.cli.conftest import Run

OWN = "Write everything as a sea shanty."


def test_lists_every_prompt(studio_command: Run) -> None:
    lines = studio_command("admin", "prompts", "list").out.splitlines()

    assert [line.split("\t")[0] for line in lines] == [*BUILT_IN]


def test_what_show_prints_can_be_edited_and_given_back(studio_command: Run) -> None:
    before = studio_command("admin", "prompts", "show", "script.craft").out

    result = studio_command("admin", "prompts", "edit", "script.craft", "--from", "-", stdin=before + OWN)

    assert before.strip() == BUILT_IN["script.craft"].text
    assert result.out == "script.craft has a text of your own, version 1.\n"
    assert studio_command("admin", "prompts", "show", "script.craft").out.strip().endswith(OWN)
    assert studio_command("admin", "prompts", "show", "script.craft", "--default").out == before


def test_a_reset_gives_the_default_back(studio_command: Run) -> None:
    studio_command("admin", "prompts", "edit", "script.craft", "--from", "-", stdin=OWN)

    view = studio_command("admin", "prompts", "reset", "script.craft", "--yes", "--json").json

    assert (view["is_default"], view["version"]) == (True, 2)


def test_a_version_that_is_no_longer_there_is_a_conflict(studio_command: Run) -> None:
    studio_command("admin", "prompts", "edit", "script.craft", "--from", "-", stdin=OWN)

    result = studio_command("admin", "prompts", "edit", "script.craft", "--from", "-", "--version", "0", stdin="Mine.")

    assert result.code == 1
    assert "is at version 1 and you changed version 0" in result.err


def test_the_editor_opens_with_the_text_in_force(
    studio_command: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "editor.sh"
    script.write_text(f'#!/bin/sh\nprintf "%s" "{OWN}" >> "$1"\n')
    script.chmod(0o700)
    monkeypatch.setenv("EDITOR", str(script))

    view = studio_command("admin", "prompts", "edit", "script.pictures", "--json").json

    assert view["text"] == f"{BUILT_IN['script.pictures'].text}\n{OWN}"


def test_an_editors_text_that_is_refused_is_kept(
    studio_command: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "editor.sh"
    script.write_text('#!/bin/sh\nprintf "Into {tongue}." > "$1"\n')
    script.chmod(0o700)
    monkeypatch.setenv("EDITOR", str(script))

    result = studio_command("admin", "prompts", "edit", "assist.translate")

    assert result.code == 1
    assert "There is nothing to put in for {tongue}." in result.err
    assert "Your text is kept in" in result.err


@pytest.mark.parametrize("text", ["", "x" * 20_001])
def test_a_text_of_no_or_too_many_characters_is_refused(studio_command: Run, text: str) -> None:
    result = studio_command("admin", "prompts", "edit", "script.craft", "--from", "-", stdin=text)

    assert (result.code, result.err.startswith("error: ")) == (1, True)
