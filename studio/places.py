"""Where a person's settings lie, and what one of them says. Known without the settings themselves, which take longer
to load than a command on a server has."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import platformdirs

from studio.domain.errors import Misconfigured

_FOLDERS = platformdirs.PlatformDirs("studio", appauthor=False)


class Origin(NamedTuple):
    """A place that names settings: what to call it, and what it says."""

    name: str
    values: Mapping[str, Any]

    def value(self, setting: str) -> Any:
        """What it says about a setting such as `STUDIO_SERVER`; None where it says nothing."""
        return next((value for name, value in self.values.items() if name.upper() == setting), None)


def data_folder() -> Path:
    """Where databases and files lie unless the settings say otherwise."""
    return _FOLDERS.user_data_path


def user_config_file() -> Path:
    """Where a person keeps settings for all projects; TOML with the same names as the environment."""
    return _FOLDERS.user_config_path / "config.toml"


def state_folder() -> Path:
    """Where logs lie."""
    return _FOLDERS.user_state_path


def origins_of_settings() -> tuple[Origin, ...]:
    """The environment, `.env` and the user's file: the first that names a setting has it. Raises Misconfigured."""
    return (
        Origin("environment", os.environ),
        Origin(".env", _env_file()),
        Origin(str(user_config_file()), _user_file()),
    )


def said(origins: Sequence[Origin], name: str) -> tuple[str, str]:
    """The text of a setting and where it is from: `environment`, `.env`, a file's path; empty and `default`."""
    found = ((origin.value(name), origin.name) for origin in origins)
    value, origin = next(((value, origin) for value, origin in found if value is not None), ("", "default"))
    return str(value).strip(), origin


def _env_file() -> Mapping[str, Any]:
    if not Path(".env").exists():
        return {}
    # Late: most folders have no such file.
    from dotenv import dotenv_values

    return dotenv_values(".env")


def _user_file() -> Mapping[str, Any]:
    file = user_config_file()
    if not file.exists():
        return {}
    # Late: many people have no such file.
    import tomllib

    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{file} is not valid TOML: {error}.", hint="Correct or remove it.") from error
