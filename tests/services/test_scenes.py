"""Adding, changing, moving and removing scenes by number."""

from __future__ import annotations

import pytest

from studio.app import Studio
from studio.contracts.characters import CreateCharacter
from studio.contracts.scenes import AddScene, EditScene, MoveScene
from studio.contracts.shorts import CreateShort
from studio.domain.errors import Invalid, NotFound, Refused
from tests.fakes import FakeModels


@pytest.fixture
def short(studio: Studio, models: FakeModels) -> str:
    created = studio.shorts.create(CreateShort(source_text="One sea. Two moons. Three tides."))
    studio.scripts.generate(created.id)
    return created.id


def words(studio: Studio, short: str) -> list[str]:
    return [scene.narration for scene in studio.scenes.list(short).data]


def test_lists_scenes_in_order(studio: Studio, short: str) -> None:
    scenes = studio.scenes.list(short).data

    assert [(scene.order, scene.narration) for scene in scenes] == [
        (1, "One sea."),
        (2, "Two moons."),
        (3, "Three tides."),
    ]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (None, ["One sea.", "Two moons.", "Three tides.", "New."]),
        (1, ["New.", "One sea.", "Two moons.", "Three tides."]),
        (3, ["One sea.", "Two moons.", "New.", "Three tides."]),
        (99, ["One sea.", "Two moons.", "Three tides.", "New."]),
    ],
)
def test_adds_a_scene_where_it_is_wanted(studio: Studio, short: str, at: int | None, expected: list[str]) -> None:
    studio.scenes.add(short, AddScene(narration="New.", order=at))

    assert words(studio, short) == expected


def test_moves_a_scene_and_renumbers_the_others(studio: Studio, short: str) -> None:
    moved = studio.scenes.move(short, MoveScene(scene=3, to=1))

    assert [(scene.order, scene.narration) for scene in moved.data] == [
        (1, "Three tides."),
        (2, "One sea."),
        (3, "Two moons."),
    ]


def test_edits_only_what_is_given(studio: Studio, short: str) -> None:
    before = studio.scenes.show(short, 2)

    after = studio.scenes.edit(short, 2, EditScene(narration="Two \x1b[2Jbright moons."))

    assert after.narration == "Two bright moons."
    assert (after.visual, after.shot, after.id) == (before.visual, before.shot, before.id)


def test_deletes_a_scene_but_never_the_last(studio: Studio, short: str) -> None:
    studio.scenes.delete(short, 1)
    studio.scenes.delete(short, 1)

    with pytest.raises(Refused, match="keeps at least one scene"):
        studio.scenes.delete(short, 1)
    assert words(studio, short) == ["Three tides."]


@pytest.mark.parametrize("number", [0, 4, 400])
def test_names_the_scene_that_is_not_there(studio: Studio, short: str, number: int) -> None:
    with pytest.raises(NotFound, match=f"has no scene {number}; it has 3"):
        studio.scenes.show(short, number)


def test_somebody_elses_scenes_are_not_there(other_studio: Studio, short: str) -> None:
    with pytest.raises(NotFound, match="There is no short called"):
        other_studio.scenes.list(short)
    with pytest.raises(NotFound, match="There is no short called"):
        other_studio.scenes.edit(short, 1, EditScene(narration="Mine."))


def test_a_changed_short_is_not_completed_any_more(studio: Studio, models: FakeModels, short: str) -> None:
    studio.media.generate(short)

    studio.scenes.edit(short, 2, EditScene(narration="Two bright moons."))

    assert studio.shorts.show(short).status == "SCRIPT_APPROVED"


def test_a_spoken_scene_tells_its_length(studio: Studio, models: FakeModels, short: str) -> None:
    before = studio.scenes.show(short, 1).duration_seconds
    studio.media.generate(short)

    assert before is None
    assert studio.scenes.show(short, 1).duration_seconds == pytest.approx(0.4)


def test_names_everybody_who_is_not_in_the_short(studio: Studio, short: str) -> None:
    with pytest.raises(Invalid, match="somebody who is not in the short") as added:
        studio.scenes.add(short, AddScene(narration="New.", characters=("Zuri",)))
    with pytest.raises(Invalid) as edited:
        studio.scenes.edit(short, 1, EditScene(characters=("Zuri", "Leo")))

    handle = studio.shorts.show(short).handle
    known = f"is not a character of {handle}; it was begun without --character"
    assert added.value.faults == [f"characters: 'Zuri' {known}"]
    assert edited.value.faults == [f"characters: 'Zuri' {known}", f"characters: 'Leo' {known}"]
    assert words(studio, short) == ["One sea.", "Two moons.", "Three tides."]


def test_lets_the_shorts_own_characters_appear(studio: Studio, models: FakeModels) -> None:
    studio.characters.create(CreateCharacter(name="Ana"))
    short = studio.shorts.create(CreateShort(source_text="One sea. Two moons.", characters=("ana",))).id
    studio.scripts.generate(short)

    view = studio.scenes.edit(short, 1, EditScene(characters=("Ana",)))

    assert view.characters == ["Ana"]
