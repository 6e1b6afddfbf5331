"""From what a person typed to what a writer is asked: defaults filled in, names looked up, nothing written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session

from studio.contracts.characters import CharacterData
from studio.contracts.script_file import ScriptFile, looks_like_script, parse_script
from studio.contracts.shorts import CreateShort
from studio.db.models.character import Character
from studio.db.models.short import Short
from studio.domain.errors import Invalid
from studio.domain.formats import Aspect, ShortFormat, scenes_for
from studio.domain.language import guess_language, language_tag
from studio.domain.script import Script, ScriptBrief
from studio.domain.style import Climate, Figure, Style
from studio.domain.text import check_source, one_line, slug
from studio.services.catalogue import DEFAULT_CLIMATE, DEFAULT_STYLE, figures_of, find_climate, find_style
from studio.services.keys import content_key
from studio.services.principal import Principal
from studio.services.references import find

LONGEST_TITLE = 120
SCRIPT_SUFFIXES = (".yaml", ".yml", ".json")


@dataclass(frozen=True)
class Request:
    """A checked request for a short. `finished` is set when the author's text already is a script."""

    topic: str
    title: str
    source_text: str | None
    finished: ScriptFile | None
    format: ShortFormat
    aspect: Aspect
    seconds: float
    language: str
    style: Style
    climate: Climate
    characters: tuple[Character, ...]
    key: str

    @property
    def handle(self) -> str:
        return slug(self.title)


def checked(session: Session, principal: Principal, data: CreateShort) -> Request:
    """Check the whole request at once. Raises Invalid, NotFound or TooLarge before anything is written."""
    characters = tuple(find(session, Character, principal, name, "character") for name in data.characters)
    finished = _finished(data, [character.name for character in characters])
    topic = one_line(data.topic or (finished.title if finished else ""))
    if data.source_text is not None and finished is None:
        check_source(data.source_text, source=data.source_name or "the text")
    if not topic and data.source_text is None:
        raise Invalid("There is no topic.", hint='studio shorts make "Why octopuses have three hearts"')
    format = data.format or (finished.format if finished else None) or ShortFormat.SHORT
    return Request(
        topic=topic,
        title=topic[:LONGEST_TITLE] or _first_line(data.source_text or ""),
        source_text=data.source_text,
        finished=finished,
        format=format,
        aspect=data.aspect or (finished.aspect if finished else None) or format.rules.aspect,
        seconds=_seconds(format, data.duration_seconds),
        language=_language(data, finished, topic),
        style=find_style(session, principal, data.style or (finished.style if finished else None) or DEFAULT_STYLE),
        climate=find_climate(
            session, principal, data.climate or (finished.climate if finished else None) or DEFAULT_CLIMATE
        ),
        characters=characters,
        key=content_key("brief", data.model_dump(mode="json", exclude={"source_name"})),
    )


def brief_of_request(request: Request) -> ScriptBrief:
    figures = tuple(CharacterData.model_validate_json(row.definition).to_domain() for row in request.characters)
    return _brief(
        request.topic,
        request.source_text,
        request.style,
        request.climate,
        request.format,
        request.seconds,
        request.language,
        figures,
    )


def brief_of_short(session: Session, principal: Principal, short: Short) -> ScriptBrief:
    """The brief of a short that is already noted down."""
    return _brief(
        short.topic,
        short.source_text,
        find_style(session, principal, short.style),
        find_climate(session, principal, short.climate),
        ShortFormat(short.format),
        short.target_seconds,
        short.language or "en",
        figures_of(session, short.id),
    )


def _brief(
    topic: str,
    source_text: str | None,
    style: Style,
    climate: Climate,
    format: ShortFormat,
    seconds: float,
    language: str,
    figures: tuple[Figure, ...],
) -> ScriptBrief:
    return ScriptBrief(
        topic=topic,
        style=style,
        climate=climate,
        source_text=source_text,
        format=format,
        duration_seconds=seconds,
        scene_count=scenes_for(format, seconds, climate.pressure),
        language=language,
        figures=figures,
    )


def titled(script: Script, brief: ScriptBrief) -> Script:
    """The script under its author's title: a topic that comes with a text of one's own."""
    if not brief.topic or brief.source_text is None:
        return script
    return replace(script, title=brief.topic[:LONGEST_TITLE])


def _finished(data: CreateShort, cast: Sequence[str]) -> ScriptFile | None:
    """The author's text where it is a script already; a topic given with it is its title."""
    if data.source_text is None:
        return None
    # A file that is called a script is one, and its faults are named; it is never read aloud.
    is_called_script = (data.source_name or "").lower().endswith(SCRIPT_SUFFIXES)
    if not is_called_script and not looks_like_script(data.source_text):
        return None
    script = parse_script(data.source_text, source=data.source_name or "the script", cast=cast)
    topic = one_line(data.topic)[:LONGEST_TITLE]
    return script.model_copy(update={"title": topic}) if topic else script


def _seconds(format: ShortFormat, wanted: float | None) -> float:
    rules = format.rules
    if wanted is None:
        return float(rules.default_seconds)
    if not rules.minimum_seconds <= wanted <= rules.maximum_seconds:
        raise Invalid(
            f"A {format.value} lasts {rules.minimum_seconds} to {rules.maximum_seconds} seconds, not {wanted:g}.",
            hint="Choose another --duration or --format.",
        )
    return wanted


def _language(data: CreateShort, finished: ScriptFile | None, topic: str) -> str:
    if data.language:
        return language_tag(data.language)
    if finished:
        return finished.as_script().language
    return guess_language(data.source_text or topic)


def _first_line(text: str) -> str:
    """The title of a text that was given without one: its front matter's, or its first line of words."""
    front_matter = re.match(r"---\n(.*?\n)---\n", text, re.DOTALL)
    named = re.search(r"^title:\s*(.+)$", front_matter[1], re.MULTILINE) if front_matter else None
    body = text[front_matter.end() :] if front_matter else text
    lines = [named[1].strip("\"' ")] if named else body.splitlines()
    cleaned = (one_line(line).lstrip("#").strip() for line in lines)
    return next((line[:LONGEST_TITLE] for line in cleaned if any(map(str.isalnum, line))), "Untitled")
