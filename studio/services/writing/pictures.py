"""The prompt engineer: scenes and characters become what a picture model is asked, in words it can paint."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from studio.domain.formats import Aspect
from studio.domain.remote import PaintRequest, Reference
from studio.domain.script import ScriptScene, Shot
from studio.domain.style import Figure, Style
from studio.domain.text import one_line
from studio.services.writing.figures import completed, described, looks_of, present_in, without_names

LONGEST_PROMPT = 4_000
"""Characters; the adapters cut further where a model takes less."""

PORTRAIT_SIZE = (864, 1152)
"""Width and height in pixels of a character's reference picture: room for face and clothes."""

NEVER_PAINTED = ("text", "letters", "watermark", "logo", "caption", "subtitles", "frame", "collage", "split screen")

_SHOTS: Mapping[Shot, str] = MappingProxyType(
    {
        Shot.WIDE: "Wide shot: the whole place, with the subject small in it",
        Shot.MEDIUM: "Medium shot: the subject from the waist up, its surroundings still to be seen",
        Shot.CLOSE: "Close-up: the subject fills the picture, the background is soft",
        Shot.DETAIL: "Detail shot: one telling thing, very near",
    }
)
_ASPECTS: Mapping[Aspect, str] = MappingProxyType(
    {
        Aspect.VERTICAL: "Vertical 9:16 composition, the subject in the upper two thirds, calm ground below",
        Aspect.SQUARE: "Square 1:1 composition, the subject in the middle, calm ground below",
        Aspect.WIDE: "Wide 16:9 composition, the subject off the middle, calm ground below",
    }
)


def picture_prompt(
    scene: ScriptScene,
    style: Style,
    figures: Sequence[Figure],
    aspect: Aspect,
    seed: int,
    references: Sequence[Reference] = (),
) -> PaintRequest:
    """The picture of a scene. `figures` are all characters of the film; those who are `present_in` it are described.

    `references` show the same characters. The same scene, style and traits always give the same request."""
    people = described([completed(figure) for figure in present_in(scene, figures)])
    told = without_names(_seen(scene), people)
    width, height = aspect.size
    return PaintRequest(
        prompt=_sentences(
            told,
            *(person.sentence for person in people),
            _SAME_PEOPLE if references and people else "",
            _look(style, told),
            _SHOTS[scene.shot],
            _ASPECTS[aspect],
            "No text or letters anywhere",
        ),
        width=width,
        height=height,
        seed=seed,
        negative_prompt=negative_prompt(style),
        references=tuple(references),
    )


def portrait_prompt(
    figure: Figure, seed: int, style: Style | None = None, references: Sequence[Reference] = ()
) -> PaintRequest:
    """The picture by which a character is known again: one person, even light, nothing that distracts."""
    whole = completed(figure)
    width, height = PORTRAIT_SIZE
    return PaintRequest(
        prompt=_sentences(
            "Character reference picture: one person alone, from the front, from head to knees, looking at the viewer",
            without_names(looks_of(whole), described([whole])),
            "Calm, friendly expression, relaxed posture, every piece of clothing and every accessory in full view",
            "Plain light grey background, soft even light, sharp from head to hands",
            one_line(style.visual_prompt) if style else "",
            "No text or letters anywhere",
        ),
        width=width,
        height=height,
        seed=seed,
        negative_prompt=_listed([*NEVER_PAINTED, "second person", "cropped head", "props that are not described"]),
        references=tuple(references),
    )


def negative_prompt(style: Style) -> str:
    """What no picture of this style shows, each thing once."""
    own = [one_line(part) for part in style.negative_prompt.replace(";", ",").split(",")]
    return _listed([*own, *NEVER_PAINTED])


_SAME_PEOPLE = (
    "The reference pictures show these people: keep face, hair, body and clothes exactly as they are there, and only "
    "change posture, expression and surroundings"
)


def _seen(scene: ScriptScene) -> str:
    """The picture's own words; what is seen is added where the prompt is about something less."""
    prompt, visual = one_line(scene.image_prompt), one_line(scene.visual)
    if not prompt:
        return visual or one_line(scene.narration)
    return prompt


def _look(style: Style, told: str) -> str:
    look = one_line(style.visual_prompt)
    return "" if look.casefold() in told.casefold() else look


def _sentences(*parts: str) -> str:
    lines = (part.strip().rstrip(" .,") for part in parts)
    return ". ".join(f"{line[:1].upper()}{line[1:]}" for line in lines if line)[: LONGEST_PROMPT - 1] + "."


def _listed(parts: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(part for part in parts if part))
