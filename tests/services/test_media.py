"""Having takes made: only what is missing, several at a time, none lost when one fails."""

from __future__ import annotations

import pytest

from studio.app import Studio
from studio.contracts.media import GenerateMedia
from studio.contracts.scenes import AddScene, EditScene, MoveScene
from studio.contracts.shorts import CreateShort, EditShort
from studio.db.models.short import Short
from studio.domain.errors import Interrupted, NotFound, ServiceFailed
from studio.domain.ports import ImageRequest, MusicRequest, SpeechRequest
from tests.fakes import FakeModels


@pytest.fixture
def short(studio: Studio, models: FakeModels) -> str:
    created = studio.shorts.create(CreateShort(source_text="One sea. Two moons. Three tides."))
    studio.scripts.generate(created.id)
    models.forget()
    return created.id


def test_makes_a_picture_and_a_voice_per_scene_and_one_music(studio: Studio, models: FakeModels, short: str) -> None:
    studio.media.generate(short)

    takes = studio.media.list(short).data
    assert sorted(take.kind for take in takes) == ["music"] + ["picture"] * 3 + ["speech"] * 3
    assert all(take.selected for take in takes)
    assert len(models.asked) == 7
    assert studio.shorts.show(short).status == "MEDIA_READY"


def test_a_second_run_asks_no_model(studio: Studio, models: FakeModels, short: str) -> None:
    studio.media.generate(short)
    models.forget()

    studio.media.generate(short)

    assert models.asked == []


def test_other_words_are_spoken_anew_and_nothing_is_painted(studio: Studio, models: FakeModels, short: str) -> None:
    studio.media.generate(short)
    models.forget()

    studio.scenes.edit(short, 2, EditScene(narration="Two bright moons rise."))
    studio.media.generate(short)

    assert models.asked_for(ImageRequest) == []
    assert [request.text for request in models.asked_for(SpeechRequest)] == ["Two bright moons rise."]


def test_going_back_to_earlier_words_finds_their_take(studio: Studio, models: FakeModels, short: str) -> None:
    studio.media.generate(short)
    studio.scenes.edit(short, 2, EditScene(narration="Two bright moons rise."))
    studio.media.generate(short)
    models.forget()

    studio.scenes.edit(short, 2, EditScene(narration="Two moons."))
    studio.media.generate(short)

    assert models.asked == []
    voices = [take for take in studio.scenes.show(short, 2).media if take.kind == "speech"]
    assert [take.selected for take in voices] == [True, False]


def test_moving_a_scene_makes_nothing(studio: Studio, models: FakeModels, short: str) -> None:
    studio.media.generate(short)
    models.forget()

    studio.scenes.move(short, MoveScene(scene=3, to=1))
    studio.media.generate(short)

    assert models.asked == []


def test_another_palette_paints_anew_and_another_caption_look_does_not(
    studio: Studio, models: FakeModels, short: str
) -> None:
    studio.media.generate(short)
    models.forget()

    studio.shorts.edit(short, EditShort(style="story"))
    studio.media.generate(short)

    assert len(models.asked_for(ImageRequest)) == 3
    assert models.asked_for(SpeechRequest) == []
    assert all(request.style.captions.font == "Montserrat" for request in models.asked_for(ImageRequest))


def test_no_music_is_composed_when_none_is_wanted(studio: Studio, models: FakeModels, short: str) -> None:
    studio.shorts.edit(short, EditShort(music="none"))

    studio.media.generate(short)

    assert models.asked_for(MusicRequest) == []


def test_one_scene_alone(studio: Studio, models: FakeModels, short: str) -> None:
    studio.media.generate(short, GenerateMedia(scene=2))

    assert {take.kind for take in studio.scenes.show(short, 2).media} == {"picture", "speech"}
    assert studio.scenes.show(short, 1).media == []


def test_a_scene_that_fails_sinks_no_other_and_is_named(studio: Studio, models: FakeModels, short: str) -> None:
    models.failing_words = {"Two moons."}

    with pytest.raises(ServiceFailed, match="hoarse"):
        studio.media.generate(short)

    record = studio.shorts.show(short)
    assert (record.status, record.error) == (
        "FAILED",
        "The voice is hoarse. Not made: speech of scene 2; 5 of 6 takes stand.",
    )
    assert [len(scene.media) for scene in record.scenes] == [2, 1, 2]


def test_after_a_failure_only_what_is_missing_is_made(studio: Studio, models: FakeModels, short: str) -> None:
    models.failing_words = {"Two moons."}
    with pytest.raises(ServiceFailed):
        studio.media.generate(short)
    models.failing_words = set()
    models.forget()

    studio.media.generate(short)

    assert [type(request) for request in models.asked] == [SpeechRequest, MusicRequest]
    assert studio.shorts.show(short).status == "MEDIA_READY"


def test_a_lost_file_is_made_anew(studio: Studio, models: FakeModels, short: str) -> None:
    studio.media.generate(short)
    models.forget()
    lost = next(take for take in studio.scenes.show(short, 1).media if take.kind == "picture")
    studio.assets.storage.delete(lost.path or "")

    studio.media.generate(short)

    assert [type(request) for request in models.asked] == [ImageRequest]


def test_stopping_keeps_what_was_made(studio: Studio, models: FakeModels, short: str) -> None:
    with pytest.raises(Interrupted):
        studio.media.generate(short, cancelled=lambda: len(models.asked) >= 2)
    made = len(models.asked)
    models.forget()

    studio.media.generate(short)

    assert made + len(models.asked) == 7
    assert studio.shorts.show(short).status == "MEDIA_READY"


def test_needs_a_script_first(studio: Studio, models: FakeModels) -> None:
    short = studio.shorts.create(CreateShort(topic="Tides"))

    with pytest.raises(NotFound, match="has no script yet"):
        studio.media.generate(short.id)


def test_goes_on_where_writing_was_killed_half_way(studio: Studio, models: FakeModels, short: str) -> None:
    with studio.database.write() as session:
        row = session.get(Short, short)
        assert row is not None
        row.status = "GENERATING_SCRIPT"
        session.add(row)

    studio.media.generate(short)

    assert studio.shorts.show(short).status == "MEDIA_READY"


def test_a_short_typed_scene_by_scene_needs_no_writer(studio: Studio, models: FakeModels) -> None:
    short = studio.shorts.create(CreateShort(topic="Tides"))
    studio.scenes.add(short.id, AddScene(narration="The sea rises."))

    studio.media.generate(short.id)

    assert studio.shorts.show(short.id).status == "MEDIA_READY"


def test_a_second_short_with_the_same_words_shares_their_takes(studio: Studio, models: FakeModels, short: str) -> None:
    studio.media.generate(short)
    models.forget()
    text = "One sea. Two moons. Three tides."

    twin = studio.shorts.create(CreateShort(source_text=text, captions=False))
    studio.scripts.generate(twin.id)
    models.forget()
    studio.media.generate(twin.id)

    assert models.asked_for(SpeechRequest) == []
    assert studio.shorts.show(twin.id).status == "MEDIA_READY"
