"""Going on in spite of settings that cannot be used: looking at them is what finds the fault."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from studio.cli.context import Context
from studio.cli.failures import in_words
from studio.domain.errors import Misconfigured

if TYPE_CHECKING:
    from studio.config import Settings


class WrongSetting(NamedTuple):
    """A value that was given and cannot be used, and why."""

    value: Any
    fault: str


def settings_with_faults(context: Context) -> tuple[Settings, dict[str, WrongSetting]]:
    """The settings, with defaults in the place of wrong ones, and those wrong ones by their name in the environment.

    Raises Misconfigured where a whole file cannot be read."""
    from pydantic import ValidationError

    try:
        return context.settings, {}
    except Misconfigured as error:
        if not isinstance(error.__cause__, ValidationError):
            raise
        wrong = {str(each["loc"][0]): WrongSetting(each["input"], in_words(each)) for each in error.__cause__.errors()}
    return _without(wrong), wrong


def _without(wrong: dict[str, WrongSetting]) -> Settings:
    from studio.config import Settings

    fields = [field for field in Settings.model_fields.values() if field.alias in wrong]
    # Given like flags, the defaults come before the sources that are wrong.
    return Settings(**{str(field.alias): field.get_default(call_default_factory=True) for field in fields})
