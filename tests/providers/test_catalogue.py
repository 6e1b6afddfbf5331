"""The catalogue: every model is complete, and found under the names people use."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from studio.domain.errors import NotFound
from studio.domain.remote import Medium
from studio.providers import catalogue
from studio.providers.catalogue import (
    Duration,
    DurationForm,
    ModelSpec,
    Price,
    Role,
    Unit,
    all_models,
    find_spec,
    models_of,
    suited,
)

NAMED = [
    "fal/fal-ai/flux/schnell",
    "fal/fal-ai/flux/dev",
    "fal/fal-ai/flux-pro/v1.1",
    "fal/fal-ai/flux-pro/kontext",
    "fal/fal-ai/flux-2-pro",
    "fal/fal-ai/flux-2-pro/edit",
    "fal/fal-ai/nano-banana",
    "fal/fal-ai/nano-banana/edit",
    "fal/fal-ai/nano-banana-2",
    "fal/fal-ai/nano-banana-2/edit",
    "fal/fal-ai/nano-banana-pro",
    "fal/fal-ai/nano-banana-pro/edit",
    "fal/fal-ai/kling-video/v2.5-turbo/pro/text-to-video",
    "fal/fal-ai/kling-video/v2.5-turbo/pro/image-to-video",
    "fal/fal-ai/kling-video/v2.6/pro/text-to-video",
    "fal/fal-ai/kling-video/v2.6/pro/image-to-video",
    "fal/fal-ai/kling-video/v3/pro/text-to-video",
    "fal/fal-ai/kling-video/v3/pro/image-to-video",
    "fal/fal-ai/veo3.1",
    "fal/fal-ai/veo3.1/image-to-video",
    "fal/fal-ai/veo3.1/fast",
    "fal/fal-ai/veo3.1/fast/image-to-video",
    "fal/bytedance/seedance-2.0/text-to-video",
    "fal/bytedance/seedance-2.0/image-to-video",
    "fal/minimax/h3/text-to-video",
    "fal/minimax/h3/image-to-video",
    "fal/fal-ai/kokoro/american-english",
    "fal/fal-ai/kokoro/british-english",
    "fal/fal-ai/kokoro/brazilian-portuguese",
    "fal/fal-ai/elevenlabs/tts/eleven-v3",
    "fal/fal-ai/minimax/speech-2.8-hd",
    "fal/fal-ai/minimax/speech-02-hd",
    "fal/fal-ai/elevenlabs/music",
    "fal/fal-ai/stable-audio-25/text-to-audio",
    "fal/fal-ai/elevenlabs/speech-to-text/scribe-v2",
    "openrouter/deepseek/deepseek-v3.2",
]
every_fal_model = pytest.mark.parametrize(
    "spec", [spec for spec in all_models().values() if spec.provider == "fal"], ids=lambda spec: spec.id
)


@pytest.mark.parametrize("model", NAMED)
def test_a_model_is_found_by_its_id(model: str) -> None:
    assert find_spec(model).id == model


@pytest.mark.parametrize("medium", list(Medium))
def test_every_listed_model_is_of_its_medium(medium: Medium) -> None:
    assert all(medium in spec.media for spec in models_of(medium))


@every_fal_model
def test_every_model_at_fal_is_complete(spec: ModelSpec) -> None:
    assert spec.price is not None
    assert spec.price.microusd > 0
    assert date(2026, 1, 1) < spec.price.date < date(2027, 1, 1)
    assert spec.takes(Role.AUDIO if spec.medium is Medium.TRANSCRIPTION else Role.PROMPT)
    assert bool(spec.duration) is spec.takes(Role.DURATION)
    assert bool(spec.aspects) is spec.takes(Role.ASPECT)
    assert set(spec.required) <= set(spec.fields)
    assert len(set(spec.fields.values())) == len(spec.fields)
    assert not set(spec.fields.values()) & set(spec.constants)
    assert "sync_mode" not in spec.constants
    assert not spec.default_voice or not spec.voices or spec.default_voice in spec.voices


@every_fal_model
def test_a_model_with_a_resolution_costs_what_that_resolution_costs(spec: ModelSpec) -> None:
    assert spec.price is not None
    if spec.price.resolutions:
        assert spec.price.resolutions[spec.constants["resolution"]] == spec.price.microusd


@every_fal_model
def test_another_endpoint_of_a_model_is_of_the_same_medium_and_takes_what_it_is_for(spec: ModelSpec) -> None:
    for has_references, has_start, role in ((True, False, Role.REFERENCES), (False, True, Role.START)):
        other = suited(spec, has_references=has_references, has_start=has_start)
        assert other.medium is spec.medium
        assert other is spec or role in other.required


def test_a_model_goes_over_to_the_endpoint_that_takes_what_there_is() -> None:
    banana, kling = find_spec("fal/fal-ai/nano-banana"), find_spec("fal/fal-ai/kling-video/v3/pro/text-to-video")

    assert suited(banana) is banana
    assert suited(banana, has_references=True).endpoint == "fal-ai/nano-banana/edit"
    assert suited(kling, has_start=True).endpoint == "fal-ai/kling-video/v3/pro/image-to-video"


@pytest.mark.parametrize(
    ("model", "hint"),
    [
        ("fal-ai/flux/dev", "Did you mean fal/fal-ai/flux/dev?"),
        ("fal/fal-ai/flux/def", "Did you mean fal/fal-ai/flux/dev?"),
        ("midjourney", "See studio models list."),
    ],
)
def test_a_model_that_is_not_there_names_those_that_are_spelled_alike(model: str, hint: str) -> None:
    with pytest.raises(NotFound, match=f"There is no model called {model}") as caught:
        find_spec(model)

    assert (caught.value.hint or "").startswith(hint.rstrip("?"))


@pytest.mark.parametrize(
    ("model", "language", "word"),
    [
        ("fal/fal-ai/minimax/speech-02-hd", "pt-BR", "Portuguese"),
        ("fal/fal-ai/minimax/speech-02-hd", "sv", None),
        ("fal/fal-ai/elevenlabs/tts/eleven-v3", "sv-SE", "sv"),
        ("fal/fal-ai/kokoro/brazilian-portuguese", "pt", "pt-BR"),
    ],
)
def test_a_language_is_named_as_the_model_names_it(model: str, language: str, word: str | None) -> None:
    assert find_spec(model).word_for(language) == word
    assert find_spec(model).speaks(language) is (word is not None)


@pytest.mark.parametrize(("seconds", "length"), [(1, 5), (5.2, 5), (5.3, 10), (10, 10), (10.5, 10), (40, 10)])
def test_a_length_will_do_that_is_nearly_long_enough(seconds: float, length: int) -> None:
    assert Duration(DurationForm.DIGITS, (5, 10)).nearest(seconds) == length


@pytest.mark.parametrize(
    ("form", "written"),
    [
        (DurationForm.DIGITS, "8"),
        (DurationForm.DIGITS_WITH_S, "8s"),
        (DurationForm.NUMBER, 8),
        (DurationForm.MILLISECONDS, 8000),
    ],
)
def test_each_family_writes_a_length_its_own_way(form: DurationForm, written: object) -> None:
    assert Duration(form, minimum=1, maximum=9).written(8) == written


@pytest.mark.parametrize(
    ("price", "quantity", "microusd"),
    [
        (Price(Unit.MEGAPIXEL, 3_000, date.max, step=1), "1.01", 6_000),
        (Price(Unit.MEGAPIXEL, 30_000, date.max, following_microusd=15_000, step=1), "2.2", 60_000),
        (Price(Unit.MEGAPIXEL, 30_000, date.max, following_microusd=15_000, step=1), "0.4", 30_000),
        (Price(Unit.SECOND, 70_000, date.max, step=5), "6", 700_000),
        (Price(Unit.THOUSAND_CHARACTERS, 20_000, date.max), "0.00001", 1),
    ],
)
def test_a_price_counts_started_steps_and_rounds_up(price: Price, quantity: str, microusd: int) -> None:
    assert price.of(Decimal(quantity)) == microusd


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('medium = "smell"\ntitle = "X"', "smell"),
        ('medium = "image"\ntitle = "X"\nfields = { promt = "prompt" }', "promt"),
        ('medium = "image"\ntitle = "X"\ncolour = 1', "nobody knows colour"),
        ('medium = "image"', "title"),
        ('medium = "image"\ntitle = "X"\nprice = { unit = "hour", microusd = 1, date = 2026-01-01 }', "hour"),
    ],
)
def test_an_entry_with_a_fault_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entry: str, fault: str
) -> None:
    file = tmp_path / "models.toml"
    file.write_text(f'[fal."a/b"]\n{entry}\n')
    monkeypatch.setattr(catalogue, "FILE", file)

    with pytest.raises(ValueError, match=rf"models\.toml: fal/a/b: .*{fault}"):
        all_models.__wrapped__()
