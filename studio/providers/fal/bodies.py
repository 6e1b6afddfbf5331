"""A request as the body of an order: what it means is put into the fields the catalogue names, and nothing else.

What a model cannot do is refused here, before anything is uploaded; a hint it cannot use (a seed, what to avoid) is
left out."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import singledispatch
from typing import Any

from studio.domain.errors import Invalid
from studio.domain.ports import SpeechRequest
from studio.domain.remote import (
    ChatRequest,
    ClipRequest,
    Medium,
    PaintRequest,
    Reference,
    RemoteRequest,
    ScoreRequest,
    TranscriptionRequest,
)
from studio.providers.catalogue import ModelSpec, Role

SIDE_STEP = 32
"""The sides of a picture are multiples of this many pixels, which every model takes."""

SEEDS = 2**31
"""Seeds are folded below this: larger ones are refused."""

Address = Callable[[Reference], str]
"""Where the provider finds a reference."""

_MEDIA: Mapping[type, Medium] = {
    PaintRequest: Medium.IMAGE,
    ClipRequest: Medium.VIDEO,
    SpeechRequest: Medium.SPEECH,
    ScoreRequest: Medium.MUSIC,
    TranscriptionRequest: Medium.TRANSCRIPTION,
    ChatRequest: Medium.TEXT,
}


def body_of(spec: ModelSpec, request: RemoteRequest, address: Address) -> dict[str, Any]:
    """The whole JSON body of the order. Raises Invalid for what the model cannot do."""
    check(spec, request)
    body: dict[str, Any] = {name: _copy(value) for name, value in spec.constants.items()}
    for role, value in _roles(request, spec, address).items():
        if spec.takes(role) and value not in (None, "", []):
            _place(body, spec.fields[role], value)
    return body


def check(spec: ModelSpec, request: RemoteRequest) -> None:
    """Raise Invalid, with every fault, for a request that the model cannot fulfil as it stands."""
    if _MEDIA[type(request)] is not spec.medium:
        raise Invalid(f"{spec.title} does {spec.medium}, not {_MEDIA[type(request)]}.", hint="See studio models list.")
    faults = [fault for fault in (*_prompt_faults(spec, request), *_faults(request, spec)) if fault]
    if faults:
        raise Invalid(f"{spec.title} cannot do that: {'; '.join(faults)}.", faults=faults, hint=_hint(spec, request))


def picture_size(spec: ModelSpec, width: int, height: int) -> tuple[int, int]:
    """The size a picture is asked for in: the wanted one, made smaller in proportion until the model takes it."""
    scale = 1.0
    if spec.limits.megapixels:
        scale = min(scale, math.sqrt(spec.limits.megapixels * 1_000_000 / (width * height)))
    if spec.limits.side:
        scale = min(scale, spec.limits.side / max(width, height))
    return _stepped(width * scale), _stepped(height * scale)


def nearest_aspect(aspects: Sequence[str], width: int, height: int) -> str:
    """The aspect that crops the wanted picture least."""

    def difference(aspect: str) -> float:
        across, down = aspect.split(":")
        return abs(math.log(int(across) / int(down)) - math.log(width / height))

    return min(aspects, key=difference)


def _stepped(pixels: float) -> int:
    # A side that is a hair below a step by rounding is that step.
    return max(SIDE_STEP, int((pixels + 0.01) // SIDE_STEP) * SIDE_STEP)


@singledispatch
def _roles(request: object, spec: ModelSpec, address: Address) -> dict[Role, Any]:
    """The request by roles. The media are checked before, so this is never asked for anything but these."""
    raise Invalid(f"{spec.title} cannot do that.")


@_roles.register
def _(request: PaintRequest, spec: ModelSpec, address: Address) -> dict[Role, Any]:
    addresses = [address(reference) for reference in request.references]
    width, height = picture_size(spec, request.width, request.height)
    return {
        Role.PROMPT: request.prompt,
        Role.NEGATIVE_PROMPT: request.negative_prompt,
        Role.SEED: request.seed % SEEDS,
        Role.SIZE: {"width": width, "height": height},
        Role.ASPECT: _aspect(spec, request.width, request.height),
        Role.REFERENCES: addresses,
        Role.REFERENCE: next(iter(addresses), None),
    }


@_roles.register
def _(request: ClipRequest, spec: ModelSpec, address: Address) -> dict[Role, Any]:
    return {
        Role.PROMPT: request.prompt,
        Role.NEGATIVE_PROMPT: request.negative_prompt,
        Role.SEED: request.seed % SEEDS,
        Role.DURATION: _written(spec, request.seconds),
        Role.ASPECT: _aspect(spec, request.width, request.height),
        Role.START: address(request.start) if request.start else None,
        # Left alone, most models make sound and charge up to twice as much.
        Role.SOUND: request.with_sound,
    }


@_roles.register
def _(request: SpeechRequest, spec: ModelSpec, address: Address) -> dict[Role, Any]:
    return {
        Role.PROMPT: request.text,
        Role.VOICE: request.voice or spec.default_voice,
        Role.SPEED: request.speed if request.speed != 1.0 else None,
        Role.LANGUAGE: spec.word_for(request.language),
    }


@_roles.register
def _(request: ScoreRequest, spec: ModelSpec, address: Address) -> dict[Role, Any]:
    return {
        Role.PROMPT: request.prompt,
        Role.SEED: request.seed % SEEDS,
        Role.DURATION: _written(spec, request.seconds),
    }


@_roles.register
def _(request: TranscriptionRequest, spec: ModelSpec, address: Address) -> dict[Role, Any]:
    return {Role.AUDIO: address(request.audio), Role.LANGUAGE: spec.word_for(request.language)}


@singledispatch
def _faults(request: object, spec: ModelSpec) -> list[str]:
    return []


@_faults.register
def _(request: PaintRequest, spec: ModelSpec) -> list[str]:
    count, most = len(request.references), spec.limits.references
    takes_any = spec.takes(Role.REFERENCES) or spec.takes(Role.REFERENCE)
    needs_one = Role.REFERENCES in spec.required or Role.REFERENCE in spec.required
    return [
        "it takes no reference pictures" if count and not takes_any else "",
        "it needs a reference picture" if needs_one and not count else "",
        f"it takes {most} reference picture{'' if most == 1 else 's'}, not {count}"
        if takes_any and most and count > most
        else "",
        "width and height must be positive" if min(request.width, request.height) < 1 else "",
    ]


@_faults.register
def _(request: ClipRequest, spec: ModelSpec) -> list[str]:
    return [
        "it does not start from a picture" if request.start and not spec.takes(Role.START) else "",
        "it needs a picture to start from" if Role.START in spec.required and not request.start else "",
        "it makes no sound" if request.with_sound and not spec.takes(Role.SOUND) else "",
        "width and height must be positive" if min(request.width, request.height) < 1 else "",
    ]


@_faults.register
def _(request: SpeechRequest, spec: ModelSpec) -> list[str]:
    is_unknown = bool(request.voice and spec.voices and request.voice not in spec.voices)
    return [
        f"it does not speak {request.language}" if not spec.speaks(request.language) else "",
        f"it has no voice {request.voice}, only {', '.join(spec.voices)}" if is_unknown else "",
        "it cannot change its pace" if request.speed != 1.0 and not spec.takes(Role.SPEED) else "",
    ]


@_faults.register
def _(request: ScoreRequest, spec: ModelSpec) -> list[str]:
    longest = spec.duration.longest if spec.duration else 0
    return [f"it plays for at most {longest} seconds" if longest and math.ceil(request.seconds) > longest else ""]


def _prompt_faults(spec: ModelSpec, request: RemoteRequest) -> list[str]:
    text = getattr(request, "prompt", None) if not isinstance(request, SpeechRequest) else request.text
    if text is None:
        return []
    most = spec.limits.prompt_characters
    return [
        "there are no words to go by" if not text.strip() else "",
        f"it takes {most:,} characters, and these are {len(text):,}" if most and len(text) > most else "",
    ]


def _hint(spec: ModelSpec, request: RemoteRequest) -> str:
    other = ""
    if isinstance(request, PaintRequest) and request.references:
        other = spec.with_references
    elif isinstance(request, ClipRequest) and request.start:
        other = spec.with_start
    return f"Use {spec.provider}/{other}." if other else f"See what it takes: studio models show {spec.id}"


def _aspect(spec: ModelSpec, width: int, height: int) -> str | None:
    return nearest_aspect(spec.aspects, width, height) if spec.aspects else None


def _written(spec: ModelSpec, seconds: float) -> str | int | None:
    return spec.duration.written(spec.duration.nearest(seconds)) if spec.duration else None


def _place(body: dict[str, Any], path: str, value: Any) -> None:
    *parents, name = path.split(".")
    for parent in parents:
        body = body.setdefault(parent, {})
    body[name] = value


def _copy(value: Any) -> Any:
    return {name: _copy(inner) for name, inner in value.items()} if isinstance(value, Mapping) else value
