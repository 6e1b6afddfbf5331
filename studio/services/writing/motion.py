"""How a still comes alive: what an image-to-video model is told about camera and subject."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from types import MappingProxyType

from studio.domain.formats import Pressure
from studio.domain.script import ScriptScene, Shot
from studio.domain.style import Figure
from studio.domain.text import one_line
from studio.services.writing.figures import completed, described, present_in, without_names

NEVER_IN_MOTION = "text, letters, subtitles, watermark, logo, cuts, scene change, morphing, extra limbs, distorted face"

LONGEST_SUBJECT = 600
"""Characters of what is seen: the picture is there, only what moves has to be said."""

_CAMERA: Mapping[Shot, tuple[str, ...]] = MappingProxyType(
    {
        Shot.WIDE: (
            "the camera glides forward over the scene",
            "the camera rises and opens the view",
            "the camera pans across the place from left to right",
            "the camera pans across the place from right to left",
        ),
        Shot.MEDIUM: (
            "the camera pushes in on the subject",
            "the camera circles a little around the subject",
            "the camera pulls back from the subject",
            "the camera follows the subject sideways",
        ),
        Shot.CLOSE: (
            "the camera pushes in on the eyes or the heart of the subject",
            "the camera drifts sideways while the subject stays in focus",
            "the camera breathes, as if held by hand",
        ),
        Shot.DETAIL: (
            "the camera creeps closer to the detail",
            "the focus wanders from the front to the back",
            "the camera slides past the detail",
        ),
    }
)
_PACE: Mapping[Pressure, str] = MappingProxyType(
    {
        Pressure.SLOW: "Very slowly and evenly",
        Pressure.FLUID: "Smoothly, at a natural pace",
        Pressure.FAST: "Quickly and with energy, without losing the subject",
    }
)
_SUBJECT: Mapping[Pressure, tuple[str, ...]] = MappingProxyType(
    {
        Pressure.SLOW: ("breath, hair and cloth move gently", "light and shadow wander", "dust or mist drifts by"),
        Pressure.FLUID: ("it moves as it would in life", "it turns and shifts its weight", "wind moves what is loose"),
        Pressure.FAST: (
            "it acts at once and with force",
            "sudden movement, hair and cloth fly",
            "sparks, spray or dust fly",
        ),
    }
)


def motion_prompt(scene: ScriptScene, pressure: Pressure, seed: int, figures: Sequence[Figure] = ()) -> str:
    """Camera and subject of one scene, chosen by the seed among what fits its shot and the climate's pressure."""
    dice = Random(seed)
    camera, movement = dice.choice(_CAMERA[scene.shot]), dice.choice(_SUBJECT[pressure])
    people = described([completed(figure) for figure in present_in(scene, figures)])
    seen = without_names(one_line(scene.visual or scene.image_prompt), people)[:LONGEST_SUBJECT].rstrip(" .,")
    subject = f"{seen}: {movement}" if seen else movement
    return (
        f"{_PACE[pressure]}, {camera}. {subject[:1].upper()}{subject[1:]}. One continuous shot, no cut; faces, clothes "
        "and things keep their shape. No text or letters appear."
    )
