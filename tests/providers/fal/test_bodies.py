"""A request as a body: known fields only, in the form each family wants, and refused where the model cannot."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from studio.domain.errors import Invalid
from studio.domain.ports import SpeechRequest
from studio.domain.remote import (
    ChatRequest,
    ClipRequest,
    Medium,
    Message,
    PaintRequest,
    Reference,
    RemoteRequest,
    ScoreRequest,
    TranscriptionRequest,
)
from studio.providers.catalogue import ModelSpec, Role, find_spec, models_of
from studio.providers.fal.bodies import body_of, nearest_aspect, picture_size
from tests.providers.fal.conftest import face, painting
from tests.servers.fal.fields import faults_of

PROMPT = "A hare runs over snow."
clip = ClipRequest(PROMPT, 5.0, 1080, 1920, seed=7, negative_prompt="blur", start=face)
words_only = replace(clip, start=None)


def spec(endpoint: str) -> ModelSpec:
    return find_spec(f"fal/{endpoint}")


def body(endpoint: str, request: RemoteRequest) -> dict[str, Any]:
    return body_of(spec(endpoint), request, lambda reference: f"https://v3.fal.media/{reference.key}")


FACE = "https://v3.fal.media/users/1/face.png"


@pytest.mark.parametrize(
    ("endpoint", "request_", "expected"),
    [
        (
            "fal-ai/kling-video/v2.5-turbo/pro/image-to-video",
            clip,
            {"prompt": PROMPT, "negative_prompt": "blur", "duration": "5", "image_url": FACE},
        ),
        (
            "fal-ai/kling-video/v2.6/pro/image-to-video",
            clip,
            {
                "prompt": PROMPT,
                "negative_prompt": "blur",
                "duration": "5",
                "generate_audio": False,
                "start_image_url": FACE,
            },
        ),
        (
            "fal-ai/veo3.1/image-to-video",
            replace(clip, with_sound=True),
            {
                "prompt": PROMPT,
                "negative_prompt": "blur",
                "seed": 7,
                "duration": "6s",
                "aspect_ratio": "9:16",
                "resolution": "720p",
                "auto_fix": False,
                "generate_audio": True,
                "image_url": FACE,
            },
        ),
        (
            "minimax/h3/image-to-video",
            clip,
            {"prompt": PROMPT, "duration": 5, "resolution": "768p", "image_url": FACE},
        ),
        (
            "bytedance/seedance-2.0/text-to-video",
            words_only,
            {
                "prompt": PROMPT,
                "duration": "5",
                "aspect_ratio": "9:16",
                "resolution": "720p",
                "generate_audio": False,
            },
        ),
        (
            "fal-ai/flux-2-pro/edit",
            PaintRequest(PROMPT, 1024, 1024, seed=2**40 + 5, references=(face,)),
            {
                "prompt": PROMPT,
                "seed": 5,
                "image_size": {"width": 1024, "height": 1024},
                "image_urls": [FACE],
                "output_format": "jpeg",
            },
        ),
        (
            "fal-ai/kokoro/brazilian-portuguese",
            SpeechRequest("Bom dia.", "pt-BR"),
            {"prompt": "Bom dia.", "voice": "pf_dora"},
        ),
        (
            "fal-ai/elevenlabs/tts/eleven-v3",
            SpeechRequest("Bom dia.", "pt-BR"),
            {"text": "Bom dia.", "voice": "Rachel", "language_code": "pt", "timestamps": True},
        ),
        (
            "fal-ai/minimax/speech-02-hd",
            SpeechRequest("Bom dia.", "pt"),
            {"text": "Bom dia.", "language_boost": "Portuguese", "output_format": "url"},
        ),
        (
            "fal-ai/elevenlabs/music",
            ScoreRequest("Slow piano.", 41.2, 3),
            {
                "prompt": "Slow piano.",
                "music_length_ms": 40_000,
                "force_instrumental": True,
                "output_format": "mp3_44100_128",
            },
        ),
        (
            "fal-ai/elevenlabs/speech-to-text/scribe-v2",
            TranscriptionRequest(face, "en-US"),
            {"audio_url": FACE, "language_code": "en", "diarize": False, "tag_audio_events": False},
        ),
    ],
)
def test_each_family_is_asked_in_its_own_words(
    endpoint: str, request_: RemoteRequest, expected: dict[str, Any]
) -> None:
    found = body(endpoint, request_)

    assert found == expected
    assert faults_of(endpoint, found) == []


@pytest.mark.parametrize("sound", [True, False])
@pytest.mark.parametrize("model", [known.id for known in models_of(Medium.VIDEO) if known.takes(Role.SOUND)])
def test_whether_sound_is_wanted_is_always_said(model: str, sound: bool) -> None:
    known = find_spec(model)
    start = face if Role.START in known.required else None

    assert body(known.endpoint, replace(clip, start=start, with_sound=sound))["generate_audio"] is sound


@pytest.mark.parametrize(
    "model", [known.id for medium in Medium for known in models_of(medium) if known.provider == "fal"]
)
@pytest.mark.parametrize("seconds", [1.0, 4.0, 6.4, 7.9, 30.0])
def test_fal_takes_every_body_of_every_model(model: str, seconds: float) -> None:
    known = find_spec(model)
    references = (face,) if {Role.REFERENCE, Role.REFERENCES} & set(known.required) else ()
    start = face if Role.START in known.required else None
    requests: dict[Medium, RemoteRequest] = {
        Medium.IMAGE: PaintRequest(PROMPT, 1080, 1920, 3, "blur", references),
        Medium.VIDEO: ClipRequest(PROMPT, seconds, 1920, 1080, 3, "blur", start),
        Medium.SPEECH: SpeechRequest(PROMPT, next(iter(known.languages), "pt")),
        Medium.MUSIC: ScoreRequest(PROMPT, seconds, 3),
        Medium.TRANSCRIPTION: TranscriptionRequest(face, "de"),
    }

    assert faults_of(known.endpoint, body(known.endpoint, requests[known.medium])) == []


@pytest.mark.parametrize(
    ("endpoint", "request_", "fault"),
    [
        ("fal-ai/flux/dev", replace(painting, references=(face,)), "it takes no reference pictures"),
        ("fal-ai/flux-pro/kontext", painting, "it needs a reference picture"),
        ("fal-ai/flux-pro/kontext", replace(painting, references=(face, face)), "it takes 1 reference picture, not 2"),
        ("fal-ai/nano-banana-2/edit", replace(painting, references=(face,) * 15), "it takes 14 reference pictures"),
        ("fal-ai/flux/dev", replace(painting, prompt="  "), "there are no words to go by"),
        (
            "fal-ai/nano-banana",
            replace(painting, prompt="x" * 50_001),
            "it takes 50,000 characters, and these are 50,001",
        ),
        ("fal-ai/kling-video/v3/pro/image-to-video", words_only, "it needs a picture to start from"),
        ("fal-ai/kling-video/v3/pro/text-to-video", clip, "it does not start from a picture"),
        ("minimax/h3/image-to-video", replace(clip, with_sound=True), "it makes no sound"),
        ("fal-ai/kokoro/brazilian-portuguese", SpeechRequest("Hi.", "en"), "it does not speak en"),
        ("fal-ai/minimax/speech-02-hd", SpeechRequest("Hej.", "sv"), "it does not speak sv"),
        ("fal-ai/minimax/speech-02-hd", SpeechRequest("a" * 5001, "en"), "it takes 5,000 characters"),
        ("fal-ai/kokoro/american-english", SpeechRequest("Hi.", "en", "pf_dora"), "it has no voice pf_dora"),
        ("fal-ai/elevenlabs/tts/eleven-v3", SpeechRequest("Hi.", "en", speed=1.2), "it cannot change its pace"),
        ("fal-ai/stable-audio-25/text-to-audio", ScoreRequest("Piano.", 191, 1), "it plays for at most 190 seconds"),
        ("fal-ai/flux/dev", replace(painting, width=0), "width and height must be positive"),
    ],
)
def test_what_a_model_cannot_do_is_refused_before_anything_is_uploaded(
    endpoint: str, request_: RemoteRequest, fault: str
) -> None:
    def never(reference: Reference) -> str:
        raise AssertionError("something was uploaded")

    with pytest.raises(Invalid) as caught:
        body_of(spec(endpoint), request_, never)

    assert fault in caught.value.message
    assert len(caught.value.faults) == 1


def test_a_model_is_not_asked_for_another_medium() -> None:
    with pytest.raises(Invalid, match=r"FLUX\.1 dev does image, not text"):
        body("fal-ai/flux/dev", ChatRequest((Message("user", "Hello"),)))


def test_who_cannot_take_references_says_who_can() -> None:
    with pytest.raises(Invalid) as caught:
        body("fal-ai/nano-banana", replace(painting, references=(face,)))

    assert caught.value.hint == "Use fal/fal-ai/nano-banana/edit."


@pytest.mark.parametrize(
    ("endpoint", "wanted", "size"),
    [
        ("fal-ai/flux/dev", (1080, 1920), (1056, 1856)),
        ("fal-ai/flux/dev", (1024, 1024), (1024, 1024)),
        ("fal-ai/flux/dev", (20, 20), (32, 32)),
        ("fal-ai/flux/dev", (6000, 6000), (1408, 1408)),
        ("fal-ai/flux-pro/v1.1", (1080, 1920), (800, 1440)),
        ("fal-ai/flux-2-pro", (1080, 1920), (1056, 1920)),
    ],
)
def test_a_picture_that_is_too_large_is_asked_for_smaller(
    endpoint: str, wanted: tuple[int, int], size: tuple[int, int]
) -> None:
    assert picture_size(spec(endpoint), *wanted) == size


@pytest.mark.parametrize(
    ("wanted", "aspect"),
    [((1080, 1920), "9:16"), ((1000, 1000), "1:1"), ((1080, 1350), "4:5"), ((3000, 1000), "21:9"), ((800, 600), "4:3")],
)
def test_the_aspect_is_the_one_that_crops_least(wanted: tuple[int, int], aspect: str) -> None:
    assert nearest_aspect(spec("fal-ai/nano-banana").aspects, *wanted) == aspect
