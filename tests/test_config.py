"""Settings: where each value comes from, and every bad one named."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.config import Settings, load_settings, origins, shown, user_config_file
from studio.domain.errors import Misconfigured

EXAMPLE = Path(__file__).parents[1] / ".env.example"


def write_user_file(text: str) -> None:
    file = user_config_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def test_a_flag_wins_over_the_environment_over_dotenv_over_the_user_file_over_the_default(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found = [load_settings().workers]
    write_user_file("STUDIO_WORKERS = 3\n")
    found.append(load_settings().workers)
    (tmp_path / ".env").write_text("STUDIO_WORKERS=4\n")
    found.append(load_settings().workers)
    monkeypatch.setenv("STUDIO_WORKERS", "5")
    found.append(load_settings().workers)
    found.append(load_settings(workers=6).workers)

    assert found == [2, 3, 4, 5, 6]


def test_tells_where_each_value_came_from(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    write_user_file("STUDIO_WORKERS = 3\nSTUDIO_LOG_LEVEL = 'ERROR'\n")
    (tmp_path / ".env").write_text("STUDIO_WORKERS=4\n")
    monkeypatch.setenv("STUDIO_DEBUG", "true")

    found = origins(load_settings())

    assert found["workers"] == ".env"
    assert found["log_level"] == str(user_config_file())
    assert found["debug"] == "environment"
    assert found["storage"] == "default"


def test_names_every_bad_value_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDIO_WORKERS", "none")
    monkeypatch.setenv("STUDIO_LOG_LEVEL", "LOUD")

    with pytest.raises(Misconfigured) as caught:
        load_settings()

    assert "STUDIO_WORKERS" in caught.value.message
    assert "STUDIO_LOG_LEVEL" in caught.value.message


def test_a_broken_user_file_is_a_sentence() -> None:
    write_user_file("this is = = no TOML")

    with pytest.raises(Misconfigured, match="is not valid TOML"):
        load_settings()


def test_every_setting_stands_in_the_example_file_with_its_default() -> None:
    lines = EXAMPLE.read_text("utf-8").splitlines()
    named = {line.lstrip("# ").split("=")[0] for line in lines if "=" in line and line.lstrip("# ")[:1].isupper()}

    assert {str(field.alias) for field in Settings.model_fields.values()} <= named


def test_secrets_are_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    from pydantic import SecretStr

    assert shown(SecretStr("hunter2")) == "********"
    assert shown(None) is None
    monkeypatch.setenv("STUDIO_DATABASE_URL", "postgresql://me:hunter2@host/name")
    assert "hunter2" in load_settings().secrets
