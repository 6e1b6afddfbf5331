"""Voices that do not tell when their words are heard are listened to where a model was chosen: once, as priced."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from studio.app import Studio
from studio.contracts.media import GenerateMedia, ImportMedia, MediaKind
from studio.contracts.settings import ChangeSettings
from studio.db.models.media import Media
from studio.domain.errors import KeyRefused, NotEnoughCredits, Uncertain
from studio.services.spoken import Spoken
from studio.services.timing import ESTIMATE, HEARD, UNHEARD
from tests.fakes import tone
from tests.servers.fal.server import FalServer, running_fal
from tests.services.paid import assert_sound, generations, leave
from tests.services.test_remote_media import BRIEF, models_at

SCRIBE = "fal/fal-ai/elevenlabs/speech-to-text/scribe-v2"
KOKORO = "fal/fal-ai/kokoro/american-english#af_bella"
VOICE, TIMES = 1, 1
SPEECH = GenerateMedia(scene=1, kind=MediaKind.SPEECH)
ONE_SEA = [("One", 0.10, 0.25), ("sea!", 0.30, 0.45)]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What is asked here does not depend on the database: the calls themselves are tried on both."""
    return sqlite_url


@pytest.fixture
def fal() -> Iterator[FalServer]:
    with running_fal() as server:
        server.works.hears = ONE_SEA
        yield server


@pytest.fixture
def listening(studio: Studio, fal: FalServer) -> Iterator[None]:
    leave(studio, 100)
    studio.models = models_at(fal)
    choose(studio, SCRIBE)
    yield
    assert_sound(studio)
    studio.models.close()


def choose(studio: Studio, model: str) -> None:
    studio.admin_settings.change(ChangeSettings(values={"models.transcription": model}))


def new_short(studio: Studio, **more: Any) -> str:
    brief = BRIEF.model_copy(update={"voice": KOKORO, "video_model": "local", "music": "none", **more})
    id = studio.shorts.create(brief).id
    studio.scripts.generate(id)
    return id


def voices(studio: Studio, short: str) -> list[Spoken]:
    with studio.database.read() as session:
        own = select(Media).where(Media.short_id == short, Media.kind == "speech", col(Media.selected))
        return [Spoken.from_json(take.details) for take in session.exec(own.order_by(col(Media.id)))]


def transcripts(fal: FalServer) -> list[dict[str, Any]]:
    return [paid for paid in fal.paid if paid["endpoint"].endswith("scribe-v2")]


@pytest.mark.usefixtures("listening")
def test_the_words_stay_the_authors_and_get_the_times_that_were_heard(studio: Studio, fal: FalServer) -> None:
    short = new_short(studio)
    cost = studio.media.cost(short, SPEECH)

    studio.media.generate(short, SPEECH)

    (voice,) = voices(studio, short)
    assert (voice.timing, voice.text) == (HEARD, "One sea.")
    assert [voice.text[word.start_char : word.end_char] for word in voice.words] == ["One", "sea."]
    assert [(word.start_seconds, word.end_seconds) for word in voice.words] == [(0.1, 0.25), (0.3, 0.45)]
    assert [(line.work, line.model, line.credits) for line in cost.lines] == [
        ("speech", "fal/fal-ai/kokoro/american-english", VOICE),
        ("times", SCRIBE, TIMES),
    ]
    (take,) = studio.media.list(short).data
    assert take.credits_used == VOICE + TIMES == 100 - studio.credits.me().credits_remaining
    (paid,) = transcripts(fal)
    assert fal.uploaded(paid["body"]["audio_url"]) == Path(studio.assets.storage.fetch(take.path)).read_bytes()
    assert paid["body"]["language_code"] == "en"


@pytest.mark.usefixtures("listening")
def test_all_voices_cost_what_was_foreseen_and_a_second_run_nothing(studio: Studio, fal: FalServer) -> None:
    fal.works.hears = [
        (word, index / 10, index / 10 + 0.05) for index, word in enumerate(("One", "sea", "Two", "moons"))
    ]
    short, wanted = new_short(studio), GenerateMedia(kind=MediaKind.SPEECH)
    count = len(studio.shorts.show(short).scenes)
    foreseen = studio.media.cost(short, wanted)

    studio.media.generate(short, wanted)
    before = len(fal.paid)
    studio.media.generate(short, wanted)

    record = studio.shorts.show(short)
    assert foreseen.credits == count * (VOICE + TIMES) == record.credits_used
    assert foreseen.cost_usd == record.cost_usd
    assert (len(transcripts(fal)), len(fal.paid)) == (count, before)
    assert studio.media.cost(short, wanted).lines == []


@pytest.mark.usefixtures("listening")
def test_a_plan_counts_what_is_not_spoken_yet(studio: Studio) -> None:
    plan = studio.films.plan(BRIEF.model_copy(update={"voice": KOKORO, "video_model": "local", "music": "none"}))

    listened = [(line.model, line.quantity, line.credits) for line in plan.lines if line.work == "times"]
    assert listened == [(SCRIBE, plan.scene_count, plan.scene_count * TIMES)]


@pytest.mark.usefixtures("listening")
def test_a_voice_that_tells_its_times_is_not_listened_to(studio: Studio, fal: FalServer) -> None:
    short = new_short(studio, voice=None)

    cost = studio.media.cost(short, SPEECH)
    studio.media.generate(short, SPEECH)

    assert ([line.work for line in cost.lines], transcripts(fal)) == (["speech"], [])


def test_without_a_model_the_times_are_reckoned_here(studio: Studio, fal: FalServer, listening: None) -> None:
    choose(studio, "local")
    short = new_short(studio)

    studio.media.generate(short, SPEECH)

    assert [voice.timing for voice in voices(studio, short)] == [ESTIMATE]
    assert transcripts(fal) == []


def test_nobody_is_asked_unless_an_administrator_chose_so(studio: Studio) -> None:
    (setting,) = studio.admin_settings.list("models.transcription").data

    assert (setting.value, setting.is_default) == ("local", True)


@pytest.mark.usefixtures("listening")
def test_ones_own_recording_is_listened_to(studio: Studio, fal: FalServer, tmp_path: Path) -> None:
    short = new_short(studio)
    recording = tmp_path / "voice.wav"
    recording.write_bytes(tone(1.0, 24_000, 1))
    studio.media.import_(short, ImportMedia(scene=1), recording)

    cost = studio.media.cost(short, SPEECH)
    studio.media.generate(short, SPEECH)

    assert [(line.work, line.credits) for line in cost.lines] == [("times", TIMES)]
    assert [voice.timing for voice in voices(studio, short)] == [HEARD]
    assert len(fal.paid) == 1


@pytest.mark.usefixtures("listening")
@pytest.mark.parametrize("how", ["other words", "a verdict"])
def test_what_cannot_be_made_out_stays_estimated_is_not_charged_and_not_asked_again(
    studio: Studio, fal: FalServer, how: str
) -> None:
    short = new_short(studio)
    if how == "a verdict":
        fal.will("good", "plain_detail")
    else:
        fal.works.hears = [("Something", 0.1, 0.2), ("else", 0.3, 0.4)]

    studio.media.generate(short, SPEECH)
    before = len(fal.posts)
    studio.media.generate(short, SPEECH)

    assert [voice.timing for voice in voices(studio, short)] == [UNHEARD]
    assert [word.end_char for word in voices(studio, short)[0].words] == [3, 8]
    assert studio.credits.me().credits_remaining == 100 - VOICE
    assert (len(fal.posts), studio.media.cost(short, SPEECH).lines) == (before, [])


@pytest.mark.usefixtures("listening")
def test_a_lost_answer_is_held_and_the_same_command_goes_on(studio: Studio, fal: FalServer) -> None:
    short = new_short(studio)
    fal.loses("well", "closes")

    with pytest.raises(Uncertain, match="1 credit is held, not spent"):
        studio.media.generate(short, SPEECH)
    job = studio.jobs.list().data[0]
    resolved = studio.jobs.resolve(job.id)
    studio.media.generate(short, SPEECH)

    assert (job.model, resolved.state.value) == (SCRIBE, "submitted")
    assert [voice.timing for voice in voices(studio, short)] == [HEARD]
    assert len(transcripts(fal)) == 1
    assert studio.credits.me().credits_remaining == 100 - VOICE - TIMES


@pytest.mark.usefixtures("listening")
def test_a_voice_that_two_scenes_share_is_listened_to_once(studio: Studio, fal: FalServer) -> None:
    scenes = [{"narration": "One sea.", "visual": visual} for visual in ("a sea", "a shore")]
    script = json.dumps({"title": "Seas", "language": "en", "scenes": scenes})
    short = new_short(studio, source_text=script)
    wanted = GenerateMedia(kind=MediaKind.SPEECH)
    cost = studio.media.cost(short, wanted)

    studio.media.generate(short, wanted)

    assert [voice.timing for voice in voices(studio, short)] == [HEARD, HEARD]
    assert (cost.credits, len(transcripts(fal))) == (VOICE + TIMES, 1)
    assert studio.credits.me().credits_remaining == 100 - VOICE - TIMES


@pytest.mark.usefixtures("listening")
def test_a_price_of_its_own_counts_and_is_asked_for_before_anything_is_made(studio: Studio, fal: FalServer) -> None:
    studio.admin_settings.change(ChangeSettings(values={f"multipliers.{SCRIBE}": 3}))
    leave(studio, VOICE + 2)
    short = new_short(studio)

    with pytest.raises(NotEnoughCredits):
        studio.media.generate(short, SPEECH)
    cost = studio.media.cost(short, SPEECH)

    assert (fal.posts, cost.credits) == ([], VOICE + 3)


@pytest.mark.usefixtures("listening")
def test_an_account_that_is_not_served_leaves_the_voice_and_says_so(studio: Studio, fal: FalServer) -> None:
    short = new_short(studio)
    fal.loses("well", "locked_account")

    with pytest.raises(KeyRefused):
        studio.media.generate(short, SPEECH)
    studio.media.generate(short, SPEECH)

    assert [voice.timing for voice in voices(studio, short)] == [HEARD]
    assert [row.state for row in generations(studio)][-2:] == ["failed", "succeeded"]
