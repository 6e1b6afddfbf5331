"""Questions to a language model: quoted as they are asked, and of two runs with the same one only the first pays."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from studio.app import Studio
from studio.contracts.assists import Assist, AssistScript, RegenerateScene
from studio.contracts.characters import AnalyzePicture, CharacterFields
from studio.contracts.prompts import EditPrompt
from studio.contracts.scripts import ImportScript
from studio.contracts.shorts import CreateShort
from studio.contracts.styles import SuggestStyle
from studio.domain.errors import NotEnoughCredits
from studio.domain.progress import Progress
from studio.domain.remote import Medium, RemoteRequest
from tests.fakes import FakeModels
from tests.services.paid import assert_sound, generations, leave
from tests.services.test_portraits import png
from tests.services.vendors import Vendor
from tests.services.writing.scripts import NARRATIONS, script, text
from tests.services.writing.test_style_dialogue import answer as style_answer

TRAITS = {**dict.fromkeys(CharacterFields.model_fields, ""), "hair_color": "silver"}
SEEN = json.dumps({"has_character": True, "traits": TRAITS})
PICTURE = AnalyzePicture.model_validate({"picture": base64.b64encode(png())})


class Quoting(Vendor):
    """Remembers what it was to say the price of."""

    def __init__(self) -> None:
        super().__init__()
        self.quoted: list[RemoteRequest] = []

    def quote(self, request: RemoteRequest) -> int | None:
        self.quoted.append(request)
        return super().quote(request)


@pytest.fixture
def vendor(models: FakeModels) -> Quoting:
    vendor = Quoting()
    models.remotes |= {Medium.TEXT: vendor, Medium.VISION: vendor}
    return vendor


@pytest.fixture
def short(studio: Studio, vendor: Quoting) -> str:
    """A short whose script a person brought."""
    made = studio.shorts.create(CreateShort(topic="Why octopuses have three hearts", language="en"))
    scenes = "".join(f"  - narration: {words}\n    visual: an octopus\n" for words in NARRATIONS)
    studio.scripts.import_(made.id, ImportScript(text=f"title: Hearts\nlanguage: en\nscenes:\n{scenes}"))
    return made.id


Ask = Callable[[Studio, str, Progress], Any]
ASKED: dict[str, tuple[str, Ask]] = {
    "a proposal": (
        json.dumps({"texts": ["Three hearts beat."]}),
        lambda studio, short, progress: (
            studio.assists.assist(
                short, AssistScript(kind=Assist.SUMMARIZE, scene=1, propose=True), progress=progress
            ).changes
        ),
    ),
    "other words": (
        json.dumps({"texts": ["Three hearts beat."]}),
        lambda studio, short, progress: (
            studio.assists.assist(short, AssistScript(kind=Assist.SUMMARIZE, scene=1), progress=progress).changes
        ),
    ),
    "a scene": (
        json.dumps(script()["scenes"][1]),
        lambda studio, short, progress: (
            studio.assists.regenerate(short, 2, RegenerateScene(), progress=progress).narration
        ),
    ),
    "a script": (
        text(title="Beating"),
        lambda studio, short, progress: studio.scripts.generate(short, again=True, progress=progress).title,
    ),
    "traits": (SEEN, lambda studio, short, progress: studio.characters.analyze(PICTURE, progress=progress).traits),
    "a style": (
        style_answer(),
        lambda studio, short, progress: (
            studio.styles.suggest(SuggestStyle(topic="Seas", again=True), progress=progress).suggestion
        ),
    ),
}


@pytest.mark.parametrize("what", ASKED)
def test_of_two_runs_with_the_same_question_the_later_pays_nothing(
    studio: Studio, vendor: Quoting, short: str, what: str
) -> None:
    answer, ask = ASKED[what]
    vendor.will(answer)
    answers = []

    def meanwhile(step: object) -> None:
        if not answers:
            answers.append(None)
            answers[0] = ask(studio, short, lambda step: None)

    later = ask(studio, short, meanwhile)

    (paid,) = generations(studio)
    assert later == answers[0]
    assert 100 - studio.credits.me().credits_remaining == studio.jobs.show(paid.id).credits > 0
    assert_sound(studio)


def test_the_same_question_once_more_is_another_question(studio: Studio, vendor: Quoting, short: str) -> None:
    answer, ask = ASKED["a proposal"]
    vendor.will(answer, json.dumps({"texts": ["Its hearts are three."]}))

    said = [ask(studio, short, lambda step: None)[0].after for _ in range(2)]

    assert said == ["Three hearts beat.", "Its hearts are three."]
    assert len(generations(studio)) == 2


def test_a_script_is_quoted_as_it_is_asked_for(studio: Studio, vendor: Quoting, short: str) -> None:
    studio.admin_prompts.edit("script.craft", EditPrompt(text="Write as a diver would. " * 20))
    vendor.will(text())
    vendor.quoted.clear()

    studio.scripts.cost(short, again=True, instructions="Begin with the third heart.")
    studio.scripts.generate(short, again=True, instructions="Begin with the third heart.")

    assert all(quoted == vendor.asked[0] for quoted in vendor.quoted)
    assert "third heart" in vendor.asked[0].messages[1].text
    assert "a diver" in vendor.asked[0].messages[0].text


def test_too_few_credits_leave_the_short_as_it_is(studio: Studio, vendor: Quoting, short: str) -> None:
    leave(studio, 0)

    cost = studio.scripts.cost(short, again=True)
    with pytest.raises(NotEnoughCredits):
        studio.scripts.generate(short, again=True)

    assert cost.credits == cost.credits_missing > 0
    assert (studio.shorts.show(short).status, studio.shorts.show(short).error) == ("SCRIPT_READY", None)
