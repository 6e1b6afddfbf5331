"""A Piper voice is spoken by a program of its own, here a small stand-in that keeps to piper's arguments."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path

import pytest

from studio.domain.errors import Misconfigured, ServiceFailed
from studio.domain.ports import SpeechRequest
from studio.providers.local.speech.piper import PiperEngine
from tests.providers.local.speech.listening import assert_covers_every_word

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a Unix script")

STAND_IN = f"""#!{sys.executable}
import math, struct, sys, time, wave
arguments = dict(zip(sys.argv[1::2], sys.argv[2::2]))
text = sys.stdin.read().strip()
if "fail" in text:
    sys.exit("the voice is broken")
if "sleep" in text:
    time.sleep(30)
count = int(len(text) * 1500 * float(arguments["--length_scale"]))
with wave.open(arguments["--output_file"], "wb") as sound:
    sound.setparams((1, 2, 22050, 0, "NONE", ""))
    sound.writeframes(b"".join(struct.pack("<h", int(9000 * math.sin(i / 9))) for i in range(count)))
open(arguments["--model"] + ".heard", "a").write(text + "\\n")
"""


@pytest.fixture
def voice_file(tmp_path: Path) -> Path:
    file = tmp_path / "pl_PL-test-medium.onnx"
    file.write_bytes(b"weights")
    settings = {"audio": {"sample_rate": 22050}, "language": {"code": "pl_PL"}}
    file.with_name(file.name + ".json").write_text(json.dumps(settings))
    return file


@pytest.fixture
def program(tmp_path: Path) -> str:
    file = tmp_path / "piper"
    file.write_text(STAND_IN)
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return str(file)


def test_it_gets_each_sentence_as_text_and_never_through_a_shell(voice_file: Path, program: str) -> None:
    engine = PiperEngine(voice_file, program)
    text = "Trzy serca; $(rm -rf /) `ls`. Naprawdę!"

    speech = engine.speak(SpeechRequest(text, "pl"), engine.voices()[0])

    assert_covers_every_word(speech, text)
    heard = voice_file.with_name(voice_file.name + ".heard").read_text().splitlines()
    assert heard == ["Trzy serca; $(rm -rf /) `ls`.", "Naprawdę!"]


def test_its_voice_has_the_language_of_the_file_beside_it(voice_file: Path, program: str) -> None:
    (voice,) = PiperEngine(voice_file, program).voices()

    assert (voice.name, voice.language) == ("pl_PL-test-medium", "pl-PL")


def test_speed_is_passed_on(voice_file: Path, program: str) -> None:
    engine = PiperEngine(voice_file, program)

    slow, quick = (engine.speak(SpeechRequest("Trzy serca", "pl", speed=s), engine.voices()[0]) for s in (1.0, 2.0))

    assert quick.seconds < 0.7 * slow.seconds


def test_a_failure_says_what_piper_said(voice_file: Path, program: str) -> None:
    engine = PiperEngine(voice_file, program)

    with pytest.raises(ServiceFailed, match="the voice is broken"):
        engine.speak(SpeechRequest("fail", "pl"), engine.voices()[0])


def test_a_piper_that_hangs_is_stopped(voice_file: Path, program: str) -> None:
    engine = PiperEngine(voice_file, program, timeout_seconds=0.5)

    with pytest.raises(ServiceFailed, match=r"within 0\.5 seconds"):
        engine.speak(SpeechRequest("sleep", "pl"), engine.voices()[0])


def test_without_the_program_there_is_no_voice(voice_file: Path) -> None:
    assert PiperEngine(voice_file, "no-such-piper").voices() == ()


def test_a_voice_without_its_settings_file_is_a_clear_error(voice_file: Path, program: str) -> None:
    voice_file.with_name(voice_file.name + ".json").unlink()

    with pytest.raises(Misconfigured, match="has no readable"):
        PiperEngine(voice_file, program).voices()
