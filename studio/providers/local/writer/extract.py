"""A script cut from an author's own text: the strongest sentences that fit the time, in the author's words and order."""

from __future__ import annotations

from collections.abc import Sequence

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
    whole = [_line(sentence, sentence.text) for sentence in material.sentences]
    room = _span(material.brief, 0.0).most - _seconds(whole, material.language)
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


def _spoken(selection: Selection, language: str) -> list[Line]:
    lines: list[Line] = []
    before: Ranked | None = None
    for item in selection.all:
        follows = before is not None and before.sentence.index + 1 == item.sentence.index
        words = tightened(item.sentence.text, language, follows_its_antecedent=follows)
        lines.append(_line(item.sentence, words))
        before = item
    return lines


def _line(sentence: Sentence, words: str) -> Line:
    return Line(finished(words), sentence.passage, sentence.heading)


def _added(words: str | None) -> list[Line]:
    return [Line(words, -1, stands_alone=True)] if words else []


def _span(brief: ScriptBrief, reserved_seconds: float) -> Span:
    most = min((1 + TOLERANCE) * brief.duration_seconds, brief.format.rules.maximum_seconds)
    wanted = min(brief.duration_seconds, 0.98 * most)
    least = (1 - TOLERANCE) * brief.duration_seconds
    return Span(least - reserved_seconds, wanted - reserved_seconds, most - reserved_seconds)


def _cuts(lines: Sequence[Line], material: Material) -> list[Cut]:
    brief = material.brief
    total = _seconds(lines, material.language)
    is_full_length = total >= (1 - 2 * TOLERANCE) * brief.duration_seconds
    wanted = brief.scene_count if is_full_length else scenes_for(brief.format, total, brief.climate.pressure)
    return cut_into_scenes(lines, scenes=wanted, rules=brief.format.rules, language=material.language)


def _seconds(lines: Sequence[Line], language: str) -> float:
    return sum(spoken_seconds(line.text, language) for line in lines)
