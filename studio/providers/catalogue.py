"""Which models there are and what each takes, allows and costs: read from `models.toml`, once, and checked.

A model's wire is data: adapters know roles (a prompt, a start frame), the catalogue knows the names of the fields."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from studio.domain.errors import NotFound
from studio.domain.language import primary_language
from studio.domain.remote import Medium

FILE = Path(__file__).with_name("models.toml")

CLOSE_ENOUGH = 0.95
"""A clip a twentieth shorter than its scene can be slowed down unseen; the next length may cost twice as much."""


class Role(StrEnum):
    """What a field of a request means to us. A model names a field for each role it takes."""

    PROMPT = "prompt"
    NEGATIVE_PROMPT = "negative_prompt"
    SEED = "seed"
    REFERENCE = "reference"
    """The address of one picture; `references` is a list of them."""
    REFERENCES = "references"
    START = "start"
    END = "end"
    DURATION = "duration"
    SOUND = "sound"
    ASPECT = "aspect"
    SIZE = "size"
    VOICE = "voice"
    SPEED = "speed"
    LANGUAGE = "language"
    AUDIO = "audio"


class Unit(StrEnum):
    """What a price is for one of."""

    MEGAPIXEL = "megapixel"
    IMAGE = "image"
    SECOND = "second"
    MINUTE = "minute"
    THOUSAND_CHARACTERS = "thousand_characters"
    CALL = "call"
    MILLION_TOKENS = "million_tokens"


class DurationForm(StrEnum):
    """How a model wants a length to be written: "5", "8s", 5 or 5000."""

    DIGITS = "digits"
    DIGITS_WITH_S = "digits_with_s"
    NUMBER = "number"
    MILLISECONDS = "milliseconds"


@dataclass(frozen=True)
class Duration:
    """The lengths a model makes: `choices` in seconds, or any whole second from `minimum` to `maximum`."""

    form: DurationForm
    choices: tuple[int, ...] = ()
    minimum: int = 1
    maximum: int = 0

    @property
    def longest(self) -> int:
        return max(self.choices, default=self.maximum)

    def nearest(self, seconds: float) -> int:
        """The shortest length that will do for `seconds`, or else the longest there is."""
        lengths = self.choices or range(self.minimum, self.maximum + 1)
        return next((length for length in lengths if length >= seconds * CLOSE_ENOUGH), self.longest)

    def written(self, seconds: int) -> str | int:
        """A length as the model wants it."""
        match self.form:
            case DurationForm.DIGITS:
                return str(seconds)
            case DurationForm.DIGITS_WITH_S:
                return f"{seconds}s"
            case DurationForm.NUMBER:
                return seconds
            case DurationForm.MILLISECONDS:
                return seconds * 1000


@dataclass(frozen=True)
class Limits:
    """What a model takes at most. 0 where the vendor names no limit."""

    prompt_characters: int = 0
    references: int = 0
    megapixels: int = 0
    """Larger pictures are asked for smaller, in the same proportions."""
    side: int = 0
    """Pixels of the longer side."""
    context_tokens: int = 0
    answer_tokens: int = 0


@dataclass(frozen=True)
class Price:
    """The vendor's list price on `date`, in millionths of a US dollar per unit: for estimates without the network.

    What is really charged comes from the vendor. Quantities are billed in started steps of `step` units, 0: exactly."""

    unit: Unit
    microusd: int
    date: date
    with_sound_microusd: int | None = None
    following_microusd: int | None = None
    """Of each unit after the first, where that is cheaper."""
    output_microusd: int | None = None
    """Of the tokens of an answer; `microusd` is then that of the tokens of the question."""
    step: int = 0
    resolutions: Mapping[str, int] = field(default_factory=dict)
    """The price per unit by resolution, without sound; `microusd` is that of the resolution which is asked for."""
    billed_microusd: int | None = None
    """What the vendor's price list calls one unit, where that is not the unit above: fal bills Kling 3 in 0.14 USD."""

    def of(self, quantity: Decimal, *, with_sound: bool = False) -> int:
        """What so many units cost in millionths of a US dollar, rounded up."""
        billed = _steps(quantity, self.step)
        each = self.with_sound_microusd if with_sound and self.with_sound_microusd is not None else self.microusd
        first = min(billed, Decimal(1)) if self.following_microusd is not None else billed
        whole = first * each + (billed - first) * (self.following_microusd or 0)
        return int(whole.to_integral_value(ROUND_CEILING))


@dataclass(frozen=True)
class ModelSpec:
    """One model of one provider."""

    id: str
    """The name people use: provider, slash, endpoint."""
    provider: str
    endpoint: str
    medium: Medium
    title: str
    price: Price | None = None
    """None where the vendor names none; what it costs is then known afterwards."""
    also: tuple[Medium, ...] = ()
    fields: Mapping[Role, str] = field(default_factory=dict)
    """The field of each role the model takes; `a.b` is the field b inside a."""
    required: tuple[Role, ...] = ()
    constants: Mapping[str, Any] = field(default_factory=dict)
    """Fields that are always sent as they stand here."""
    duration: Duration | None = None
    aspects: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    voices: tuple[str, ...] = ()
    """The voices it is known to have; empty: any name is passed on."""
    default_voice: str = ""
    languages: Mapping[str, str] = field(default_factory=dict)
    """BCP 47 language → the model's own word for it. Empty: every language, by its ISO 639-1 code."""
    has_word_times: bool = False
    is_structured: bool = False
    """Whether a language model holds itself to a JSON schema."""
    with_references: str = ""
    """The endpoint of the same model that takes reference pictures, where that is another one."""
    with_start: str = ""
    """The endpoint of the same model that starts from a picture, where that is another one."""

    @property
    def media(self) -> tuple[Medium, ...]:
        return (self.medium, *self.also)

    def takes(self, role: Role) -> bool:
        return role in self.fields

    def speaks(self, language: str) -> bool:
        """Whether the model is made for this BCP 47 language."""
        return not self.languages or self.word_for(language) is not None

    def word_for(self, language: str) -> str | None:
        """The model's own word for a BCP 47 language; None for one it does not speak."""
        if not self.languages:
            return primary_language(language)
        wanted = primary_language(language)
        near = (word for known, word in self.languages.items() if primary_language(known) == wanted)
        return self.languages.get(language) or next(near, None)


@cache
def all_models() -> Mapping[str, ModelSpec]:
    """Every model by its id, in the order of the file."""
    content = tomllib.loads(FILE.read_text("utf-8"))
    specs = [
        _spec(provider, endpoint, entry) for provider, entries in content.items() for endpoint, entry in entries.items()
    ]
    return MappingProxyType({spec.id: spec for spec in specs})


def models_of(medium: Medium) -> tuple[ModelSpec, ...]:
    """The models that make, or understand, this medium."""
    return tuple(spec for spec in all_models().values() if medium in spec.media)


def find_spec(model: str) -> ModelSpec:
    """The model of this id. Raises NotFound, which names those that are spelled alike."""
    found = all_models().get(model)
    if found is not None:
        return found
    near = _near(model)
    hint = f"Did you mean {' or '.join(near)}?" if near else "See studio models list."
    raise NotFound(f"There is no model called {model}.", hint=hint)


def suited(spec: ModelSpec, *, has_references: bool = False, has_start: bool = False) -> ModelSpec:
    """The model itself, or its endpoint that takes what there is to show: reference pictures, or a start frame."""
    other = (has_start and spec.with_start) or (has_references and spec.with_references)
    return find_spec(f"{spec.provider}/{other}") if other else spec


def _near(model: str) -> list[str]:
    ids = list(all_models())
    return [known for known in ids if known.endswith(f"/{model}")] or difflib.get_close_matches(model, ids, 3, 0.75)


def _steps(quantity: Decimal, step: int) -> Decimal:
    if not step:
        return quantity
    return (quantity / step).to_integral_value(ROUND_CEILING) * step


def _spec(provider: str, endpoint: str, entry: Mapping[str, Any]) -> ModelSpec:
    model = f"{provider}/{endpoint}"
    try:
        known = dict(entry)
        known["medium"] = Medium(known["medium"])
        known["also"] = tuple(Medium(medium) for medium in known.get("also", ()))
        known["fields"] = {Role(role): name for role, name in known.get("fields", {}).items()}
        known["required"] = tuple(Role(role) for role in known.get("required", ()))
        known["limits"] = _made(Limits, known.get("limits", {}))
        if "price" in known:
            known["price"] = _made(Price, known["price"] | {"unit": Unit(known["price"]["unit"])})
        if "duration" in known:
            known["duration"] = _made(Duration, known["duration"] | {"form": DurationForm(known["duration"]["form"])})
        spec = _made(ModelSpec, known | {"id": model, "provider": provider, "endpoint": endpoint})
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{FILE.name}: {model}: {error}") from error
    return spec


Made = TypeVar("Made")


def _made(kind: type[Made], entry: Mapping[str, Any]) -> Made:
    unknown = set(entry) - {known.name for known in fields(kind)}  # type: ignore[arg-type]  # always a dataclass
    if unknown:
        raise ValueError(f"nobody knows {', '.join(sorted(unknown))}")
    return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()})
