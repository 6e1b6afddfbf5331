"""Administrators' settings: prices, multipliers, default models and limits, each with its default and its meaning.

This page is the one place that says which settings there are. A key is a section and a name, joined by a dot."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from pydantic import Field

from studio.contracts.base import Input, Moment, View
from studio.contracts.operations import Contract, operation
from studio.domain.credits import DEFAULT_PRICES, PERMILLE, FeatureKey

Value = int | float | str

LARGEST_PRICE = 1_000_000
LARGEST_MULTIPLIER = 1000
LOCAL = "local"
"""Models on this machine; they are always free."""
AUTO = "auto"
"""Instead of a model: the best one there is a key for, else the one on this machine."""

_MODEL_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,119}")
_WHOLE_NUMBER = re.compile(r"[+-]?\d{1,30}", re.ASCII)
_DECIMAL_NUMBER = re.compile(r"[+-]?\d{1,30}(\.\d{1,30})?", re.ASCII)


@dataclass(frozen=True)
class WholeNumber:
    least: int
    most: int

    def allows(self, value: object) -> bool:
        return type(value) is int and self.least <= value <= self.most

    def read(self, text: str) -> Value:
        return int(text) if _WHOLE_NUMBER.fullmatch(text) else text

    @property
    def words(self) -> str:
        return f"a whole number from {self.least} to {self.most}"


@dataclass(frozen=True)
class Multiplier:
    """A factor of a price, to a thousandth."""

    words = f"a number from 0 to {LARGEST_MULTIPLIER} with at most three decimals"

    def allows(self, value: object) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        # NaN compares as false, and infinity is too large.
        return 0 <= value <= LARGEST_MULTIPLIER and permille_of(value) % 1 == 0

    def read(self, text: str) -> Value:
        if not _DECIMAL_NUMBER.fullmatch(text):
            return text
        return float(text) if "." in text else int(text)


@dataclass(frozen=True)
class ModelName:
    words = "auto, local or a model's id"

    def allows(self, value: object) -> bool:
        return isinstance(value, str) and _MODEL_ID.fullmatch(value) is not None

    def read(self, text: str) -> Value:
        return text


@dataclass(frozen=True)
class FallbackName:
    """The model that is asked when another one gave nothing; empty for none."""

    words = "local, a model's id, or empty for none"

    def allows(self, value: object) -> bool:
        return isinstance(value, str) and value != AUTO and (not value or _MODEL_ID.fullmatch(value) is not None)

    def read(self, text: str) -> Value:
        return text


@dataclass(frozen=True)
class Definition:
    """One setting: what it may be, what it is when nobody set it, and what it means."""

    key: str
    kind: WholeNumber | Multiplier | ModelName | FallbackName
    default: Value
    description: str

    @property
    def section(self) -> str:
        return self.key.partition(".")[0]

    @property
    def name(self) -> str:
        return self.key.partition(".")[2]

    def fault(self, value: object) -> str | None:
        """What is wrong with the value, as the end of a sentence."""
        if self.kind.allows(value):
            return None
        shown = repr(value)
        return f"must be {self.kind.words}, not {shown if len(shown) <= 60 else shown[:57] + '...'}"


def permille_of(multiplier: float) -> Decimal:
    """A multiplier in thousandths; through its decimal spelling, since 1.1 is no exact float."""
    return Decimal(str(multiplier)) * PERMILLE


_UNITS = {
    FeatureKey.VIDEO_GENERATION: "Credits for every five started seconds of video.",
    FeatureKey.SHORT_GENERATION: "Credits for a whole short as a bundle; nothing is charged by it yet.",
    FeatureKey.IMAGE_GENERATION: "Credits for a picture.",
    FeatureKey.SPEECH_GENERATION: "Credits for the voice of a scene.",
    FeatureKey.MUSIC_GENERATION: "Credits for a piece of music.",
    FeatureKey.CHARACTER_GENERATION: "Credits for a picture of a character.",
    FeatureKey.CHARACTER_ANALYSIS: "Credits for describing a character from a picture.",
    FeatureKey.SCRIPT_GENERATION: "Credits for a script.",
    FeatureKey.SCRIPT_REGENERATION: "Credits for another script.",
    FeatureKey.SCENE_REGENERATION: "Credits for another scene.",
    FeatureKey.AI_TEXT_CHAT: "Credits for a question to a text model.",
}
_MEDIA = {
    "text": "writes scripts",
    "vision": "describes pictures",
    "image": "paints pictures",
    "video": "makes clips",
    "speech": "speaks",
    "music": "composes",
    "transcription": "finds the time of each word",
}
_LIMITS = {
    "adjustment_credits": (10_000, "Credits that one administrator may move alone."),
    "daily_credits": (100_000, "Credits that one person may spend in a day."),
    "concurrent_generations": (8, "Paid calls of one person at the same time."),
    "requests_per_minute": (120, "Requests of one API key in a minute."),
    "request_burst": (50, "Requests of one API key at once."),
    "characters": (100, "Characters of one person whose plan does not say."),
    "storage_megabytes": (10_000, "Megabytes of files of one person whose plan does not say."),
}
_LIMIT = WholeNumber(0, 1_000_000_000)


def _definitions() -> list[Definition]:
    price = WholeNumber(0, LARGEST_PRICE)
    return [
        *(Definition(f"prices.{feature}", price, DEFAULT_PRICES[feature], _UNITS[feature]) for feature in FeatureKey),
        *(
            Definition(
                f"models.{name}", ModelName(), LOCAL if name == "transcription" else AUTO, f"The model that {does}."
            )
            for name, does in _MEDIA.items()
        ),
        *(
            Definition(
                f"fallbacks.{name}", FallbackName(), "", f"The model that {does} when the first one gave nothing."
            )
            for name, does in _MEDIA.items()
        ),
        *(Definition(f"limits.{name}", _LIMIT, default, words) for name, (default, words) in _LIMITS.items()),
    ]


DEFINITIONS: Mapping[str, Definition] = MappingProxyType({each.key: each for each in _definitions()})
"""Every setting with a fixed name; beside them each model has a multiplier."""

SECTIONS = ("prices", "multipliers", "models", "fallbacks", "limits")


def definition_of(key: str) -> Definition | None:
    """The setting of this key; None when there is none."""
    section, _, name = key.partition(".")
    if section == "multipliers" and _MODEL_ID.fullmatch(name) and name not in (LOCAL, AUTO):
        return Definition(key, Multiplier(), 1, f"Factor of every price when {name} does the work.")
    return DEFINITIONS.get(key)


class SettingView(View):
    """One setting. `version` counts its changes and is 0 as long as it has its default."""

    key: str
    value: Value
    default: Value
    is_default: bool
    description: str
    version: int
    updated_at: Moment | None


class SettingsView(View):
    data: list[SettingView]
    next_cursor: str | None = None


class ChangeSettings(Input):
    """New values by key; null gives the default back. `versions` refuses where somebody else was faster."""

    values: dict[str, Any] = Field(min_length=1, max_length=1000)
    versions: dict[str, int] = Field({}, max_length=1000)
    reason: str | None = Field(None, max_length=500)
    dry_run: bool = False


class SettingsFile(View):
    """Settings as YAML; what has its default stands there as a comment."""

    text: str


class ImportSettings(Input):
    """A settings file. What it leaves out stays, unless `replace` gives all of it its default back."""

    text: str
    source: str = Field("the file", max_length=500)
    replace: bool = False
    reason: str | None = Field(None, max_length=500)
    dry_run: bool = False


class SettingChange(View):
    """A setting that is not what it was; `is_default` tells whether it now has its default."""

    key: str
    before: Value
    after: Value
    is_default: bool


class SettingsChange(View):
    """What changed, or would change when it is a dry run."""

    applied: bool
    changes: list[SettingChange]


class AdminSettings(Contract, ABC):
    noun = "admin_settings"

    @operation("GET", "/api/admin/settings", scope="admin:read", admin=True)
    @abstractmethod
    def list(self, key: str | None = None) -> SettingsView:
        """Every setting with its value and its default; `key` asks for one setting or one section."""

    @operation("POST", "/api/admin/settings", scope="admin:write", admin=True)
    @abstractmethod
    def change(self, data: ChangeSettings) -> SettingsChange:
        """Change settings: all of them, or none when anything is wrong."""

    @operation("GET", "/api/admin/settings/export", scope="admin:read", admin=True)
    @abstractmethod
    def export(self) -> SettingsFile:
        """All settings as YAML that can be imported."""

    @operation("POST", "/api/admin/settings/import", scope="admin:write", admin=True)
    @abstractmethod
    def import_(self, data: ImportSettings) -> SettingsChange:
        """Take settings from YAML: all of them, or none when anything is wrong."""
