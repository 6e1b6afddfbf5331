"""The log: JSON lines in a file, and never a secret."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.logs import start_logging


@pytest.fixture(autouse=True)
def _root_logger() -> Iterator[None]:
    root = logging.getLogger()
    before, level = root.handlers, root.level
    yield
    for handler in root.handlers:
        handler.close()
    root.handlers = before
    root.setLevel(level)


def entries(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def test_writes_one_json_object_a_line(tmp_path: Path) -> None:
    file = start_logging(tmp_path / "state", level="INFO")

    logging.getLogger("studio.films").info("made %s", "tides", extra={"short": "tides"})
    logging.getLogger("studio.films").debug("not this")

    (entry,) = entries(file)
    assert entry.pop("time")
    assert entry == {"level": "INFO", "logger": "studio.films", "message": "made tides", "short": "tides"}


@pytest.mark.parametrize(
    "text",
    [
        "key is hunter2000secret",
        "Authorization: Bearer abcdefghijklmno",
        "Authorization: Key abcdefghijklmno",
        "postgresql://me:abcdefghijklmno@host/name",
        "api_key=abcdefghijklmno",
        '{"token": "abcdefghijklmno"}',
        "stu_live_abcdefghijklmno",
        "sk-abcdefghijklmno",
        "whsec_abcdefghijklmno",
    ],
)
def test_hides_secrets_wherever_they_stand(tmp_path: Path, text: str) -> None:
    file = start_logging(tmp_path, level="INFO", secrets=["hunter2000secret"])

    logging.getLogger("studio").info("%s", text, extra={"detail": text})
    try:
        raise ValueError(text)
    except ValueError:
        logging.getLogger("studio").exception("failed")

    written = file.read_text("utf-8")
    assert "abcdefghijklmno" not in written
    assert "hunter2000secret" not in written
    assert "********" in written


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    start_logging(tmp_path / "file" / "state", level="INFO")

    logging.getLogger("studio").info("goes nowhere")


def test_verbose_also_writes_to_standard_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    start_logging(tmp_path, level="INFO", verbose=True)

    logging.getLogger("studio").warning("look")

    assert capsys.readouterr().err == "WARNING studio: look\n"
