"""System prompts by name, and what may stand in their place."""

from __future__ import annotations

import pytest

from studio.contracts.prompts import LONGEST_TEXT
from studio.services.writing.prompts import BUILT_IN, Prompts


def test_every_built_in_text_can_stand_in_its_own_place() -> None:
    assert {name: prompt.fault(prompt.text) for name, prompt in BUILT_IN.items()} == dict.fromkeys(BUILT_IN)


def test_placeholders_are_filled_in_and_other_braces_left_alone() -> None:
    prompts = Prompts({"assist.translate": 'Into {language}, as {"json": "{this}"}.'})

    assert prompts.text("assist.translate", language="French (fr)") == 'Into French (fr), as {"json": "{this}"}.'


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (" \n", "The text is empty."),
        ("Translate.", "The text must hold {language}."),
        ("Into {language} for {audience}.", "There is nothing to put in for {audience}."),
        ("{language}" + "x" * LONGEST_TEXT, f"The text has {LONGEST_TEXT + 10} characters"),
    ],
)
def test_what_cannot_be_used_is_said(text: str, fault: str) -> None:
    assert (BUILT_IN["assist.translate"].fault(text) or "").startswith(fault)
