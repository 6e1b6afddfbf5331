"""A Piper voice that the user has on this machine, spoken by the `piper` program in a process of its own.

Piper is GPL and stays outside: it is started with a list of arguments and no shell, gets the text on standard input
and writes one WAV file per sentence."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from studio.domain.errors import Misconfigured, ServiceFailed
from studio.domain.ports import Speech, SpeechRequest
from studio.providers.local.speech import wav
from studio.providers.local.speech.narration import Narrator, Utterance
from studio.providers.local.speech.voice import Voice
from studio.providers.local.speech.wording import Span


class PiperEngine:
    """`voice_file` is the `.onnx` file of a voice; its `.onnx.json` lies beside it and tells language and rate."""

    name = "piper"

    def __init__(self, voice_file: Path, program: str = "piper", timeout_seconds: float = 120.0) -> None:
        self._voice_file = voice_file
        self._program = program
        self._timeout_seconds = timeout_seconds

    def voices(self) -> tuple[Voice, ...]:
        if shutil.which(self._program) is None or not self._voice_file.is_file():
            return ()
        code = str(self._settings.get("language", {}).get("code") or self._voice_file.name.split("-")[0])
        return (Voice(self._voice_file.stem, code.replace("_", "-"), self.name),)

    def speak(self, request: SpeechRequest, voice: Voice) -> Speech:
        def say(sentence: str, spans: Sequence[Span]) -> Utterance:
            return Utterance(self._say(sentence, request.speed))

        return Narrator(self.name, voice.name, self._rate, say).narrate(request.text, request.speed)

    @cached_property
    def _settings(self) -> dict[str, Any]:
        path = self._voice_file.with_name(self._voice_file.name + ".json")
        try:
            return dict(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            raise Misconfigured(
                f"The Piper voice {self._voice_file.name} has no readable {path.name} beside it.",
                hint="download both files of the voice into the same folder",
            ) from error

    @property
    def _rate(self) -> int:
        return int(self._settings.get("audio", {}).get("sample_rate", 22_050))

    def _say(self, sentence: str, speed: float) -> wav.Samples:
        with tempfile.TemporaryDirectory(prefix="studio-piper-") as folder:
            output = Path(folder) / "sentence.wav"
            self._run(sentence, speed, output)
            try:
                samples, rate = wav.decode(output.read_bytes())
            except (OSError, ValueError, EOFError) as error:
                raise ServiceFailed(
                    "Piper ended well but left no sound.", hint="try the voice with piper alone"
                ) from error
        if rate != self._rate:
            raise ServiceFailed(f"Piper spoke at {rate} samples a second, its voice file says {self._rate}.")
        return samples

    def _run(self, sentence: str, speed: float, output: Path) -> None:
        arguments = [self._program, "--model", str(self._voice_file), "--output_file", str(output)]
        arguments += ["--length_scale", f"{1.0 / speed:.4f}"]
        try:
            subprocess.run(
                arguments,
                input=f"{' '.join(sentence.split())}\n".encode(),
                capture_output=True,
                timeout=self._timeout_seconds,
                check=True,
            )
        except subprocess.TimeoutExpired as error:
            raise ServiceFailed(f"Piper did not answer within {self._timeout_seconds:g} seconds.") from error
        except subprocess.CalledProcessError as error:
            said = error.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["without a word"]
            raise ServiceFailed(f"Piper failed: {said[0]}", hint="try the voice with piper alone") from error
