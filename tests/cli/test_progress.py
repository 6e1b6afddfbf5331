"""What a long piece of work tells where nobody looks at a terminal."""

from __future__ import annotations

import pytest

from studio.cli.output import Output
from studio.cli.progress import PlainLines
from studio.domain.progress import Step


def lines(capfd: pytest.CaptureFixture[str], *steps: Step, **how: bool) -> list[str]:
    listener = PlainLines(Output(**how))
    for step in steps:
        listener(step)
    return capfd.readouterr().err.splitlines()


def test_a_counted_stage_is_a_line_when_it_is_finished(capfd: pytest.CaptureFixture[str]) -> None:
    steps = [Step("media", f"picture of scene {number}", number, 20) for number in range(1, 21)]

    assert lines(capfd, Step("short", "Making tides"), *steps, Step("sound", "Mixing")) == [
        "short: Making tides",
        "media: 20 of 20 done",
        "sound: Mixing",
    ]


def test_a_stage_that_takes_long_also_says_that_it_begins(capfd: pytest.CaptureFixture[str]) -> None:
    steps = [Step("render", "Drawing the film", done, 900) for done in (0, 0, 450, 900, 900)]

    assert lines(capfd, *steps) == ["render: Drawing the film …", "render: 900 of 900 done"]


def test_details_are_told_to_those_who_ask(capfd: pytest.CaptureFixture[str]) -> None:
    detail = Step("media", "picture of scene 1: kept", detail=True)

    assert lines(capfd, detail) == []
    assert lines(capfd, detail, is_verbose=True) == ["media: picture of scene 1: kept"]


def test_quiet_swallows_progress_and_no_warning(capfd: pytest.CaptureFixture[str]) -> None:
    output = Output(is_quiet=True)

    PlainLines(output)(Step("sound", "Mixing"))
    output.warning("Note: the film is silent.")

    assert capfd.readouterr().err == "Note: the film is silent.\n"
