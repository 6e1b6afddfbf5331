"""The finished script as a file: its schema in JSON or YAML, read with all faults at once, and written back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from studio.contracts.script_text import load_document
from studio.domain.errors import Invalid
from studio.domain.formats import Aspect, ShortFormat
from studio.domain.language import guess_language, language_tag
from studio.domain.script import MAXIMUM_SCENES, Role, Script, ScriptScene, Shot
from studio.domain.text import one_line, safe

MAXIMUM_NARRATION_CHARACTERS = 10_000
"""What a narrator reads in the ten minutes the longest film may take."""

MAXIMUM_TITLE_CHARACTERS = 200
MAXIMUM_PROMPT_CHARACTERS = 4_000
LONGEST_SCENE_SECONDS = 120

_MESSAGES = {
    "missing": "is missing",
    "string_type": "must be text, in quotes if it looks like something else",
    "tuple_type": "must be a list",
    "model_type": "must be a set of fields",
    "dict_type": "must be a set of fields",
    "finite_number": "must be a finite number",
    "float_type": "must be a number",
}


def _readable(text: str) -> str:
    kept = one_line(text)
    if not kept:
        raise ValueError("must not be empty")
    return kept


def _spoken(text: str) -> str:
    kept = one_line(text)
    if not any(character.isalnum() for character in kept):
        raise ValueError("must have words to speak")
    return kept


def _tag(text: str) -> str:
    try:
        return language_tag(text)
    except Invalid as error:
        raise ValueError("must be a language tag such as en, pt-BR or ja") from error


Title = Annotated[str, Field(max_length=MAXIMUM_TITLE_CHARACTERS), AfterValidator(_readable)]
Narration = Annotated[str, Field(max_length=MAXIMUM_NARRATION_CHARACTERS), AfterValidator(_spoken)]
Prompt = Annotated[str, Field(max_length=MAXIMUM_PROMPT_CHARACTERS), AfterValidator(one_line)]
Name = Annotated[str, Field(max_length=MAXIMUM_TITLE_CHARACTERS), AfterValidator(_readable)]
Tag = Annotated[str, AfterValidator(_tag)]


class SceneFile(BaseModel):
    """One scene of a finished script. Only `narration` is needed; `duration_seconds` is a wish, words are never cut."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    narration: Narration
    visual: Prompt = ""
    image_prompt: Prompt = ""
    title: Title | None = None
    shot: Shot | None = None
    role: Role | None = None
    duration_seconds: (
        Annotated[float, Field(gt=0, le=LONGEST_SCENE_SECONDS, allow_inf_nan=False, strict=True)] | None
    ) = None
    characters: Annotated[tuple[Name, ...], Field(max_length=20)] = ()


class ScriptFile(BaseModel):
    """A finished script. What is left out is taken from the command, the style or the text itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Title
    language: Tag | None = None
    format: ShortFormat | None = None
    aspect: Aspect | None = None
    style: Name | None = None
    climate: Name | None = None
    scenes: Annotated[tuple[SceneFile, ...], Field(min_length=1, max_length=MAXIMUM_SCENES)]

    def as_script(self) -> Script:
        """The script as the domain knows it: language guessed if not said, shots varied, roles by place."""
        language = self.language or guess_language(" ".join(scene.narration for scene in self.scenes))
        scenes: list[ScriptScene] = []
        for place, scene in enumerate(self.scenes):
            shot = scene.shot or _next_shot(scenes, self.scenes[place + 1 : place + 2])
            role = scene.role or (Role.HOOK if place == 0 else Role.BODY)
            fields = scene.model_dump(exclude={"shot", "role"})
            scenes.append(ScriptScene(**fields, shot=shot, role=role))
        return Script(self.title, language, tuple(scenes))


def parse_script(text: str, *, source: str, cast: Sequence[str] | None = None) -> ScriptFile:
    """Read a finished script from JSON or YAML. `source` names it in messages; `cast` are the names of the film's
    characters, nobody else may appear in a scene (None: whoever appears is not looked at).

    Raises Invalid with every fault, each with its place: `scenes[3].duration_seconds (scene 4): must be …`; raises
    TooLarge beyond a megabyte."""
    document = load_document(text, source=source)
    if not isinstance(document, dict):
        raise Invalid(f"{source} is not a script: it has no fields.", hint="see docs/script-format.md for an example")
    strangers = [] if cast is None else list(_strangers(document, cast))
    try:
        script = ScriptFile.model_validate(document)
    except ValidationError as error:
        raise _refusal(source, [*_faults(error), *strangers]) from error
    if strangers:
        raise _refusal(source, strangers)
    return script


def _refusal(source: str, found: Sequence[str]) -> Invalid:
    faults = list(dict.fromkeys(found))
    count = "one fault" if len(faults) == 1 else f"{len(faults)} faults"
    return Invalid(f"The script {source} has {count}.", faults=faults, hint="see docs/script-format.md for every field")


def _strangers(document: Mapping[str, Any], cast: Sequence[str]) -> Iterable[str]:
    """Who appears in a scene without being one of the film's characters. What is no list of names is no name either."""
    known = f"it has {', '.join(map(_shown, cast))}" if cast else "it was given none with --character"
    for number, scene in enumerate(_list(document.get("scenes"))):
        for name in _list(scene.get("characters")) if isinstance(scene, dict) else ():
            if isinstance(name, str) and name.strip() and one_line(name) not in cast:
                place = _place(("scenes", number, "characters"))
                yield f"{place}: {_shown(name)} is not a character of this film; {known}"


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def looks_like_script(text: str) -> bool:
    """Whether the text means to be a finished script rather than prose: a JSON object, or YAML with `scenes`."""
    body = text.lstrip("\ufeff \t\r\n")
    if body.startswith("{"):
        return body.rstrip().endswith("}") or re.search(r'"scenes"\s*:', body) is not None
    first = next((line for line in body.splitlines() if line.strip() and not line.startswith(("#", "---", "%"))), "")
    starts_with_field = re.match(r"[\"']?[A-Za-z_]+[\"']?\s*:", first) is not None
    return starts_with_field and re.search(r"^[\"']?scenes[\"']?\s*:\s*(?:[\[{#].*)?$", body, re.MULTILINE) is not None


def dump_script(
    script: Script, *, format: Literal["yaml", "json"] = "yaml", settings: Mapping[str, str] | None = None
) -> str:
    """Write a script as a file that `parse_script` reads back to the same script. Empty fields are left out.

    `settings` are the film's format, aspect, style and climate."""
    document: dict[str, Any] = {"title": script.title, "language": script.language, **(settings or {})}
    document["scenes"] = [_scene_fields(scene) for scene in script.scenes]
    if format == "json":
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=100)


def _scene_fields(scene: ScriptScene) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "narration": scene.narration,
        "title": scene.title,
        "visual": scene.visual,
        "image_prompt": scene.image_prompt,
        "shot": scene.shot.value,
        "role": scene.role.value,
        "duration_seconds": scene.duration_seconds,
        "characters": list(scene.characters),
    }
    return {name: value for name, value in fields.items() if value not in (None, "", [])}


def _next_shot(before: list[ScriptScene], after: Iterable[SceneFile]) -> Shot:
    """A camera distance unlike both neighbours', in a fixed order."""
    taken = {*(scene.shot for scene in before[-1:]), *(scene.shot for scene in after)}
    order = (Shot.CLOSE, Shot.WIDE, Shot.MEDIUM, Shot.DETAIL)
    turn = len(before) % len(order)
    return next(shot for shot in (*order[turn:], *order[:turn]) if shot not in taken)


def _faults(error: ValidationError) -> Iterable[str]:
    for item in error.errors(include_url=False):
        # When every scene is faulty pydantic counts none and would call a full list empty.
        if item["type"] == "too_short" and item["input"]:
            continue
        yield f"{_place(item['loc'])}: {_message(item)}"


def _place(location: tuple[int | str, ...]) -> str:
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{_shown(part)}" if path else _shown(part)
    in_scene = len(location) > 1 and location[0] == "scenes" and isinstance(location[1], int)
    return f"{path} (scene {int(location[1]) + 1})" if in_scene else path or "the script"


def _message(item: Any) -> str:
    kind, context = item["type"], item.get("ctx", {})
    if kind in _MESSAGES:
        return _MESSAGES[kind]
    if kind == "extra_forbidden":
        return _unknown_field(item["loc"])
    if kind == "greater_than":
        return f"must be greater than {context['gt']:g}"
    if kind == "less_than_equal":
        return f"must be at most {context['le']:g}"
    if kind == "enum":
        return f"must be one of {context['expected']}"
    if kind == "string_too_long":
        return f"is longer than {context['max_length']:,} characters"
    if kind == "too_short":
        return "needs at least one scene"
    if kind == "too_long":
        return f"has {context['actual_length']}, and at most {context['max_length']} are possible"
    return str(context.get("error", item["msg"]))


def _unknown_field(location: tuple[int | str, ...]) -> str:
    model = SceneFile if len(location) > 1 and location[0] == "scenes" else ScriptFile
    return f"is not a field; there are {', '.join(model.model_fields)}"


def _shown(name: object) -> str:
    return safe(str(name))[:60]
