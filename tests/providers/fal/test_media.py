"""What is delivered: files of every medium through the guarded download, words and times, and files that are none."""

from __future__ import annotations

import hashlib
import io
import wave
from collections.abc import Callable
from dataclasses import replace

import av
import pytest
from PIL import Image

from studio.domain.errors import Misconfigured, Rejected, ServiceFailed
from studio.domain.ports import SpeechRequest
from studio.domain.remote import (
    Answer,
    ClipRequest,
    PaintRequest,
    Reference,
    ScoreRequest,
    TranscriptionRequest,
)
from studio.providers.catalogue import CLOSE_ENOUGH, find_spec
from studio.providers.fal.answers import answer_of, words_of
from studio.providers.http import canonical
from tests.providers.fal.conftest import Desk, face, painting
from tests.servers.fal import FalServer
from tests.servers.fal.media import mp3, speech

Open = Callable[..., Desk]
WORDS = [["Good", 0.0, 0.4], ["morning.", 0.5, 0.9]]


def delivered(desk: Desk, answer: Answer | None) -> bytes:
    assert answer is not None
    (file,) = answer.files
    return desk.model.fetch(file)


def test_a_picture_comes_in_the_size_it_was_asked_for(desk: Open) -> None:
    data = delivered(desk(), desk().ask())

    assert Image.open(io.BytesIO(data)).size == (1024, 576)


def test_a_picture_without_sizes_or_type_is_as_good(server: FalServer, desk: Open) -> None:
    server.will("without_sizes")

    assert Image.open(io.BytesIO(delivered(desk(), desk().ask()))).format == "JPEG"


def test_the_same_face_goes_along_with_every_picture(server: FalServer, desk: Open) -> None:
    banana = desk("fal-ai/nano-banana/edit")

    data = delivered(banana, banana.ask(replace(painting, references=(face, Reference("b", "image/png")))))

    width, height = Image.open(io.BytesIO(data)).size
    assert width > height
    assert len(server.posts[0].body["image_urls"]) == 2


@pytest.mark.parametrize(
    ("endpoint", "seconds", "with_sound"),
    [
        ("fal-ai/kling-video/v3/pro/image-to-video", 4.2, False),
        ("fal-ai/kling-video/v2.6/pro/image-to-video", 5, True),
        ("fal-ai/veo3.1/fast/image-to-video", 3, True),
        ("minimax/h3/image-to-video", 3, False),
    ],
)
def test_a_clip_lasts_about_as_long_as_its_scene_and_sounds_only_if_it_is_to(
    desk: Open, endpoint: str, seconds: float, with_sound: bool
) -> None:
    clip = desk(endpoint)

    data = delivered(
        clip, clip.ask(ClipRequest("It turns.", seconds, 1080, 1920, 3, start=face, with_sound=with_sound))
    )

    with av.open(io.BytesIO(data)) as container:
        assert float(container.duration or 0) / av.time_base >= seconds * CLOSE_ENOUGH
        assert bool(container.streams.audio) is with_sound


@pytest.mark.parametrize("shape", ["characters", "words", "triples"])
def test_a_voice_that_knows_its_word_times_brings_them_in_any_shape(server: FalServer, desk: Open, shape: str) -> None:
    server.works.timestamps = shape
    voice = desk("fal-ai/elevenlabs/tts/eleven-v3")

    answer = voice.ask(SpeechRequest("Good morning, Vietnam.", "en"))

    assert answer is not None
    assert [word for word, _, _ in answer.data["words"]] == ["Good", "morning,", "Vietnam."]
    assert answer.data["words"][0][1:] == pytest.approx([0.0, 0.24])
    assert voice.model.fetch(answer.files[0])


def test_minimax_speaks_into_a_file_and_not_in_hexadecimal_digits(server: FalServer, desk: Open) -> None:
    voice = desk("fal-ai/minimax/speech-2.8-hd")

    answer = voice.ask(SpeechRequest("Bom dia.", "pt-BR", voice="Wise_Woman", speed=1.2))

    assert answer is not None
    assert server.posts[0].body == {
        "prompt": "Bom dia.",
        "voice_setting": {"voice_id": "Wise_Woman", "speed": 1.2},
        "language_boost": "Portuguese",
        "output_format": "url",
    }
    assert answer.data["seconds"] > 0
    assert voice.model.fetch(answer.files[0])


def test_music_lasts_as_long_as_it_was_asked_to(desk: Open) -> None:
    player = desk("fal-ai/stable-audio-25/text-to-audio")

    data = delivered(player, player.ask(ScoreRequest("Slow piano.", 3.0, seed=4)))

    with wave.open(io.BytesIO(data)) as file:
        assert file.getnframes() / file.getframerate() == 3.0


def test_a_recording_comes_back_as_words_with_their_times(server: FalServer, desk: Open) -> None:
    samples, words = speech("Good morning.", 1.0)
    recording = mp3(samples)
    heard = desk("fal-ai/elevenlabs/speech-to-text/scribe-v2")
    server.works.heard[hashlib.sha256(recording).hexdigest()] = words

    order = heard.model.prepare(
        TranscriptionRequest(Reference("r", "audio/mpeg"), "en-US"), lambda reference: recording
    )
    answer = heard.model.look(order, heard.send(order))

    assert answer is not None
    assert (answer.text, answer.files) == ("Good morning.", ())
    assert answer.data == {"words": [list(word) for word in words], "language": "eng"}


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("not_media", Rejected),
        ("gone_media", Rejected),
        ("truncated_media", ServiceFailed),
        ("endless_media", Rejected),
        ("redirect:http://169.254.169.254/latest/meta-data", Rejected),
        ("redirect:https://example.com/picture.png", Misconfigured),
    ],
)
def test_a_file_that_is_none_is_not_taken_for_one(
    server: FalServer, desk: Open, name: str, error: type[Exception]
) -> None:
    server.will(name)
    answer = desk().ask()

    with pytest.raises(error):
        delivered(desk(), answer)

    assert len(server.paid) == 1
    assert server.leaks == []


def test_the_bytes_say_what_a_file_is_and_not_its_header(server: FalServer, desk: Open) -> None:
    server.will("wrong_content_type")

    assert delivered(desk(), desk().ask()).startswith(b"\xff\xd8\xff")


def test_the_key_goes_neither_to_storage_nor_to_delivery(server: FalServer, desk: Open) -> None:
    kontext = desk("fal-ai/flux-pro/kontext")

    delivered(kontext, kontext.ask(PaintRequest("Her, reading.", 1080, 1920, 5, references=(face,))))

    media = [request for request in server.requests if request.path.startswith("/media/")]
    assert [request.method for request in media] == ["PUT", "GET"]
    assert all("authorization" not in request.headers for request in media)


@pytest.mark.parametrize(
    "timestamps",
    [
        [{"word": "Good", "start": 0, "end": 0.4}, {"word": "morning.", "start": 0.5, "end": 0.9}],
        [{"text": "Good", "start_time": 0, "end_time": 0.4}, {"text": "morning.", "start_time": 0.5, "end_time": 0.9}],
        {"words": [["Good", 0, 0.4], ["morning.", 0.5, 0.9]]},
        {"alignment": {"characters": ["Good", " ", "morning."]} | {
            "character_start_times_seconds": [0, 0.4, 0.5], "character_end_times_seconds": [0.4, 0.5, 0.9]}},
    ],
)  # fmt: skip
def test_word_times_are_read_in_every_shape_that_is_in_use(timestamps: object) -> None:
    assert words_of(timestamps) == WORDS


@pytest.mark.parametrize(
    "timestamps",
    [
        None,
        "soon",
        [None, 3],
        [{"word": "Good"}],
        [["Good", 0.5, 0.4]],
        [["Good", 0.0, 0.4], ["morning.", 0.3, 0.9]],
        [["Good", float("nan"), 0.4]],
        [["Good", -1, 0.4]],
        [["Good", "soon", "later"]],
        {"characters": ["a"], "character_start_times_seconds": [], "character_end_times_seconds": []},
    ],
)
def test_word_times_that_are_not_all_there_are_none(timestamps: object) -> None:
    assert words_of(timestamps) == []


@pytest.mark.parametrize("content", [None, [], "x", {"images": [None, {"url": 3}, {"url": ""}]}, {"images": {}}])
def test_a_result_without_a_file_is_rejected_with_what_it_cost(content: object) -> None:
    with pytest.raises(Rejected) as caught:
        answer_of(find_spec("fal/fal-ai/flux/dev"), content, "r", 25_000)

    assert caught.value.details == {"cost_microusd": 25_000}


def test_an_answer_can_be_written_down(desk: Open) -> None:
    answer = desk("fal-ai/elevenlabs/tts/eleven-v3").ask(SpeechRequest("Good morning.", "en"))

    assert answer is not None
    assert canonical(dict(answer.data))
