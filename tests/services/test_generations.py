"""Paying for what models make: once for each take that is delivered, and never for one that is not."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable

import pytest

from studio.app import Studio
from studio.contracts.credits import UsageFilter
from studio.contracts.films import RenderShort
from studio.contracts.media import GenerateMedia
from studio.contracts.scenes import EditScene
from studio.contracts.shorts import CreateShort
from studio.domain.errors import NotEnoughCredits, Refused, ServiceFailed, Uncertain
from studio.domain.ports import ImageRequest, SpeechRequest
from studio.domain.script import ScriptBrief
from studio.services.generations import Generations
from studio.services.journal import LEASE_MILLISECONDS
from tests.fakes import FakeModels
from tests.services.paid import (
    BRIEF,
    MUSIC,
    PICTURES,
    SCRIPT,
    VOICES,
    WHOLE,
    assert_sound,
    generations,
    grant,
    leave,
    paid,
    set_price,
)

START = 100


@pytest.fixture
def models(studio: Studio) -> FakeModels:
    return paid(studio)


def made(studio: Studio, brief: CreateShort = BRIEF) -> str:
    """A short with everything made for it but the film."""
    short = studio.shorts.create(brief).id
    studio.scripts.generate(short)
    studio.media.generate(short)
    return short


def test_every_take_is_charged_once_and_everything_adds_up(studio: Studio, models: FakeModels) -> None:
    short = studio.shorts.show(made(studio))

    credits = studio.credits.me()
    takes = studio.media.list(short.id).data
    assert len(models.asked) == 8
    assert (credits.credits_remaining, credits.credits_held, credits.usage_this_month) == (START - WHOLE, 0, WHOLE)
    assert short.credits_used == WHOLE
    assert SCRIPT + sum(take.credits_used for take in takes) == WHOLE
    assert sum(use.credits for use in studio.credits.history().data) == WHOLE
    assert {row.state for row in generations(studio)} == {"succeeded"}
    assert_sound(studio)


def test_the_plan_is_what_is_charged(studio: Studio, models: FakeModels) -> None:
    short = studio.shorts.create(BRIEF)

    before = studio.films.cost(short.id)
    studio.scripts.generate(short.id)
    after_script = studio.films.cost(short.id)
    studio.media.generate(short.id)
    after = studio.films.cost(short.id)

    assert (before.credits, after_script.credits, after.credits) == (WHOLE, WHOLE - SCRIPT, 0)
    assert studio.shorts.show(short.id).credits_used == before.credits
    assert after.lines == []


def test_a_second_run_charges_nothing(studio: Studio, models: FakeModels) -> None:
    short = made(studio)

    studio.scripts.generate(short)
    studio.media.generate(short)

    assert studio.credits.me().credits_remaining == START - WHOLE
    assert len(generations(studio)) == 8


def test_offline_work_costs_nothing_and_is_written_down(studio: Studio) -> None:
    studio.models = FakeModels(studio.database.engine)  # type: ignore[assignment]  # the same methods

    short = made(studio)

    rows = generations(studio)
    assert studio.credits.me().credits_remaining == START
    assert studio.shorts.show(short).credits_used == 0
    assert {(row.state, row.hold_id) for row in rows} == {("succeeded", None)}
    assert Counter(row.kind for row in rows)["image_generation"] == 3


def test_somebody_who_never_had_credits_works_offline(other_studio: Studio) -> None:
    other_studio.models = FakeModels(other_studio.database.engine)  # type: ignore[assignment]

    made(other_studio)

    assert other_studio.credits.me().credits_remaining == 0


def test_a_failure_gives_the_credits_back_and_the_next_run_pays_once(studio: Studio, models: FakeModels) -> None:
    models.failing_words = {"Two moons."}
    with pytest.raises(ServiceFailed, match="hoarse"):
        made(studio)
    short = studio.shorts.show("@last").id
    after_failure = studio.credits.me()
    models.failing_words = set()

    studio.media.generate(short)

    assert (after_failure.credits_remaining, after_failure.credits_held) == (START - WHOLE + 1 + MUSIC, 0)
    assert studio.credits.me().credits_remaining == START - WHOLE
    assert Counter(row.state for row in generations(studio)) == {"succeeded": 8, "failed": 1}
    assert_sound(studio)


def test_too_few_credits_stop_everything_before_any_work(studio: Studio, models: FakeModels) -> None:
    leave(studio, WHOLE - 1)

    with pytest.raises(NotEnoughCredits) as caught:
        studio.films.make(BRIEF)

    assert caught.value.details == {"needed": WHOLE, "missing": 1, "available": WHOLE - 1, "held": 0, "debt": 0}
    assert caught.value.exit_code == 5
    assert [type(request) for request in models.asked] == [ScriptBrief]  # by the local writer, for the plan
    assert generations(studio) == []
    assert studio.shorts.list().data == []
    assert not studio.settings.storage_folder.exists()


def test_too_few_credits_for_the_media_stop_before_the_first_of_them(studio: Studio, models: FakeModels) -> None:
    short = studio.shorts.create(BRIEF).id
    studio.scripts.generate(short)
    models.forget()
    leave(studio, 7)

    with pytest.raises(NotEnoughCredits) as caught:
        studio.media.generate(short)

    assert caught.value.details["missing"] == PICTURES + VOICES + MUSIC - 7
    assert models.asked == []
    assert studio.shorts.show(short).status == "SCRIPT_READY"


def test_exactly_enough_is_enough(studio: Studio, models: FakeModels) -> None:
    leave(studio, WHOLE)

    made(studio)

    assert studio.credits.me().credits_remaining == 0
    assert_sound(studio)


def test_after_buying_credits_the_same_request_succeeds(studio: Studio, models: FakeModels) -> None:
    leave(studio, 0)
    short = studio.shorts.create(BRIEF).id
    with pytest.raises(NotEnoughCredits):
        studio.scripts.generate(short)

    grant(studio, WHOLE, key="bought")
    studio.scripts.generate(short)

    assert studio.credits.me().credits_remaining == WHOLE - SCRIPT


def test_each_spending_keeps_the_price_that_was_in_force(studio: Studio, models: FakeModels) -> None:
    short = made(studio)

    set_price(studio, speech_generation=4)
    studio.scenes.edit(short, 1, EditScene(narration="One wide sea."))
    studio.media.generate(short)

    voices = studio.credits.history(UsageFilter(feature="speech_generation")).data  # type: ignore[arg-type]  # as JSON
    assert [(use.credits, use.unit_price) for use in voices] == [(4, 4), (1, 1), (1, 1), (1, 1)]
    assert voices[0].price_rule == "speech_generation: 1 × 4 = 4"


def test_a_multiplier_counts_in_the_plan_and_in_the_charge(studio: Studio, models: FakeModels) -> None:
    from studio.contracts.settings import ChangeSettings

    studio.admin_settings.change(ChangeSettings(values={"multipliers.vendor/paint": 1.5}))

    foreseen = studio.credits.estimate(BRIEF).credits
    short = made(studio)

    assert foreseen == 2 + 3 * 8 + 3 * 2 + 3
    assert studio.shorts.show(short).credits_used == foreseen


def test_equal_words_in_two_scenes_are_spoken_and_paid_once(studio: Studio, models: FakeModels) -> None:
    brief = CreateShort(source_text="Yes. The sea rises. Yes.", language="en")

    foreseen = studio.credits.estimate(brief).credits
    short = made(studio, brief)

    assert len(models.asked_for(SpeechRequest)) == 2
    assert studio.shorts.show(short).credits_used == foreseen == WHOLE - 1
    assert [len(scene.media) for scene in studio.shorts.show(short).scenes] == [2, 2, 2]


def test_what_was_paid_for_and_got_lost_is_made_anew_without_charge(studio: Studio, models: FakeModels) -> None:
    short = made(studio)
    lost = next(take for take in studio.scenes.show(short, 1).media if take.kind == "picture")
    studio.assets.storage.delete(lost.path or "")

    cost = studio.films.cost(short).credits
    studio.media.generate(short)

    assert cost == 0
    assert len(models.asked) == 9
    assert studio.credits.me().credits_remaining == START - WHOLE


def test_another_script_is_paid_for_as_such(studio: Studio, models: FakeModels) -> None:
    short = studio.shorts.create(BRIEF).id
    studio.scripts.generate(short)

    studio.scripts.generate(short, again=True)

    assert [use.feature for use in studio.credits.history().data] == ["script_regeneration", "script_generation"]


def test_no_more_is_spent_than_allowed(studio: Studio, models: FakeModels) -> None:
    short = studio.shorts.create(BRIEF).id

    with pytest.raises(Refused, match=f"costs {WHOLE} credits and --max-credits allows {WHOLE - 1}"):
        studio.films.render(short, RenderShort(max_credits=WHOLE - 1))

    assert generations(studio) == []


def killed_at(name: str, studio: Studio, short: str) -> None:
    """Generate media in a fork that is killed when it reaches this step of the first paid call."""
    url = studio.settings.effective_database_url
    studio.database.close()
    child = os.fork()
    if child == 0:
        from studio.db.engine import open_database

        def kill(*_: object) -> None:
            os.kill(os.getpid(), signal.SIGKILL)

        setattr(Generations, name, kill)
        one_at_a_time = studio.settings.model_copy(update={"workers": 1})
        inner = Studio(one_at_a_time, open_database(url), studio.principal)
        paid(inner)
        try:
            inner.media.generate(short, GenerateMedia(scene=1))
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_killed_before_the_call_the_next_run_goes_on_under_the_same_key(studio: Studio, models: FakeModels) -> None:
    short = studio.shorts.create(BRIEF).id
    studio.scripts.generate(short)

    killed_at("_start", studio, short)
    held = studio.credits.me().credits_held
    cost = studio.media.cost(short)
    leave(studio, cost.credits - cost.credits_held)
    studio.media.generate(short)

    assert held == 5
    assert cost.credits_held == held
    assert (studio.credits.me().credits_remaining, studio.credits.me().credits_held) == (0, 0)
    assert len(generations(studio)) == 8
    assert_sound(studio)


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_killed_during_the_call_nothing_is_sent_again_and_the_credits_stay_held(
    studio: Studio, models: FakeModels
) -> None:
    short = studio.shorts.create(BRIEF).id
    studio.scripts.generate(short)
    models.forget()

    killed_at("_made", studio, short)
    with pytest.raises(Uncertain, match="held, not spent") as caught:
        studio.media.generate(short, GenerateMedia(scene=1))

    assert caught.value.exit_code == 75
    assert studio.credits.me().credits_held == 5
    assert models.asked_for(ImageRequest) == []
    assert_sound(studio)


def later(clock: Callable[[], int], milliseconds: int) -> Callable[[], int]:
    return lambda: clock() + milliseconds


def test_what_an_interrupted_run_never_sent_is_given_back_when_it_is_no_longer_wanted(
    studio: Studio, models: FakeModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgotten = studio.shorts.create(BRIEF.model_copy(update={"topic": "Tides"})).id
    short = studio.shorts.create(BRIEF).id
    studio.scripts.generate(short)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Generations, "_start", stop)
        with pytest.raises(KeyboardInterrupt):
            studio.scripts.generate(forgotten)
    held = studio.credits.me().credits_held
    service = studio.media.generations  # type: ignore[attr-defined]  # of this service
    monkeypatch.setattr(service, "clock", later(service.clock, LEASE_MILLISECONDS + 1))
    studio.media.generate(short)

    assert held == 1
    assert (studio.credits.me().credits_held, studio.credits.me().credits_remaining) == (0, START - WHOLE)
    assert_sound(studio)


def test_a_bug_in_an_adapter_is_not_called_unspent(
    studio: Studio, models: FakeModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = studio.shorts.create(BRIEF).id

    def broken(brief: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(models, "write", broken)
    with pytest.raises(ZeroDivisionError):
        studio.scripts.generate(short)

    assert [row.state for row in generations(studio)] == ["uncertain"]
    assert studio.credits.me().credits_held == 1
    with pytest.raises(Uncertain):
        studio.scripts.generate(short)
    assert_sound(studio)
