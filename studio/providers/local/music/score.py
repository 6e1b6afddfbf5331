"""The notes of a piece, bar by bar: chords led smoothly, a motif that returns, a bass and light percussion."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from studio.providers.local.music.moods import Chord, Mood

_STEPS = 8
_PAD_CENTRE, _BASS_CENTRE, _LEAD_CENTRE = 58, 38, 70


@dataclass(frozen=True)
class Note:
    """Times in seconds from the start of its bar; `pitch` is a MIDI number, `pan` runs from -1 (left) to 1."""

    instrument: str
    start: float
    seconds: float
    pitch: int
    level: float
    pan: float = 0.0


class Score:
    """`bars` bars of `bar_seconds`, decided by the seed; the last one rests on the home chord."""

    def __init__(self, mood: Mood, bars: int, bar_seconds: float, seed: int) -> None:
        self._mood = mood
        self._bars = bars
        self._bar_seconds = bar_seconds
        dice = np.random.default_rng(seed)
        self._key = int(dice.choice([-5, -3, -2, 0, 2, 3]))
        self._progression = mood.progressions[int(dice.integers(len(mood.progressions)))]
        self._rhythms = dice.permutation(np.array(mood.lead_rhythms)).tolist()
        # A walk over chord tones, two bars long, heard over every chord: that makes it a motif.
        self._walk = np.cumsum(dice.choice([-2, -1, -1, 1, 1, 2], 2 * _STEPS)) % 6
        self._sway = dice.uniform(-0.35, 0.35, 2 * _STEPS)

    def bar(self, number: int) -> list[Note]:
        """All notes that start in the bar."""
        if number == self._bars - 1:
            return [*self._pad(self._mood.ending, 1.0), *self._last_note()]
        chord = self._progression[number % len(self._progression)]
        notes = [*self._pad(chord, 1.0), *self._bass(chord, number), *self._percussion(number)]
        return notes if self._rests(number) else [*notes, *self._lead(chord, number)]

    def _rests(self, number: int) -> bool:
        """The lead waits two bars before it enters, and then leaves every eighth bar to the others."""
        return number % 8 == 7 or (number < 2 and self._bars > 6)

    def _pad(self, chord: Chord, level: float) -> Iterator[Note]:
        root, tones = chord
        centre = _PAD_CENTRE + 3 * self._mood.octave
        pitches = sorted(_near(self._key + root + tone, centre + 2 * place) for place, tone in enumerate(tones))
        for place, pitch in enumerate(pitches):
            pan = (place / max(1, len(pitches) - 1) - 0.5) * 0.8
            yield Note("pad", 0.0, self._bar_seconds, pitch, 0.3 * self._mood.pad_level * level, pan)

    def _bass(self, chord: Chord, number: int) -> Iterator[Note]:
        pitch = _near(self._key + chord[0], _BASS_CENTRE)
        for step, level in _beats(self._mood.bass_rhythm):
            lift = 7 if step >= 6 and number % 4 == 3 and 7 in chord[1] else 0
            yield Note("bass", self._at(step), self._at(2), pitch + lift, 0.45 * level)

    def _lead(self, chord: Chord, number: int) -> Iterator[Note]:
        root, tones = chord
        ladder = sorted({_near(self._key + root + tone, _LEAD_CENTRE) + up for tone in tones for up in (0, 12)})
        rhythm = self._rhythms[(number // 4 * 2 + number % 2) % len(self._rhythms)]
        for step, level in _beats(rhythm):
            place = number % 2 * _STEPS + step
            pitch = ladder[int(self._walk[place]) % len(ladder)] + 12 * self._mood.octave
            loudness = 0.34 * level * self._mood.lead_level
            yield Note(self._mood.lead, self._at(step), self._at(3), pitch, loudness, float(self._sway[place]))

    def _last_note(self) -> Iterator[Note]:
        root = self._key + self._mood.ending[0]
        yield Note("bass", 0.0, self._bar_seconds, _near(root, _BASS_CENTRE), 0.45)
        yield Note(self._mood.lead, 0.0, self._bar_seconds, _near(root, _LEAD_CENTRE), 0.3 * self._mood.lead_level)

    def _percussion(self, number: int) -> Iterator[Note]:
        if number < 2 and self._bars > 6:
            return
        for instrument, rhythm, level in (
            ("kick", self._mood.kick, 0.45),
            ("shaker", self._mood.shaker, 0.07),
            ("snap", self._mood.snap, 0.12),
        ):
            for step, accent in _beats(rhythm):
                yield Note(instrument, self._at(step), 0.3, 0, level * accent, 0.0 if instrument == "kick" else 0.25)

    def _at(self, step: int) -> float:
        return self._bar_seconds * step / _STEPS


def _near(pitch: int, centre: int) -> int:
    """The same note name in the octave around the centre."""
    return centre + (pitch - centre + 6) % 12 - 6


def _beats(rhythm: str) -> Iterator[tuple[int, float]]:
    levels = {"x": 1.0, "o": 0.6}
    return ((step, levels[mark]) for step, mark in enumerate(rhythm) if mark in levels)
