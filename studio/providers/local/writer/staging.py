"""Spoken words as scenes: what is seen, what stands on screen, who appears, and what each scene does in the film."""

from __future__ import annotations

from collections.abc import Sequence

from studio.domain.reading import spoken_seconds
from studio.domain.script import Role, ScriptScene, Shot
from studio.domain.text import short_title
from studio.providers.local.writer.author_scenes import AuthorScene
from studio.providers.local.writer.cutting import Cut, Line
from studio.providers.local.writer.invitations import is_invitation
from studio.providers.local.writer.material import Material
from studio.providers.local.writer.phrases import scene_title, shots, visual_of

_LONGEST_HEADING = 40


def staged_cuts(cuts: Sequence[Cut], lines: Sequence[Line], material: Material) -> tuple[ScriptScene, ...]:
    """The scenes of a film cut from sentences, titles taken from headings and key phrases."""
    narrations = [cut.text for cut in cuts]
    titles = _titles(cuts, lines, material)
    roles = _roles(narrations, material.language, ends_on_invitation=lines[-1].stands_alone)
    visuals = [visual_of(narration, material.vocabulary, material.subject) for narration in narrations]
    parts = zip(narrations, visuals, titles, roles, shots(len(cuts)), strict=True)
    return tuple(_scene(*part, material) for part in parts)


def staged_as_divided(divided: Sequence[AuthorScene], material: Material) -> tuple[ScriptScene, ...]:
    """The scenes the author made, word for word, with the author's visuals and titles where there are any."""
    narrations = [own.narration for own in divided]
    roles = _roles(narrations, material.language, ends_on_invitation=False)
    visuals = [own.visual or visual_of(own.narration, material.vocabulary, material.subject) for own in divided]
    titles = [short_title(own.title) if own.title else None for own in divided]
    titles[0] = titles[0] or material.title
    parts = zip(narrations, visuals, titles, roles, shots(len(divided)), strict=True)
    return tuple(_scene(*part, material) for part in parts)


def _scene(narration: str, visual: str, title: str | None, role: Role, shot: Shot, material: Material) -> ScriptScene:
    style, rules = material.brief.style, material.brief.format.rules
    shortest = float(rules.scene_minimum_seconds)
    subject = "" if material.subject in visual else material.subject
    return ScriptScene(
        narration=narration,
        visual=visual,
        image_prompt=", ".join(part for part in (visual, subject, style.visual_prompt) if part),
        title=title,
        shot=shot,
        role=role,
        duration_seconds=shortest if spoken_seconds(narration, material.language) < shortest else None,
        characters=_characters(narration, material),
    )


def _titles(cuts: Sequence[Cut], lines: Sequence[Line], material: Material) -> list[str | None]:
    titles: list[str | None] = [material.title]
    heading_before = lines[cuts[0].lines[0]].heading
    for cut in cuts[1:]:
        heading = lines[cut.lines[0]].heading
        is_new = heading is not None and heading not in (heading_before, material.title)
        taken = [title for title in titles if title]
        if all(lines[number].stands_alone for number in cut.lines):
            titles.append(None)
        elif heading and is_new and len(heading) <= _LONGEST_HEADING:
            titles.append(short_title(heading))
        else:
            titles.append(scene_title(cut.text, material.vocabulary, taken))
        heading_before = heading or heading_before
    return titles


def _roles(narrations: Sequence[str], language: str, *, ends_on_invitation: bool) -> list[Role]:
    roles = [Role.HOOK, *[Role.BODY] * (len(narrations) - 1)]
    if len(roles) > 1 and (ends_on_invitation or is_invitation(narrations[-1], language)):
        roles[-1] = Role.CALL_TO_ACTION
    return roles


def _characters(narration: str, material: Material) -> tuple[str, ...]:
    """Who is named in the scene; a cast the whole text never names is its presenter and appears throughout."""
    names = [figure.name for figure in material.brief.figures]
    whole = " ".join(sentence.text for sentence in material.sentences).casefold()
    if not any(name.casefold() in whole for name in names):
        return tuple(names)
    return tuple(name for name in names if name.casefold() in narration.casefold())
