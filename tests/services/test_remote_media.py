"""Media of models elsewhere: what a film needs is ordered once, kept, paid for as foreseen, and chosen among."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from studio.app import Studio
from studio.contracts.media import GenerateMedia, ImportMedia, MediaKind
from studio.contracts.scenes import EditScene
from studio.contracts.settings import ChangeSettings
from studio.contracts.shorts import CreateShort
from studio.domain.errors import Interrupted, Invalid, Misconfigured, NotFound, Refused, Rejected, Uncertain
from studio.providers.registry import Models, TextServer
from studio.services.wishes import IMPORTED
from tests.fakes import tone
from tests.servers.fal import media as files
from tests.servers.fal.server import FalServer, running_fal
from tests.servers.reaching import models_at
from tests.services.paid import assert_sound, generations, leave

SCRIPT = json.dumps(
    {
        "title": "Seas",
        "language": "en",
        "scenes": [
            {"narration": "One sea.", "visual": "a calm sea"},
            {"narration": "Two moons.", "visual": "two moons"},
        ],
    }
)
BRIEF = CreateShort(source_text=SCRIPT, duration_seconds=15)
PICTURE, CLIP, VOICE, MUSIC = 5, 10, 1, 2


OWN_FILES = {
    "reef.png": lambda: files.picture(180, 320, (10, 90, 160), "png"),
    "swim.mp4": lambda: files.clip(180, 320, 3, (10, 90, 160), True),
    "voice.wav": lambda: tone(1.0, 24_000, 1),
}


@pytest.fixture
def fal() -> Iterator[FalServer]:
    with running_fal() as server:
        yield server


@pytest.fixture
def models(fal: FalServer) -> Iterator[Models]:
    models = models_at(fal)
    yield models
    models.close()


@pytest.fixture
def short(studio: Studio, models: Models) -> str:
    leave(studio, 100)
    studio.models = models
    id = studio.shorts.create(BRIEF).id
    studio.scripts.generate(id)
    return id


def scenes(studio: Studio, short: str) -> int:
    return len(studio.shorts.show(short).scenes)


def kinds(studio: Studio, short: str) -> Counter[str]:
    return Counter(take.kind for take in studio.media.list(short).data if take.selected)


def test_a_film_is_ordered_as_it_was_priced(studio: Studio, fal: FalServer, short: str) -> None:
    count = scenes(studio, short)
    foreseen = studio.media.cost(short)

    studio.media.generate(short)

    spent = 100 - studio.credits.me().credits_remaining
    record = studio.shorts.show(short)
    assert spent == foreseen.credits == count * (PICTURE + CLIP + VOICE) + MUSIC == record.credits_used
    assert len(fal.paid) == 3 * count + 1
    assert record.cost_usd == foreseen.cost_usd
    assert kinds(studio, short) == {"picture": count, "video": count, "speech": count, "music": 1}
    assert studio.media.cost(short).lines == []
    assert fal.leaks == []
    assert_sound(studio)


def test_a_second_run_orders_nothing(studio: Studio, fal: FalServer, short: str) -> None:
    studio.media.generate(short)
    before = len(fal.paid)

    studio.media.generate(short)

    assert len(fal.paid) == before


def test_a_clip_begins_with_the_picture_of_its_scene(studio: Studio, fal: FalServer, short: str) -> None:
    studio.media.generate(short, GenerateMedia(scene=1, kind=MediaKind.VIDEO))

    picture, clip = fal.paid
    assert "image-to-video" in clip["endpoint"]
    assert fal.uploaded(clip["body"]["image_url"]) is not None
    assert "image" not in picture["endpoint"].rpartition("/")[2]
    assert kinds(studio, short) == {"picture": 1, "video": 1}


def test_other_words_order_another_voice_alone(studio: Studio, fal: FalServer, short: str) -> None:
    studio.media.generate(short)
    before = len(fal.paid)

    studio.scenes.edit(short, 1, EditScene(narration="Another sea."))
    cost = studio.media.cost(short)
    studio.media.generate(short)

    works = [line.work for line in cost.lines]
    assert works[0] == "speech"
    assert len(fal.paid) - before == len(works)


def test_who_stops_is_told_which_jobs_are_open_and_the_next_run_orders_them_no_second_time(
    studio: Studio, fal: FalServer, short: str
) -> None:
    fal.latency = 1000.0
    pictures = GenerateMedia(kind=MediaKind.PICTURE)

    with pytest.raises(Interrupted) as caught:
        studio.media.generate(short, pictures, cancelled=lambda: len(fal.paid) == scenes(studio, short))
    jobs = {row.id for row in generations(studio) if row.state == "submitted"}
    held = studio.credits.me().credits_held
    for job in fal.jobs.values():
        job.starts = job.ends = 0.0
    studio.media.generate(short, pictures)

    assert set(caught.value.details["generations"]) == jobs
    assert all(job in caught.value.message for job in jobs)
    assert "studio jobs show" in str(caught.value.hint)
    assert held == len(jobs) * PICTURE == 2 * PICTURE
    assert len(fal.paid) == len(jobs)
    assert_sound(studio)


def test_one_failed_scene_sinks_no_other_and_is_not_charged(studio: Studio, fal: FalServer, short: str) -> None:
    fal.will("content_policy")

    with pytest.raises(Rejected, match="takes stand"):
        studio.media.generate(short, GenerateMedia(kind=MediaKind.PICTURE))

    count = scenes(studio, short)
    assert kinds(studio, short)["picture"] == count - 1
    assert studio.credits.me().credits_remaining == 100 - PICTURE * (count - 1)


def test_a_fallback_is_asked_after_a_verdict_and_charged_once(studio: Studio, fal: FalServer, short: str) -> None:
    studio.admin_settings.change(ChangeSettings(values={"fallbacks.image": "fal/fal-ai/flux/schnell"}))
    fal.will("content_policy")

    studio.media.generate(short, GenerateMedia(scene=1, kind=MediaKind.PICTURE))

    assert [paid["endpoint"] for paid in fal.paid] == ["fal-ai/flux/schnell"]
    assert studio.credits.me().credits_remaining == 100 - PICTURE
    assert [row.state for row in generations(studio)][-2:] == ["failed", "succeeded"]
    assert studio.media.cost(short, GenerateMedia(scene=1, kind=MediaKind.PICTURE)).credits == 0


def test_no_fallback_is_asked_while_nobody_knows(studio: Studio, fal: FalServer, short: str) -> None:
    studio.admin_settings.change(ChangeSettings(values={"fallbacks.image": "fal/fal-ai/flux/schnell"}))
    fal.loses("closes")
    wanted = GenerateMedia(scene=1, kind=MediaKind.PICTURE)

    with pytest.raises(Uncertain):
        studio.media.generate(short, wanted)
    held = studio.credits.me().credits_held
    studio.media.generate(short, wanted)

    assert held == PICTURE
    assert len(fal.posts) == len(fal.paid) == 1
    assert studio.credits.me().credits_remaining == 100 - PICTURE


def test_a_fallback_that_is_lost_is_gone_on_with_before_anything_else_is_paid(
    studio: Studio, fal: FalServer, short: str
) -> None:
    studio.admin_settings.change(ChangeSettings(values={"fallbacks.image": "fal/fal-ai/flux/schnell"}))
    fal.validates_at_once = False
    fal.will("content_policy")
    fal.loses("well", "closes")
    wanted = GenerateMedia(scene=1, kind=MediaKind.PICTURE)

    with pytest.raises(Uncertain):
        studio.media.generate(short, wanted)
    studio.media.generate(short, wanted)

    assert [paid["endpoint"] for paid in fal.paid] == ["fal-ai/flux/schnell"]
    credits = studio.credits.me()
    assert (credits.credits_remaining, credits.credits_held) == (100 - PICTURE, 0)


def test_a_dearer_fallback_is_not_asked(studio: Studio, fal: FalServer, short: str) -> None:
    other = "fal/fal-ai/flux/schnell"
    studio.admin_settings.change(ChangeSettings(values={"fallbacks.image": other, f"multipliers.{other}": 2}))
    fal.will("content_policy")

    with pytest.raises(Rejected):
        studio.media.generate(short, GenerateMedia(scene=1, kind=MediaKind.PICTURE))

    assert (len(fal.posts), studio.credits.me().credits_remaining) == (1, 100)


def test_another_take_that_is_lost_is_gone_on_with(studio: Studio, fal: FalServer, short: str) -> None:
    studio.media.generate(short, GenerateMedia(scene=1, kind=MediaKind.PICTURE))
    again = GenerateMedia(scene=1, kind=MediaKind.PICTURE, again=True)
    fal.loses("closes")

    with pytest.raises(Uncertain):
        studio.media.generate(short, again)
    studio.media.generate(short, again)

    assert (len(fal.posts), len(fal.paid)) == (2, 2)
    credits = studio.credits.me()
    assert (credits.credits_remaining, credits.credits_held) == (100 - 2 * PICTURE, 0)


def test_a_file_at_a_host_that_is_not_trusted_yet_is_not_lost(studio: Studio, fal: FalServer, short: str) -> None:
    wanted = GenerateMedia(scene=1, kind=MediaKind.PICTURE)
    trusting = studio.models
    access = replace(trusting.access, media_hosts="")
    studio.models = Models(text_server=TextServer(is_looked_for=False), access=access)

    with pytest.raises(Misconfigured, match="nothing is fetched from there"):
        studio.media.generate(short, wanted)
    studio.models.close()
    studio.models = trusting
    del studio.__dict__["media"]
    studio.media.generate(short, wanted)

    assert len(fal.posts) == len(fal.paid) == 1
    assert studio.credits.me().credits_remaining == 100 - PICTURE


def test_what_was_made_for_a_short_that_is_gone_is_not_held_for_ever(
    studio: Studio, fal: FalServer, short: str
) -> None:
    fal.loses("closes")
    with pytest.raises(Uncertain):
        studio.media.generate(short, GenerateMedia(scene=1, kind=MediaKind.PICTURE))
    job = studio.jobs.list().data[0].id
    studio.shorts.delete(short)

    found = studio.jobs.resolve(job)

    assert (found.state.value, found.credits_held) == ("failed", 0)
    assert studio.credits.me().credits_remaining == 100


def test_the_persons_own_choice_of_models_counts(studio: Studio, fal: FalServer, models: Models) -> None:
    leave(studio, 100)
    studio.models = models
    brief = BRIEF.model_copy(
        update={
            "image_model": "fal/fal-ai/flux/dev",
            "video_model": "local",
            "voice": "fal/fal-ai/kokoro/american-english#af_bella",
            "music": "none",
        }
    )
    short = studio.shorts.create(brief).id
    studio.scripts.generate(short)

    studio.media.generate(short)

    assert {paid["endpoint"] for paid in fal.paid} == {"fal-ai/flux/dev", "fal-ai/kokoro/american-english"}
    assert {paid["body"]["voice"] for paid in fal.paid if "voice" in paid["body"]} == {"af_bella"}


def test_a_model_without_a_key_is_named_before_anything_is_begun(studio: Studio) -> None:
    studio.models = Models(text_server=TextServer(is_looked_for=False))
    brief = BRIEF.model_copy(update={"image_model": "fal/fal-ai/flux/dev"})
    short = studio.shorts.create(brief).id
    studio.scripts.generate(short)

    with pytest.raises(Misconfigured, match="FAL_KEY"):
        studio.media.generate(short)

    assert generations(studio) == []


def test_offline_work_uses_what_has_been_paid_for(studio: Studio, fal: FalServer, short: str) -> None:
    studio.media.generate(short, GenerateMedia(scene=1, kind=MediaKind.PICTURE))
    before = len(fal.paid)

    studio.media.generate(short, GenerateMedia(offline=True))

    assert len(fal.paid) == before
    pictures = {take.model for take in studio.media.list(short).data if take.kind == "picture" and take.selected}
    assert len(pictures) == 2
    assert any(model.startswith("fal/") for model in pictures)


def test_another_take_is_made_and_the_first_can_be_chosen_again(studio: Studio, fal: FalServer, short: str) -> None:
    wanted = GenerateMedia(scene=1, kind=MediaKind.PICTURE)
    (first,) = studio.media.generate(short, wanted).data

    again = GenerateMedia(scene=1, kind=MediaKind.PICTURE, again=True)
    cost = studio.media.cost(short, again)
    takes = studio.media.generate(short, again).data
    chosen = studio.media.select(short, first.id[:-2]).data
    after = studio.media.generate(short, wanted).data

    assert cost.credits == PICTURE
    assert len(takes) == len(fal.paid) == 2
    assert [take.id for take in takes if take.selected] != [first.id]
    assert [take.id for take in chosen if take.selected] == [first.id]
    assert [take.id for take in after if take.selected] == [first.id]


def test_a_take_that_is_not_there_is_named(studio: Studio, short: str) -> None:
    with pytest.raises(NotFound, match="has no take"):
        studio.media.select(short, "nothing")


@pytest.mark.parametrize("name", ["reef.png", "swim.mp4", "voice.wav"])
def test_ones_own_file_stands_whatever_the_script_says(
    studio: Studio, fal: FalServer, short: str, tmp_path: Path, name: str
) -> None:
    file = tmp_path / name
    file.write_bytes(OWN_FILES[name]())

    studio.media.import_(short, ImportMedia(scene=1), file)
    studio.scenes.edit(short, 1, EditScene(visual="something else"))
    studio.media.generate(short, GenerateMedia(scene=1))

    kind = {"reef.png": "picture", "swim.mp4": "video", "voice.wav": "speech"}[name]
    used = [take for take in studio.scenes.show(short, 1).media if take.selected and take.kind == kind]
    assert [take.model for take in used] == [IMPORTED]


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("notes.txt", b"words", Refused),
        ("broken.png", b"\x89PNG\r\n\x1a\nnothing", Invalid),
        ("broken.mp4", b"nothing", Invalid),
        ("broken.wav", b"nothing", Invalid),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_and_changes_nothing(
    studio: Studio, short: str, tmp_path: Path, name: str, data: bytes, error: type[Exception]
) -> None:
    file = tmp_path / name
    file.write_bytes(data)

    with pytest.raises(error):
        studio.media.import_(short, ImportMedia(scene=1), file)

    assert studio.media.list(short).data == []


def test_jobs_tell_what_was_quoted_and_what_was_charged(studio: Studio, fal: FalServer, short: str) -> None:
    studio.media.generate(short, GenerateMedia(scene=1, kind=MediaKind.PICTURE))

    (job,) = studio.jobs.list().data
    details = studio.jobs.show(job.id)

    assert (job.state, job.credits, job.credits_held, job.scene) == ("succeeded", PICTURE, 0, 1)
    assert job.quoted_usd == job.cost_usd is not None
    assert details.request["body"] == fal.paid[0]["body"]
