"""One scene written anew, by its author's wishes, so that it still fits between its neighbours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from studio.domain.reading import spoken_seconds, text_filling
from studio.domain.remote import ChatRequest
from studio.domain.script import Script, ScriptBrief, ScriptScene
from studio.domain.text import one_line, safe
from studio.services.writing.craft import DATA
from studio.services.writing.dialogue import Dialogue, question
from studio.services.writing.draft import SCENE_FORM, read_scene, scene_schema
from studio.services.writing.material import brief_data, language_section, manner_section
from studio.services.writing.prompts import Prompts
from studio.services.writing.structured import Faulty, data_block, lines_of

LONGEST_SOURCE = 20_000
"""Characters of the author's text that are shown for one scene."""


class SceneDialogue(Dialogue[ScriptScene]):
    """`number` counts from 1. The scene keeps its place and what it does in the film."""

    noun = "the scene"
    way_out = "Use a larger model, or studio shorts scene edit to write it yourself."

    def __init__(
        self, brief: ScriptBrief, script: Script, number: int, prompts: Prompts, *, instructions: str = ""
    ) -> None:
        self.brief = brief
        self.script = script
        self.number = number
        self.present = script.scenes[number - 1]
        data = data_block(_data(brief, script, number, instructions))
        super().__init__(ChatRequest(question(self._system(prompts), data), "scene", scene_schema()))

    def read(self, text: str) -> ScriptScene:
        scene = read_scene(text, self.present.role, self.brief, self.script.language)
        faults = [*self._repetitions(scene)]
        if faults:
            raise Faulty(faults)
        return scene

    def _repetitions(self, scene: ScriptScene) -> Iterator[str]:
        for number, other in enumerate(self.script.scenes, start=1):
            if number != self.number and other.narration.casefold() == scene.narration.casefold():
                yield f"The narration is that of scene {number}; it must say something of its own."

    def _system(self, prompts: Prompts) -> str:
        place = {"number": self.number, "scene_count": len(self.script.scenes)}
        parts = [
            prompts.text("script.craft"),
            prompts.text("script.pictures"),
            prompts.text("scene.regenerate", **place),
            self._length(),
            prompts.text("script.style"),
            manner_section(self.brief.style, self.brief.climate),
            *([prompts.text("script.cast")] if self.brief.figures else []),
            DATA,
            f"THE ANSWER\nAnswer with this scene as one JSON object and nothing else, in this form:\n{SCENE_FORM}",
        ]
        return "\n\n".join(parts)

    def _length(self) -> str:
        language = self.script.language
        count, unit = text_filling(spoken_seconds(self.present.narration, language), language)
        return f"THE LENGTH\nThe narration has about {max(1, count)} {unit}, as before.\n{language_section(language)}"


def _data(brief: ScriptBrief, script: Script, number: int, instructions: str) -> dict[str, Any]:
    fields = brief_data(brief)
    source = fields["source_text"]
    scenes = script.scenes
    return {
        **fields,
        "source_text": source[:LONGEST_SOURCE] if source else None,
        "title": one_line(script.title),
        "scene_before": _told(scenes[number - 2]) if number > 1 else None,
        "scene": _told(scenes[number - 1]),
        "scene_after": _told(scenes[number]) if number < len(scenes) else None,
        "wishes": safe(instructions).strip(),
    }


def _told(scene: ScriptScene) -> dict[str, str]:
    return lines_of({"narration": scene.narration, "visual": scene.visual, "shot": scene.shot.value})
