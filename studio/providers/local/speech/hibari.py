"""The English voice: hibari-tts, whose small model says for every phoneme how long it lasts."""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from studio.domain.ports import Speech, SpeechRequest
from studio.providers.local.speech.durations import with_output, word_times
from studio.providers.local.speech.narration import Narrator, Utterance
from studio.providers.local.speech.spoken import spoken, written_times
from studio.providers.local.speech.voice import Voice
from studio.providers.local.speech.wording import Span

_KNOWN_MODEL = "5f70741d4e900f4e85d0037498736cc1b3e1b9a63a13546a5da1e63abf4fccd8"
"""SHA-256 of the model in hibari-tts 0.2.1, the one whose duration node has been measured."""
_DURATION_NODE = b"/Clip_output_0"
_NATURAL_PACE = 0.8
"""What speed 1.0 asks of the model, whose own 182 to 202 words a minute are hurried; with this it says 150 to 167, and
165 is what scripts are counted at. It plans in whole frames, so the length goes in steps of 8 %: this is the middle
one of three, 0.81 and 0.79 are the others."""
_NO_SOUND = frozenset(' ;:,.!?—…"“”()')
_ONE_AT_A_TIME = threading.Lock()
"""The model and its pronunciation rules are one for the whole process."""


class HibariEngine:
    name = "hibari"

    def voices(self) -> tuple[Voice, ...]:
        if importlib.util.find_spec("hibari") is None:
            return ()
        return (Voice("heart", "en-US", self.name),)

    def speak(self, request: SpeechRequest, voice: Voice) -> Speech:
        with _ONE_AT_A_TIME:
            model = _model()

            def say(sentence: str, spans: Sequence[Span]) -> Utterance:
                return model.say(sentence, spans, request.speed * _NATURAL_PACE)

            return Narrator(self.name, voice.name, model.rate, say).narrate(request.text, request.speed)


def release() -> None:
    """Give the model's memory back, about 100 MB; the next `speak` loads it again, in less than a second."""
    _model.cache_clear()


@functools.cache
def _model() -> _Model:
    """The model, loaded once in a process: about one second of processor time and 100 MB."""
    return _Model()


class _Model:
    def __init__(self) -> None:
        import hibari
        from hibari.g2p.normalize import normalize
        from hibari.voices import voice_path

        data = Path(voice_path("heart", download_missing=False)).read_bytes()
        self.has_durations = hashlib.sha256(data).hexdigest() == _KNOWN_MODEL
        self._tts = hibari.Hibari(model=with_output(data, _DURATION_NODE) if self.has_durations else data)
        self._normalize = normalize
        self.rate: int = hibari.Hibari.sample_rate

    def say(self, sentence: str, spans: Sequence[Span], speed: float) -> Utterance:
        said = self._said_words(sentence)
        ids, owners = self._ids(said)
        if len(ids) < 3:
            return Utterance(np.zeros(0, np.float32), [(0.0, 0.0)] * len(spans))
        samples, durations = self._run(ids, speed)
        if durations is None:
            return Utterance(samples)
        times = word_times(durations, owners, len(said))
        written = [sentence[start:end] for start, end in spans]
        return Utterance(samples, written_times(written, [text for text, _ in said], times))

    def _said_words(self, sentence: str) -> list[tuple[str, str]]:
        """Each spoken word with its phonemes."""
        g2p: Any = self._tts.g2p
        normal = self._normalize(spoken(sentence))
        words: list[tuple[str, str]] = []
        text = phonemes = ""
        for token in g2p.phonemize_tokens(g2p.tokenize(normal)) if normal else ():
            text, phonemes = text + token.text, phonemes + (token.phonemes or "")
            if token.whitespace:
                words.append((text, phonemes))
                text = phonemes = ""
        return [*words, (text, phonemes)] if text else words

    def _ids(self, said: Sequence[tuple[str, str]]) -> tuple[list[int], list[int]]:
        """The model's input, padded, and for each of its elements the spoken word it belongs to (-1: none)."""
        vocabulary: dict[str, int] = self._tts.vocab
        ids, owners = [0], [-1]
        for number, (_, phonemes) in enumerate(said):
            for character in (" " if number else "") + phonemes:
                if character in vocabulary:
                    ids.append(vocabulary[character])
                    owners.append(-1 if character in _NO_SOUND else number)
        return [*ids, 0], [*owners, -1]

    def _run(self, ids: list[int], speed: float) -> tuple[np.ndarray, np.ndarray | None]:
        from hibari import dsp

        feed = {"ids": np.asarray([ids], np.int64), "speed": np.asarray([speed], np.float32)}
        spectra = self._tts.sess.run(None, feed)
        # The noise is seeded per sentence, so that the same words always give the same bytes.
        samples = dsp.synth(*(part[0] for part in spectra[:6]), np.random.default_rng(0))
        return samples, np.ravel(spectra[6]) if self.has_durations else None
