"""Climates: which go together, and what may be changed. What all definitions share is tested with the styles."""

from __future__ import annotations

import pytest

from studio.app import Studio
from studio.contracts.climates import CreateClimate, EditClimate
from studio.contracts.shorts import CreateShort
from studio.domain.errors import Conflict, Invalid, NotFound, Refused
from studio.domain.formats import Pressure
from studio.domain.style import EmotionalState, RevelationDynamic, contradiction
from studio.services.catalogue import built_in_climates

DREAD = CreateClimate(
    name="Slow dread", emotional_state=EmotionalState.THREAT, revelation_dynamic=RevelationDynamic.HIDDEN
)


def test_lists_the_built_in_ones_first(studio: Studio) -> None:
    studio.climates.create(DREAD)

    climates = studio.climates.list().data

    assert [climate.handle for climate in climates] == [*built_in_climates(), "slow-dread"]


def test_a_state_and_a_dynamic_that_contradict_each_other_are_refused_with_the_reason(studio: Studio) -> None:
    data = DREAD.model_copy(update={"revelation_dynamic": RevelationDynamic.EARLY})

    with pytest.raises(Invalid) as refusal:
        studio.climates.create(data)

    assert refusal.value.faults == [
        "revelation_dynamic EARLY does not go with THREAT: a danger seen whole at the start leaves nothing to dread"
    ]


def test_an_edit_cannot_bring_a_contradiction_about(studio: Studio) -> None:
    made = studio.climates.create(DREAD)

    with pytest.raises(Invalid):
        studio.climates.edit("slow-dread", EditClimate(emotional_state=EmotionalState.CONFRONTATION))

    assert studio.climates.show("slow-dread") == made


def test_every_state_goes_with_most_dynamics() -> None:
    for state in EmotionalState:
        possible = [dynamic for dynamic in RevelationDynamic if contradiction(state, dynamic) is None]

        assert len(possible) >= 3


def test_a_climate_like_another_takes_over_what_is_not_given(studio: Studio) -> None:
    made = studio.climates.create(CreateClimate(like="alarm", name="Slow alarm", pressure=Pressure.SLOW))

    alarm = studio.climates.show("alarm")
    assert made.handle == "slow-alarm"
    assert (made.emotional_state, made.revelation_dynamic) == (alarm.emotional_state, alarm.revelation_dynamic)
    assert (made.pressure, made.description) == (Pressure.SLOW, alarm.description)


def test_a_climate_like_a_missing_one_is_refused(studio: Studio) -> None:
    with pytest.raises(NotFound, match="no climate called nothing"):
        studio.climates.create(CreateClimate(like="nothing"))


def test_an_edit_changes_only_what_is_given(studio: Studio) -> None:
    made = studio.climates.create(DREAD)

    edited = studio.climates.edit("slow-dread", EditClimate(pressure=Pressure.SLOW))

    assert edited == made.model_copy(update={"pressure": Pressure.SLOW, "updated_at": edited.updated_at})


def test_a_built_in_climate_stays_as_it_is(studio: Studio) -> None:
    with pytest.raises(Refused, match="built in") as refusal:
        studio.climates.edit("wonder", EditClimate(pressure=Pressure.FAST))

    assert refusal.value.hint == "studio climates create --like wonder"


def test_a_climate_that_a_short_uses_is_kept(studio: Studio) -> None:
    studio.climates.create(DREAD)
    studio.shorts.create(CreateShort(topic="The deep sea", climate="slow-dread"))

    with pytest.raises(Conflict, match="1 short uses the climate slow-dread"):
        studio.climates.delete("slow-dread")

    assert studio.climates.show("slow-dread").name == "Slow dread"


def test_a_deleted_climate_is_gone(studio: Studio) -> None:
    studio.climates.create(DREAD)

    studio.climates.delete("slow-dread")

    assert [climate for climate in studio.climates.list().data if not climate.built_in] == []
