"""A script cut from an author's text: the strongest sentences that fit the time, in the author's words and order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from studio.domain.formats import scenes_for
from studio.domain.pacing import pauses_seconds
from studio.domain.reading import spoken_seconds
from studio.domain.script import MAXIMUM_SCENES, Script, ScriptBrief
from studio.providers.local.writer.article import Article
from studio.providers.local.writer.author_scenes import author_scenes
from studio.providers.local.writer.cutting import Cut, Line, cut_into_scenes
from studio.providers.local.writer.invitations import closing_sentence, invitation
from studio.providers.local.writer.lengths import within_format
from studio.providers.local.writer.material import Material, read_material
from studio.providers.local.writer.ranking import Ranked, rank
from studio.providers.local.writer.selection import Selection, Selector, Span
from studio.providers.local.writer.sentences import Sentence, finished
from studio.providers.local.writer.staging import staged_as_divided, staged_cuts
from studio.providers.local.writer.tightening import tightened

TOLERANCE = 0.1
"""How far the film may lie from its wished length, as a share of it."""

_LONGEST_INVITATION_SHARE = 0.25
_FILLED_SCENE = 0.95

_AIM = 1.05
"""Of the wished length: the local voices need 0.82 to 1.08 of the estimated time, so a little more is aimed at."""


def script_from_text(article: Article, brief: ScriptBrief, language: str) -> Script:
    """The author's scenes if the text is divided into some, the whole text if it fits, else its best sentences."""
    material = read_material(article, brief, language)
    divided = author_scenes(article, rules=brief.format.rules, wanted_seconds=brief.duration_seconds, language=language)
    if divided is not None and len(divided) <= MAXIMUM_SCENES:
        scenes = staged_as_divided(divided, material)
    else:
        lines = _lines(material)
        scenes = staged_cuts(_cuts(lines, material), lines, material)
    return Script(material.title, language, within_format(scenes, brief.format.rules, language))


def _lines(material: Material) -> list[Line]:
    """The sentences of the film in their order, the call to action last."""
    telling = [sentence for sentence in material.sentences if not sentence.is_label] or material.sentences
    own_closing = closing_sentence(telling, material.language)
    added = None if own_closing else invitation(material.brief.style, material.language, material.title)
    whole = _whole(material.sentences)
    room = _longest(material.brief) - _seconds(whole, material.language)
    added_seconds = spoken_seconds(added, material.language) if added else 0.0
    if room >= 0:
        return [*whole, *_added(added if added_seconds <= room else None)]
    if added_seconds > _LONGEST_INVITATION_SHARE * material.brief.duration_seconds:
        added, added_seconds = None, 0.0
    return [*_chosen(telling, material, own_closing, _span(material.brief, added_seconds)), *_added(added)]


def _chosen(sentences: Sequence[Sentence], material: Material, closing: Sentence | None, span: Span) -> list[Line]:
    ranking = rank(sentences, material.theme, material.language)
    selector = Selector(ranking, material.theme, material.language, span)
    return _spoken(selector.select(closing=closing.index if closing else None), material.language)


def _whole(sentences: Sequence[Sentence]) -> list[Line]:
    lines = [Line(sentence.text, sentence.passage, sentence.heading) for sentence in sentences]
    return _finished(lines, sentences)


def _spoken(selection: Selection, language: str) -> list[Line]:
    lines: list[Line] = []
    before: Ranked | None = None
    for item in selection.all:
        follows = before is not None and before.sentence.index + 1 == item.sentence.index
        words = tightened(item.sentence.text, language, follows_its_antecedent=follows)
        lines.append(Line(words, item.sentence.passage, item.sentence.heading))
        before = item
    return _finished(lines, [item.sentence for item in selection.all])


def _finished(lines: Sequence[Line], sentences: Sequence[Sentence]) -> list[Line]:
    """The lines with a mark at their end, but where a long sentence goes on in the next."""
    following = [*(sentence.continues for sentence in sentences[1:]), False]
    goes_on = zip(lines, following, strict=True)
    return [line if goes else replace(line, text=finished(line.text)) for line, goes in goes_on]


def _added(words: str | None) -> list[Line]:
    return [Line(words, -1, stands_alone=True)] if words else []


def _longest(brief: ScriptBrief) -> float:
    """Seconds of speech in the longest film that will do."""
    film = min((1 + TOLERANCE) * brief.duration_seconds, brief.format.rules.maximum_seconds)
    return film - pauses_seconds(brief.scene_count)


def _span(brief: ScriptBrief, reserved_seconds: float) -> Span:
    """The wished length in seconds of speech: what is left of the film beside its pauses."""
    rules = brief.format.rules
    pauses = pauses_seconds(brief.scene_count)
    least = max((1 - TOLERANCE) * brief.duration_seconds, rules.minimum_seconds) - pauses
    # As much as the wished number of scenes can hold with room to cut between sentences, if that is enough.
    in_scenes = _FILLED_SCENE * brief.scene_count * rules.scene_maximum_seconds
    most = min(_longest(brief), max(in_scenes, least))
    wanted = max(least, min(_AIM * brief.duration_seconds - pauses, 0.98 * most))
    return Span(least - reserved_seconds, wanted - reserved_seconds, most - reserved_seconds)


def _cuts(lines: Sequence[Line], material: Material) -> list[Cut]:
    brief = material.brief
    total = _seconds(lines, material.language)
    film = total + pauses_seconds(brief.scene_count)
    is_full_length = film >= (1 - 2 * TOLERANCE) * brief.duration_seconds
    wanted = brief.scene_count if is_full_length else scenes_for(brief.format, total, brief.climate.pressure)
    return cut_into_scenes(lines, scenes=wanted, rules=brief.format.rules, language=material.language)


def _seconds(lines: Sequence[Line], language: str) -> float:
    return sum(spoken_seconds(line.text, language) for line in lines)
