"""Films as a person makes them: real writer, voice, painter, composer and encoder, measured on the file itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from studio.render.probe import probe, watch
from tests.cli.conftest import Run
from tests.measures import loudness

ARTICLE = """# Why octopuses have three hearts

An octopus has three hearts. Two of them pump blood through the gills.
The third one stops whenever the animal swims. That is why it would rather crawl.
"""

pytestmark = pytest.mark.acceptance


@pytest.fixture
def article(tmp_path: Path) -> Path:
    file = tmp_path / "octopus.md"
    file.write_text(ARTICLE)
    return file


def make(studio_command: Run, *arguments: str) -> dict[str, object]:
    result = studio_command("shorts", "make", *arguments, "--aspect", "1:1", "--preview", "--json")
    assert result.code == 0, result.err
    found: dict[str, object] = result.json
    return found


def test_a_text_becomes_a_film_that_keeps_every_promise(studio_command: Run, article: Path, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"

    short = make(studio_command, "--from", str(article), "--output", str(film), "--srt", "--thumbnail")

    facts = probe(film)
    picture, sound = facts.picture, facts.sound
    assert (short["status"], short["video_path"]) == ("COMPLETED", str(film))
    assert (picture.codec, picture.profile, picture.pixel_format) == ("h264", "High", "yuv420p")
    assert (picture.width, picture.height) == (1080, 1080)
    assert sound is not None
    assert (sound.codec, sound.sample_rate, sound.channels) == ("aac", 48_000, 2)
    assert facts.is_faststart
    assert picture.frames == round(float(str(short["duration_seconds"])) * 30)
    assert abs(picture.start_seconds - sound.start_seconds) <= 1 / 30
    assert abs(picture.seconds - sound.seconds) <= 1 / 30
    seen = watch(film)
    assert (seen.frames, seen.black_frames, seen.gaps) == (picture.frames, 0, 0)
    lufs, true_peak_dbtp = loudness(film)
    assert lufs == pytest.approx(-14, abs=0.5)
    assert true_peak_dbtp <= -1
    assert film.with_suffix(".srt").read_text().startswith("1\n00:00:0")
    assert film.with_suffix(".vtt").read_text().startswith("WEBVTT")
    assert film.with_suffix(".png").read_bytes().startswith(b"\x89PNG")


def test_only_what_changed_is_made_anew(studio_command: Run, article: Path, tmp_path: Path) -> None:
    first = make(studio_command, "--from", str(article), "--output", str(tmp_path / "first.mp4"))
    handle, scenes = str(first["handle"]), len(first["scenes"])  # type: ignore[arg-type]  # JSON

    again = make(studio_command, "--from", str(article), "--output", str(tmp_path / "again.mp4"))
    studio_command("shorts", "scene", "edit", handle, "2", "--words", "Two of those hearts feed the gills.")
    edited = studio_command("shorts", "render", handle, "--preview", "-o", str(tmp_path / "edited.mp4"), "--verbose")
    report = studio_command("shorts", "render", handle, "--preview", "-o", str(tmp_path / "same.mp4"), "--json").json

    assert (tmp_path / "first.mp4").read_bytes() == (tmp_path / "again.mp4").read_bytes()
    assert again["id"] == first["id"]
    assert edited.code == 0
    assert "picture of scene 2: kept" in edited.err
    assert "speech of scene 2: kept" not in edited.err
    assert f"{scenes - 1} of {scenes} scenes were kept as they were encoded" in edited.err
    assert report["render"] == {
        "scenes_encoded": 0,
        "scenes_reused": scenes,
        "loudness_lufs": None,
        "true_peak_dbtp": None,
        "notes": [],
    }


def test_a_topic_alone_gives_an_outline_and_says_so(studio_command: Run, tmp_path: Path) -> None:
    result = studio_command(
        "shorts",
        "make",
        "Why the sea is salty",
        "--duration",
        "15",
        "--aspect",
        "1:1",
        "--preview",
        "--quiet",
        "--json",
    )

    short = result.json
    assert short["is_outline"]
    assert any("outline" in note for note in short["render"]["notes"])
    assert Path(short["video_path"]) == tmp_path / f"{short['handle']}.mp4"


def test_letters_without_a_font_are_named_before_anything_is_made(studio_command: Run, tmp_path: Path) -> None:
    script = tmp_path / "script.yaml"
    script.write_text("title: Signs\nscenes:\n  - narration: The sign 𓀀 is old.\n", encoding="utf-8")

    result = studio_command("shorts", "make", "--from", str(script))

    assert result.code == 1
    assert "scene 1: U+13000 EGYPTIAN HIEROGLYPH A001" in result.err
    assert "--no-captions" in result.err
    assert studio_command("shorts", "media", "list", "@last").out == ""


def test_a_language_without_a_voice_is_a_silent_film_and_says_so(studio_command: Run, tmp_path: Path) -> None:
    script = tmp_path / "script.yaml"
    script.write_text(
        "title: 潮\nlanguage: ja\nscenes:\n  - narration: 海は一日に二度、満ちて引きます。\n", encoding="utf-8"
    )

    short = make(studio_command, "--from", str(script), "--music", "none", "--output", str(tmp_path / "film.mp4"))

    assert any("silent" in note for note in short["render"]["notes"])  # type: ignore[index]  # JSON
    assert loudness(tmp_path / "film.mp4")[0] <= -70


def test_a_storyboard_shows_every_scene(studio_command: Run, article: Path, tmp_path: Path) -> None:
    from PIL import Image

    make(studio_command, "--from", str(article), "--output", str(tmp_path / "film.mp4"))

    result = studio_command("shorts", "storyboard", "@last", "-o", str(tmp_path / "board.png"))

    assert result.code == 0
    with Image.open(tmp_path / "board.png") as board:
        assert board.width > 900
        assert np.asarray(board.convert("L")).std() > 10


def test_a_full_disk_is_a_sentence_and_leaves_nothing_half_written(
    studio_command: Run, article: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    make(studio_command, "--from", str(article), "--output", str(tmp_path / "film.mp4"))

    def full(source: object, target: object) -> None:
        Path(str(target)).write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    result = studio_command("shorts", "export", "@last", "--output", str(tmp_path / "copy.mp4"))

    assert result.code == 1
    assert "No space left" in result.err
    assert [path.name for path in tmp_path.iterdir() if "copy" in path.name] == []


def test_ctrl_c_keeps_what_was_made_and_the_next_run_goes_on(article: Path, tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "STUDIO_DATA_DIR": str(tmp_path / "data"),
        "STUDIO_DATABASE_URL": f"sqlite:///{tmp_path / 'data' / 'studio.sqlite3'}",
    }
    command = [sys.executable, "-m", "studio", "shorts", "make", "--from", str(article), "--aspect", "1:1", "--preview"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("render:"):
            break
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)

    assert process.returncode == 130
    assert "try:" in errors
    assert list(tmp_path.glob("*.mp4")) == []
    assert [path for path in (tmp_path / "data").rglob("*") if ".part" in path.name or "incoming" in path.name] == []

    started = time.monotonic()
    done = subprocess.run([*command, "--verbose"], capture_output=True, text=True, env=environment, check=True)

    assert "picture of scene 1: kept" in done.stderr
    assert len(list(tmp_path.glob("*.mp4"))) == 1
    assert time.monotonic() > started


def test_a_render_without_a_place_goes_where_the_film_was_written(studio_command: Run, tmp_path: Path) -> None:
    script = tmp_path / "script.yaml"
    script.write_text("title: Tides\nlanguage: ja\nscenes:\n  - narration: 海は満ちて引きます。\n", encoding="utf-8")
    film = tmp_path / "films" / "mine.mp4"
    film.parent.mkdir()
    make(studio_command, "--from", str(script), "--music", "none", "--output", str(film))
    before = film.read_bytes()

    studio_command("shorts", "scene", "edit", "@last", "1", "--words", "海は引きます。")
    quiet = studio_command("shorts", "render", "@last", "--preview", "--quiet")

    assert quiet.code == 0
    assert quiet.out.startswith(f"{film}  ")
    assert quiet.err == "Note: No voice on this machine speaks ja: the film is silent, with captions.\n"
    assert film.read_bytes() != before
    assert list(tmp_path.glob("*.mp4")) == []

    film.write_bytes(b"mine")
    refused = studio_command("shorts", "render", "@last", "--preview")
    assert refused.code == 1
    assert film.read_bytes() == b"mine"
