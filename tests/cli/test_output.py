"""Standard streams that are closed or cannot take every letter, as a shell can hand them over."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def environment(sqlite_url: str, tmp_path: Path) -> dict[str, str]:
    return dict(os.environ) | {"STUDIO_DATABASE_URL": sqlite_url, "STUDIO_DATA_DIR": str(tmp_path / "data")}


def shell(line: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a line of shell in which `studio` stands for this studio."""
    script = f'studio() {{ "{sys.executable}" -m studio "$@"; }}; {line}'
    return subprocess.run(["sh", "-c", script], env=environment, capture_output=True, text=True, check=False)


def test_with_a_closed_output_the_result_goes_nowhere(environment: dict[str, str]) -> None:
    result = shell("studio config path >&-", environment)

    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_a_closed_input_has_no_words(environment: dict[str, str]) -> None:
    result = shell("studio shorts create --from - <&-", environment)

    assert result.returncode == 1
    assert result.stderr.startswith("error: There are no words in standard input.\n")


def test_letters_that_an_output_does_not_have_become_question_marks(environment: dict[str, str]) -> None:
    result = shell("studio shorts create 'Maré é 世界'", environment | {"PYTHONIOENCODING": "ascii"})

    assert result.returncode == 0
    assert "Mar? ? ??" in result.stdout


def test_json_keeps_every_letter_whatever_the_output_has(environment: dict[str, str]) -> None:
    result = shell("studio shorts create 'Maré' --json", environment | {"PYTHONIOENCODING": "ascii"})

    assert result.returncode == 0
    assert "Mar\\u00e9" in result.stdout
