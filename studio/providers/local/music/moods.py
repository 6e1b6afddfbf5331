"""What each mood sounds like: tempo, chords, and which instruments play what."""

from __future__ import annotations

from dataclasses import dataclass

from studio.domain.style import MusicMood

Chord = tuple[int, tuple[int, ...]]
"""Root in semitones above the key, and the chord's tones above the root."""

_MAJOR, _MINOR = (0, 4, 7), (0, 3, 7)
_MAJOR_7, _MINOR_7, _ADD_9, _MINOR_9 = (0, 4, 7, 11), (0, 3, 7, 10), (0, 4, 7, 14), (0, 3, 7, 14)
_SUSPENDED, _MINOR_6, _DOMINANT = (0, 5, 7), (0, 3, 7, 9), (0, 4, 7, 10)


@dataclass(frozen=True)
class Mood:
    """Rhythms are strings of eight eighth-notes a bar: `x` sounds, `o` sounds softly, `.` rests."""

    beats_per_minute: float
    progressions: tuple[tuple[Chord, ...], ...]
    ending: Chord
    lead: str
    lead_rhythms: tuple[str, ...]
    bass_rhythm: str
    kick: str = "........"
    shaker: str = "........"
    snap: str = "........"
    pad_level: float = 1.0
    lead_level: float = 1.0
    octave: int = 0


MOODS = {
    MusicMood.CALM: Mood(
        beats_per_minute=72,
        progressions=(
            ((0, _ADD_9), (9, _MINOR_7), (5, _MAJOR_7), (7, _SUSPENDED)),
            ((5, _MAJOR_7), (0, _ADD_9), (2, _MINOR_7), (7, _SUSPENDED)),
        ),
        ending=(0, _ADD_9),
        lead="bell",
        lead_rhythms=("x...o...", "x.o...o.", "..x...o.", "x..o...."),
        bass_rhythm="x.......",
    ),
    MusicMood.CURIOUS: Mood(
        beats_per_minute=96,
        progressions=(
            ((0, _MAJOR_7), (4, _MINOR_7), (5, _MAJOR_7), (5, _MINOR_6)),
            ((9, _MINOR_7), (5, _MAJOR_7), (0, _ADD_9), (7, _SUSPENDED)),
        ),
        ending=(0, _MAJOR_7),
        lead="pluck",
        lead_rhythms=("x.oxo.x.", ".xo.x.o.", "x.x.o.xo", "xo..x.o."),
        bass_rhythm="x..o..x.",
        kick="x...o...",
        shaker="o.x.o.x.",
        pad_level=0.8,
    ),
    MusicMood.TENSE: Mood(
        beats_per_minute=84,
        progressions=(
            ((0, _MINOR), (0, _MINOR_9), (8, _MAJOR_7), (5, _MINOR)),
            ((0, _MINOR), (8, _MAJOR), (5, _MINOR_7), (7, _SUSPENDED)),
        ),
        ending=(0, _MINOR_9),
        lead="bell",
        lead_rhythms=("..x.....", "....x.o.", "x.......", "..x..o.."),
        bass_rhythm="xoxoxoxo",
        kick="x.......",
        shaker="oooooooo",
        lead_level=0.7,
        octave=-1,
    ),
    MusicMood.EPIC: Mood(
        beats_per_minute=92,
        progressions=(
            ((0, _MINOR), (8, _MAJOR), (3, _MAJOR), (10, _MAJOR)),
            ((8, _MAJOR), (10, _MAJOR), (0, _MINOR), (3, _MAJOR)),
        ),
        ending=(0, _MINOR),
        lead="pluck",
        lead_rhythms=("xoxoxoxo", "xooxooxo"),
        bass_rhythm="x..x..x.",
        kick="x..o..x.",
        snap="....o...",
        pad_level=1.3,
        lead_level=0.8,
    ),
    MusicMood.PLAYFUL: Mood(
        beats_per_minute=112,
        progressions=(
            ((0, _MAJOR), (9, _MINOR_7), (2, _MINOR_7), (7, _DOMINANT)),
            ((0, _MAJOR), (5, _MAJOR), (2, _MINOR_7), (7, _DOMINANT)),
        ),
        ending=(0, _MAJOR),
        lead="mallet",
        lead_rhythms=("x.xo.x.o", "xox..xo.", "x..xo.x.", ".xo.xox."),
        bass_rhythm="x...x.o.",
        kick="x...x...",
        shaker=".x.x.x.x",
        snap="..x...x.",
        pad_level=0.5,
    ),
}
