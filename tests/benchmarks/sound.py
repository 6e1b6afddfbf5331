"""Processor time of voices, music and the mix, as shares of the sound they make.

Run: python -m tests.benchmarks.sound"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from studio.domain.ports import MusicRequest, SpeechRequest
from studio.domain.style import MusicMood
from studio.providers.local.music import LocalMusic
from studio.providers.local.speech import LocalSpeech
from studio.render.mix import VoiceClip, mix

Result = TypeVar("Result")

TEXTS = {
    "en": "When an octopus swims, the third heart stops beating. " * 6,
    "es": "Los pulpos tienen tres corazones y la sangre azul. " * 6,
    "pt": "Os polvos têm três corações e o sangue azul. " * 6,
}


def report(name: str, seconds_of: Callable[[Result], float], work: Callable[[], Result]) -> Result:
    start = time.process_time()
    result = work()
    used = time.process_time() - start
    print(f"{name:<24}{used:6.2f} s for {seconds_of(result):6.1f} s of sound: {used / seconds_of(result):.3f}")
    return result


def main() -> None:
    speech, music = LocalSpeech(), LocalMusic()
    for language, text in TEXTS.items():
        if speech.speaks(language):
            speech.speak(SpeechRequest("Um.", language))
            request = SpeechRequest(text, language)
            spoken = report(f"voice {language}", lambda found: found.seconds, lambda r=request: speech.speak(r))
    for mood in (mood for mood in MusicMood if mood is not MusicMood.NONE):
        wish = MusicRequest(mood, 30.0, 1)
        bed = report(f"music {mood}", lambda found: found.seconds, lambda r=wish: music.compose(r))
    with tempfile.TemporaryDirectory() as folder:
        voice, tune, film = (Path(folder) / name for name in ("voice.wav", "music.wav", "film.wav"))
        voice.write_bytes(spoken.wav)
        tune.write_bytes(bed.wav)
        report("mix", lambda found: found.seconds, lambda: mix([VoiceClip(voice, 0.5)], tune, 30.0, film))


if __name__ == "__main__":
    main()
