"""An honest outline for a bare topic: the right number of scenes and the right length, and no invented fact."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from studio.domain.formats import FRAMES_PER_SECOND
from studio.domain.language import primary_language
from studio.domain.pacing import breaths, scene_frames
from studio.domain.reading import spoken_seconds
from studio.domain.script import Role, Script, ScriptBrief, ScriptScene, Shot
from studio.domain.text import short_title
from studio.providers.local.writer.article import SENTENCE_ENDS
from studio.providers.local.writer.beats import Beat, Phrasebook, TopicKind, phrasebook_for
from studio.providers.local.writer.invitations import invitation
from studio.providers.local.writer.lengths import lasting
from studio.providers.local.writer.phrases import key_phrases, shots, vocabulary_of
from studio.providers.local.writer.words import stems

_LONGEST_SPOKEN_TOPIC = 160
"""Characters of a topic that are read out; a longer one is an instruction rather than a title."""

_KEPT_SHARE = 0.9
"""Of the wished length, when the voice is faster than the estimate: the scenes then stand a little beyond its words."""

_NUMBER_WORDS = (
    "two dois duas dos deux zwei due|three três tres trois drei tre|four quatro cuatro quatre vier quattro"
    "|five cinco cinq fünf cinque|six seis sechs sei|seven sete siete sept sieben sette|eight oito ocho huit acht otto"
    "|nine nove nueve neuf neun|ten dez diez dix zehn dieci"
)

_TOLD_ORDER = {
    TopicKind.WHY: (0, 2, 1),
    TopicKind.HOW: (2, 0, 1),
    TopicKind.LIST: (),
    TopicKind.VERSUS: (0, 1, 2),
    TopicKind.STORY: (0, 2, 1),
    TopicKind.WHAT: (0, 2, 1),
}
"""Core beats are written in the order of need, so that a short film has the two best; this is the order of telling."""

_Supply = deque[str]


@dataclass(frozen=True)
class _Filled:
    title: str | None
    narration: str
    role: Role


def outline(topic: str, brief: ScriptBrief, language: str) -> Script:
    """An outline of `brief.scene_count` scenes whose film lasts `brief.duration_seconds` at the estimated pace.

    A language without a phrasebook gets the English sentences, and the script then says that it is in English."""
    book = phrasebook_for(language)
    spoken_language = language if primary_language(language) == book.language else book.language
    beats = _beats(topic, book, brief, spoken_language)
    filled = _filled(beats, brief, spoken_language, deque(book.links))
    visual = _visual(topic, spoken_language)
    parts = zip(filled, shots(len(filled)), strict=True)
    scenes = [_scene(beat, shot, visual, brief) for beat, shot in parts]
    kept = max(brief.format.rules.minimum_seconds, _KEPT_SHARE * brief.duration_seconds)
    return Script(short_title(topic), spoken_language, lasting(scenes, kept, spoken_language), is_outline=True)


def _beats(topic: str, book: Phrasebook, brief: ScriptBrief, language: str) -> list[Beat]:
    """One beat a scene: the opening names the topic, the closing ends on the call to action."""
    kind = book.kind_of(topic)
    opening = Beat(short_title(topic), (_named(topic, brief, language), *book.openings[kind]))
    last_words = invitation(brief.style, language, topic)
    closing = Beat(book.closing.title, (*book.closing.sentences, *([last_words] if last_words else [])))
    middle = _numbered(topic, book, brief.scene_count - 2) if kind is TopicKind.LIST else []
    if not middle:
        middle = _middle(book, kind, brief.scene_count - 2)
    return [opening, *middle, closing][: max(1, brief.scene_count)] if brief.scene_count > 1 else [opening]


def _middle(book: Phrasebook, kind: TopicKind, count: int) -> list[Beat]:
    """The core of this kind of topic first; then as many of the beats around it as there are scenes for."""
    order = {
        beat: place for place, beat in enumerate([*book.before, *_natural_order(book.core[kind], kind), *book.after])
    }
    by_need = [*book.core[kind], *_alternating(book.before, book.after)][: max(0, count)]
    chosen = sorted(by_need, key=lambda beat: order[beat])
    supply = deque(book.numbered)
    extra = [_numbered_beat(book, (number,), supply) for number in range(1, count - len(chosen) + 1)]
    place = len(chosen) - sum(beat in book.after for beat in chosen)
    return [*chosen[:place], *extra, *chosen[place:]]


def _natural_order(core: Sequence[Beat], kind: TopicKind) -> list[Beat]:
    return [core[place] for place in _TOLD_ORDER[kind] if place < len(core)]


def _alternating(before: Sequence[Beat], after: Sequence[Beat]) -> Iterator[Beat]:
    for place in range(max(len(before), len(after))):
        yield from after[place : place + 1]
        yield from before[place : place + 1]


def _numbered(topic: str, book: Phrasebook, count: int) -> list[Beat]:
    """The items of a list, shared out over the scenes; general beats where there are more scenes than items."""
    items = _item_count(topic) or max(1, count)
    scenes = max(1, min(count, items))
    groups = [range(items * place // scenes + 1, items * (place + 1) // scenes + 1) for place in range(scenes)]
    supply = deque(book.numbered)
    numbered = [_numbered_beat(book, group, supply) for group in groups]
    return [*numbered, *_middle(book, TopicKind.LIST, count - scenes)]


def _numbered_beat(book: Phrasebook, numbers: Sequence[int], supply: _Supply) -> Beat:
    """One item, or a few that share a scene; what is said of them comes from one supply, so that it varies."""
    first, last = numbers[0], numbers[-1]
    name = book.number.format(number=first) if first == last else book.numbers.format(first=first, last=last)
    return Beat(name.rstrip("."), (name, _next(supply), _next(supply), _next(supply)))


def _next(supply: _Supply) -> str:
    supply.rotate(-1)
    return supply[-1]


def _item_count(topic: str) -> int | None:
    digits = re.search(r"\b(\d{1,2})\b", topic)
    if digits:
        return min(int(digits[1]), 50) or None
    words = set(re.findall(r"\w+", topic.lower()))
    return next((place + 2 for place, names in enumerate(_NUMBER_WORDS.split("|")) if words & set(names.split())), None)


def _named(topic: str, brief: ScriptBrief, language: str) -> str:
    share = brief.duration_seconds / max(1, brief.scene_count)
    is_title = len(topic) <= _LONGEST_SPOKEN_TOPIC and spoken_seconds(topic, language) <= share
    spoken = topic if is_title else short_title(topic).rstrip("…")
    spoken = spoken[0].upper() + spoken[1:]
    return spoken if spoken.endswith(tuple(SENTENCE_ENDS)) else spoken.rstrip(" ,;:") + "."


def _filled(beats: Sequence[Beat], brief: ScriptBrief, language: str, links: _Supply) -> list[_Filled]:
    """Give each beat as many of its sentences, then links, as bring the film nearest to its length at that point."""
    count, rules = len(beats), brief.format.rules
    filled: list[_Filled] = []
    spent = 0.0
    for place, beat in enumerate(beats):
        pauses = sum(breaths(place, count))
        due = brief.duration_seconds * (place + 1) / count - spent - pauses
        if place == count - 1 and count > 1:
            room = rules.maximum_seconds - spent - pauses - 1 / FRAMES_PER_SECOND
            role, narration = Role.CALL_TO_ACTION, _closing_words(beat, due, room, language, links)
        else:
            role = Role.HOOK if place == 0 else Role.BODY
            narration = _words(beat, min(due, rules.scene_maximum_seconds), language, links)
        spent += scene_frames(place, count, spoken_seconds(narration, language), None) / FRAMES_PER_SECOND
        filled.append(_Filled(beat.title, narration, role))
    return filled


def _words(beat: Beat, due: float, language: str, links: _Supply) -> str:
    spoken = [beat.sentences[0]]
    for sentence in beat.sentences[1:]:
        if _comes_nearer(spoken, sentence, due, language):
            spoken.append(sentence)
    for _ in range(len(links)):
        if not _comes_nearer(spoken, links[0], due, language):
            break
        spoken.append(_next(links))
    return " ".join(spoken)


def _comes_nearer(spoken: Sequence[str], sentence: str, due: float, language: str) -> bool:
    gap = due - spoken_seconds(" ".join(spoken), language)
    return gap > spoken_seconds(sentence, language) / 2


def _closing_words(beat: Beat, due: float, room: float, language: str, links: _Supply) -> str:
    """The closing keeps its last sentence, the call to action, whatever else there is time for.

    `due` and `room` are the seconds of speech at which the film has its length, and its format's greatest."""
    spoken = [beat.sentences[-1]]
    # One sentence of the round may be too long for what is left and a later one just right.
    for sentence in (*beat.sentences[:-1], *(_next(links) for _ in range(len(links)))):
        fits = spoken_seconds(" ".join([*spoken, sentence]), language) <= room
        if fits and _comes_nearer(spoken, sentence, due, language):
            spoken.insert(-1, sentence)
    return " ".join(spoken)


def _visual(topic: str, language: str) -> str:
    vocabulary = vocabulary_of([topic], stems(topic, language), language)
    phrases = sorted(key_phrases(topic, vocabulary, most=3), key=topic.find)
    return ", ".join(phrases) or short_title(topic)


def _scene(beat: _Filled, shot: Shot, visual: str, brief: ScriptBrief) -> ScriptScene:
    label = (beat.title or "").rstrip("…")
    seen = visual if beat.role is Role.HOOK else f"{visual}: {label[0].lower()}{label[1:]}"
    return ScriptScene(
        narration=beat.narration,
        visual=seen,
        image_prompt=", ".join(part for part in (seen, brief.style.visual_prompt) if part),
        title=beat.title,
        shot=shot,
        role=beat.role,
        characters=tuple(figure.name for figure in brief.figures),
    )
