"""Going on in spite of settings that cannot be used: looking at them is what finds the fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.cli.context import Context
from studio.domain.errors import Misconfigured

if TYPE_CHECKING:
    from studio.config import Settings, WrongSetting


def settings_with_faults(context: Context) -> tuple[Settings, dict[str, WrongSetting]]:
    """The settings, with defaults in the place of wrong ones, and those wrong ones by their name in the environment.

    Raises Misconfigured where a whole file cannot be read."""
    from pydantic import ValidationError

    from studio.config import wrong_settings

    try:
        return context.settings, {}
    except Misconfigured as error:
        if not isinstance(error.__cause__, ValidationError):
            raise
        wrong = wrong_settings(error.__cause__)
    return _without(wrong), wrong


def _without(wrong: dict[str, WrongSetting]) -> Settings:
    from studio.config import Settings

    fields = [field for field in Settings.model_fields.values() if field.alias in wrong]
    # Given like flags, the defaults come before the sources that are wrong.
    return Settings(**{str(field.alias): field.get_default(call_default_factory=True) for field in fields})
