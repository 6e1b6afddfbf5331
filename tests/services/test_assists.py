"""Scripts and scenes written by a model elsewhere, and help with words: what is asked, charged, kept and given back."""

from __future__ import annotations

import json

import pytest

from studio.app import Studio
from studio.contracts.assists import Assist, AssistScript, RegenerateScene
from studio.contracts.scripts import ImportScript
from studio.contracts.settings import ChangeSettings
from studio.contracts.shorts import CreateShort, ShortView
from studio.domain.errors import Invalid, KeyRefused, NotFound, Refused, Rejected, StudioError
from studio.domain.remote import Medium
from tests.fakes import FakeModels
from tests.services.paid import assert_sound, set_price
from tests.services.vendors import Vendor
from tests.services.writing.scripts import NARRATIONS, data_of, narrated, text

TOPIC = CreateShort(topic="Why octopuses have three hearts", language="en")
NEW_SCENE = json.dumps(
    {
        "narration": "The biggest heart rests while the animal swims, and so it would much rather crawl.",
        "visual": "an octopus crawling over sand",
        "image_prompt": "an octopus crawling over sand",
        "title": "It crawls",
        "shot": "detail",
        "characters": [],
    }
)
PORTUGUESE = [
    "Por que o polvo tem três corações",
    "Um polvo tem três corações, e um deles para quando ele faz aquilo que o tornou famoso.",
    "um polvo no recife",
]


@pytest.fixture
def vendor(models: FakeModels) -> Vendor:
    vendor = Vendor()
    models.remotes[Medium.TEXT] = vendor
    return vendor


@pytest.fixture
def short(studio: Studio, models: FakeModels) -> ShortView:
    """A short whose script a person brought."""
    made = studio.shorts.create(TOPIC)
    scenes = "".join(f"  - narration: {words}\n    visual: an octopus\n" for words in NARRATIONS[:3])
    return studio.scripts.import_(made.id, ImportScript(text=f"title: Hearts\nlanguage: en\nscenes:\n{scenes}"))


def spent(studio: Studio) -> int:
    return 100 - studio.credits.me().credits_remaining


def texts(*words: str) -> str:
    return json.dumps({"texts": words})


def test_a_topic_is_written_elsewhere_and_charged_once(studio: Studio, vendor: Vendor) -> None:
    short = studio.shorts.create(TOPIC)
    vendor.will("no", text())

    cost = studio.scripts.cost(short.id)
    written = studio.scripts.generate(short.id)

    assert (cost.credits, cost.lines[0].model, cost.cost_usd) == (1, "vendor/writer", "0.0015")
    assert tuple(scene.narration for scene in written.scenes) == NARRATIONS
    assert (written.status, written.credits_used, spent(studio)) == ("SCRIPT_READY", 1, 1)
    assert len(vendor.asked) == 2
    assert_sound(studio)


def test_a_script_that_is_never_managed_costs_nothing(studio: Studio, vendor: Vendor) -> None:
    short = studio.shorts.create(TOPIC)
    vendor.will("no", "no again")

    with pytest.raises(Rejected, match="vendor/writer did not manage a script"):
        studio.scripts.generate(short.id)

    assert (studio.shorts.show(short.id).status, spent(studio)) == ("FAILED", 0)
    assert_sound(studio)


@pytest.mark.parametrize("failure", [Rejected("The model declined to answer."), KeyRefused("The key has expired.")])
def test_a_rewrite_that_fails_loses_no_script_that_will_do(
    studio: Studio, vendor: Vendor, failure: StudioError
) -> None:
    short = studio.shorts.create(TOPIC)
    vendor.will(narrated(*NARRATIONS[:3], "Follow along."), failure)

    written = studio.scripts.generate(short.id)

    assert written.scenes[0].narration == NARRATIONS[0]
    assert (len(vendor.asked), spent(studio)) == (2, 1)
    assert_sound(studio)


def test_own_words_are_cut_here_unless_a_model_is_named(studio: Studio, vendor: Vendor) -> None:
    own = studio.shorts.create(CreateShort(topic="Tides", source_text="One sea. Two moons.", language="en"))
    named = studio.shorts.create(TOPIC.model_copy(update={"source_text": NARRATIONS[0], "text_model": "vendor/writer"}))
    vendor.will(text())

    here, elsewhere = studio.scripts.generate(own.id), studio.scripts.generate(named.id)

    assert [scene.narration for scene in here.scenes] == ["One sea.", "Two moons."]
    assert len(elsewhere.scenes) == 4
    assert elsewhere.title == TOPIC.topic
    assert len(vendor.asked) == 1


def test_wishes_about_a_script_are_followed_by_a_language_model(
    studio: Studio, vendor: Vendor, short: ShortView
) -> None:
    vendor.will(text())

    cost = studio.scripts.cost(short.id, again=True, instructions="Make it rhyme.")
    written = studio.scripts.generate(short.id, again=True, instructions="Make it rhyme.")

    data = data_of(vendor.asked[0])
    assert (cost.credits, spent(studio)) == (1, 1)
    assert data["wishes"] == "Make it rhyme."
    assert [scene["narration"] for scene in data["present_scenes"]] == [*NARRATIONS[:3]]
    assert len(written.scenes) == 4


def test_wishes_without_a_language_model_are_refused(studio: Studio, models: FakeModels, short: ShortView) -> None:
    with pytest.raises(Refused, match="There is no language model to ask") as caught:
        studio.scripts.generate(short.id, again=True, instructions="Make it rhyme.")

    assert "studio models list" in str(caught.value.hint)
    assert studio.shorts.show(short.id).status == "SCRIPT_READY"


def test_one_scene_is_written_anew(studio: Studio, vendor: Vendor, short: ShortView) -> None:
    set_price(studio, scene_regeneration=3)
    vendor.will(NEW_SCENE)

    cost = studio.assists.regeneration_cost(short.id, 2, RegenerateScene())
    scene = studio.assists.regenerate(short.id, 2, RegenerateScene(instructions="Say that it crawls."))

    after = studio.shorts.show(short.id)
    assert (cost.credits, spent(studio), after.credits_used) == (3, 3, 3)
    assert (scene.order, scene.title, scene.shot) == (2, "It crawls", "detail")
    assert [each.id for each in after.scenes] == [each.id for each in short.scenes]
    assert after.scenes[0] == short.scenes[0]
    assert data_of(vendor.asked[0])["wishes"] == "Say that it crawls."
    assert_sound(studio)


def test_a_scene_that_is_not_there_is_named_before_anything_is_asked(
    studio: Studio, vendor: Vendor, short: ShortView
) -> None:
    with pytest.raises(NotFound, match="has no scene 9"):
        studio.assists.regenerate(short.id, 9, RegenerateScene())

    assert vendor.asked == []


def test_a_whole_script_is_improved_scene_by_scene_in_one_question(
    studio: Studio, vendor: Vendor, short: ShortView
) -> None:
    vendor.will(texts("One heart stops.", "Two hearts work.", "The third one rests."))

    view = studio.assists.assist(short.id, AssistScript(kind=Assist.IMPROVE))

    after = studio.shorts.show(short.id)
    assert [scene.narration for scene in after.scenes] == [
        "One heart stops.",
        "Two hearts work.",
        "The third one rests.",
    ]
    assert (view.applied, view.credits_used, view.changes[1].before) == (True, 1, NARRATIONS[1])
    assert after.title == "Hearts"


def test_a_proposal_changes_nothing(studio: Studio, vendor: Vendor, short: ShortView) -> None:
    vendor.will(texts("One heart stops."))

    view = studio.assists.assist(short.id, AssistScript(kind=Assist.SUMMARIZE, scene=1, propose=True))

    assert (view.applied, view.changes[0].after) == (False, "One heart stops.")
    assert studio.shorts.show(short.id).scenes == short.scenes


def test_a_translation_turns_the_whole_film_into_another_language(
    studio: Studio, vendor: Vendor, short: ShortView
) -> None:
    title, narration, visual = PORTUGUESE
    vendor.will(texts(title, *[f"{part} {number}" for number in range(3) for part in (narration, visual)]))

    view = studio.assists.assist(short.id, AssistScript(kind=Assist.TRANSLATE, language="pt-br"))

    after = studio.shorts.show(short.id)
    assert (after.title, after.language, view.language) == (title, "pt-BR", "pt-BR")
    assert [scene.narration for scene in after.scenes] == [f"{narration} {number}" for number in range(3)]
    assert after.scenes[2].visual == f"{visual} 2"


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        (AssistScript(kind=Assist.TRANSLATE), "needs the language"),
        (AssistScript(kind=Assist.TRANSLATE, language="pt-BR", scene=1), "one scene alone cannot be translated"),
        (AssistScript(kind=Assist.IMPROVE, language="pt-BR"), "Only a translation"),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused_before_anything_is_asked(
    studio: Studio, vendor: Vendor, short: ShortView, wish: AssistScript, sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence):
        studio.assists.assist(short.id, wish)

    assert vendor.asked == []


def test_a_text_of_ones_own_is_worked_on_without_touching_the_script(
    studio: Studio, vendor: Vendor, short: ShortView
) -> None:
    vendor.will(texts("# Tides\n\nThe sea rises, and the moon is why."))

    view = studio.assists.assist(short.id, AssistScript(kind=Assist.EXPAND, text="# Tides\n\nThe sea rises."))

    assert (view.applied, view.changes[0].after) == (False, "# Tides\n\nThe sea rises, and the moon is why.")
    assert studio.shorts.show(short.id).scenes == short.scenes


def test_help_without_a_language_model_is_refused(studio: Studio, models: FakeModels, short: ShortView) -> None:
    with pytest.raises(Refused, match="There is no language model to ask"):
        studio.assists.assist(short.id, AssistScript(kind=Assist.IMPROVE))


def test_somebody_elses_script_cannot_be_worked_on(
    studio: Studio, other_studio: Studio, vendor: Vendor, short: ShortView
) -> None:
    with pytest.raises(NotFound):
        other_studio.assists.assist(short.id, AssistScript(kind=Assist.IMPROVE))
    with pytest.raises(NotFound):
        other_studio.assists.regenerate(short.id, 1, RegenerateScene())


def test_an_administrators_prompt_is_what_is_asked_with(studio: Studio, vendor: Vendor) -> None:
    from studio.contracts.prompts import EditPrompt

    studio.admin_prompts.edit("script.craft", EditPrompt(text="Write everything as a sea shanty."))
    short = studio.shorts.create(TOPIC)
    vendor.will(text())

    studio.scripts.generate(short.id)

    assert vendor.asked[0].messages[0].text.startswith("Write everything as a sea shanty.")


def test_a_run_that_was_killed_goes_on_with_the_answer_it_has(studio: Studio, vendor: Vendor) -> None:
    short = studio.shorts.create(TOPIC)
    vendor.will(narrated(*NARRATIONS[:3]), KeyboardInterrupt(), text())
    with pytest.raises(KeyboardInterrupt):
        studio.scripts.generate(short.id)
    held = studio.credits.me().credits_held

    written = studio.scripts.generate(short.id)

    assert (held, spent(studio), studio.credits.me().credits_held) == (1, 1, 0)
    assert tuple(scene.narration for scene in written.scenes) == NARRATIONS
    assert vendor.asked[2] == vendor.asked[1]
    assert_sound(studio)


def test_a_fallback_is_asked_where_the_chosen_model_gives_nothing(
    studio: Studio, models: FakeModels, vendor: Vendor
) -> None:
    other = Vendor("vendor/other", text())
    models.others["vendor/other"] = other
    studio.admin_settings.change(ChangeSettings(values={"fallbacks.text": "vendor/other"}))
    short = studio.shorts.create(TOPIC)
    vendor.will(KeyRefused("The key has expired."))

    written = studio.scripts.generate(short.id)

    assert tuple(scene.narration for scene in written.scenes) == NARRATIONS
    assert (spent(studio), written.credits_used, studio.credits.me().credits_held) == (1, 1, 0)
    assert_sound(studio)


def test_where_the_fallback_fails_too_the_first_failure_is_told(
    studio: Studio, models: FakeModels, vendor: Vendor
) -> None:
    models.others["vendor/other"] = Vendor("vendor/other", Rejected("The other one declined."))
    studio.admin_settings.change(ChangeSettings(values={"fallbacks.text": "vendor/other"}))
    short = studio.shorts.create(TOPIC)
    vendor.will(KeyRefused("The key has expired."))

    with pytest.raises(KeyRefused, match="The key has expired"):
        studio.scripts.generate(short.id)

    assert spent(studio) == 0
