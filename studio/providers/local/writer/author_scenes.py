"""Scenes the author has already divided: between `---` lines, under `Scene 1:` labels, or one short paragraph each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from studio.domain.formats import FormatRules
from studio.domain.reading import spoken_seconds
from studio.providers.local.writer.article import Article, Kind, Passage
from studio.providers.local.writer.labels import SCENE, SEEN, VOICE
from studio.providers.local.writer.sentences import finished


@dataclass(frozen=True)
class AuthorScene:
    """The words the author gave one scene, and what is seen or written in it if the author said so."""

    narration: str
    visual: str = ""
    title: str | None = None


def author_scenes(
    article: Article, *, rules: FormatRules, wanted_seconds: float, language: str
) -> tuple[AuthorScene, ...] | None:
    """The author's own division, or None where the text has none or would not fit the time.

    Marked scenes may take as long as the format allows; mere paragraphs must fit the wanted length."""
    for scenes in (_labelled(article.passages), _separated(article.passages)):
        if len(scenes) > 1 and _seconds(scenes, language) <= rules.maximum_seconds:
            return scenes
    paragraphs = _paragraphs(article.passages)
    lengths = [spoken_seconds(scene.narration, language) for scene in paragraphs]
    fits = len(paragraphs) > 1 and sum(lengths) <= min(1.1 * wanted_seconds, rules.maximum_seconds)
    within = all(rules.scene_minimum_seconds <= length <= rules.scene_maximum_seconds for length in lengths)
    return paragraphs if fits and within else None


def _seconds(scenes: Sequence[AuthorScene], language: str) -> float:
    return sum(spoken_seconds(scene.narration, language) for scene in scenes)


def _separated(passages: Sequence[Passage]) -> tuple[AuthorScene, ...]:
    groups: list[list[Passage]] = [[]]
    for passage in passages:
        if passage.kind is Kind.RULE:
            groups.append([])
        else:
            groups[-1].append(passage)
    return _scenes(groups) if len(groups) > 1 else ()


def _labelled(passages: Sequence[Passage]) -> tuple[AuthorScene, ...]:
    groups: list[list[Passage]] = []
    for passage in passages:
        label = SCENE.match(passage.text)
        if label:
            groups.append([])
        if groups and passage.kind is not Kind.RULE:
            rest = passage.text[label.end() :] if label else passage.text
            groups[-1].append(replace(passage, text=rest))
    return _scenes(groups)


def _paragraphs(passages: Sequence[Passage]) -> tuple[AuthorScene, ...]:
    if any(passage.kind is Kind.HEADING for passage in passages[1:]):
        return ()
    return _scenes([[passage] for passage in passages if passage.kind in (Kind.PARAGRAPH, Kind.ITEM)])


def _scenes(groups: Sequence[Sequence[Passage]]) -> tuple[AuthorScene, ...]:
    scenes = (_scene([passage for passage in group if passage.text]) for group in groups)
    return tuple(scene for scene in scenes if scene is not None)


def _scene(group: Sequence[Passage]) -> AuthorScene | None:
    spoken = [passage.text for passage in group if passage.kind is not Kind.HEADING and not SEEN.match(passage.text)]
    visuals = [SEEN.sub("", passage.text, count=1) for passage in group if SEEN.match(passage.text)]
    headings = [passage.text for passage in group if passage.kind is Kind.HEADING]
    narration = " ".join(finished(VOICE.sub("", text, count=1)) for text in spoken)
    if not any(character.isalnum() for character in narration):
        return None
    return AuthorScene(narration, " ".join(visuals), headings[-1] if headings else None)
