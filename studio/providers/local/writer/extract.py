"""A script cut from an author's text: the strongest sentences that fit the time, in the author's words and order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from studio.domain.formats import scenes_for
from studio.domain.reading import spoken_seconds
from studio.domain.script import MAXIMUM_SCENES, Script, ScriptBrief
from studio.providers.local.writer.article import Article
from studio.providers.local.writer.author_scenes import author_scenes
from studio.providers.local.writer.cutting import Cut, Line, cut_into_scenes
from studio.providers.local.writer.invitations import closing_sentence, invitation
from studio.providers.local.writer.material import Material, read_material
from studio.providers.local.writer.ranking import Ranked, rank
from studio.providers.local.writer.selection import Selection, Selector, Span
from studio.providers.local.writer.sentences import Sentence, finished
from studio.providers.local.writer.staging import staged_as_divided, staged_cuts
from studio.providers.local.writer.tightening import tightened

TOLERANCE = 0.1
"""How far the spoken time may lie from the wished one, as a share of it."""

_LONGEST_INVITATION_SHARE = 0.25
_FILLED_SCENE = 0.95


def script_from_text(article: Article, brief: ScriptBrief, language: str) -> Script:
    """The author's scenes if the text is divided into some, the whole text if it fits, else its best sentences."""
    material = read_material(article, brief, language)
    divided = author_scenes(article, rules=brief.format.rules, wanted_seconds=brief.duration_seconds, language=language)
    if divided is not None and len(divided) <= MAXIMUM_SCENES:
        return Script(material.title, language, staged_as_divided(divided, material))
    lines = _lines(material)
    return Script(material.title, language, staged_cuts(_cuts(lines, material), lines, material))


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
    return min((1 + TOLERANCE) * brief.duration_seconds, brief.format.rules.maximum_seconds)


def _span(brief: ScriptBrief, reserved_seconds: float) -> Span:
    rules = brief.format.rules
    least = (1 - TOLERANCE) * brief.duration_seconds
    # As much as the wished number of scenes can hold with room to cut between sentences, if that is enough.
    in_scenes = _FILLED_SCENE * brief.scene_count * rules.scene_maximum_seconds
    most = min(_longest(brief), max(in_scenes, least))
    wanted = min(brief.duration_seconds, 0.98 * most)
    return Span(least - reserved_seconds, wanted - reserved_seconds, most - reserved_seconds)


def _cuts(lines: Sequence[Line], material: Material) -> list[Cut]:
    brief = material.brief
    total = _seconds(lines, material.language)
    is_full_length = total >= (1 - 2 * TOLERANCE) * brief.duration_seconds
    wanted = brief.scene_count if is_full_length else scenes_for(brief.format, total, brief.climate.pressure)
    return cut_into_scenes(lines, scenes=wanted, rules=brief.format.rules, language=material.language)


def _seconds(lines: Sequence[Line], language: str) -> float:
    return sum(spoken_seconds(line.text, language) for line in lines)
