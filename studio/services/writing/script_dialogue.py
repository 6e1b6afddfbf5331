"""The scriptwriter: it asks for a script, has a faulty one mended once, and one of the wrong length rewritten once."""

from __future__ import annotations

from typing import Any

from studio.domain.errors import Rejected
from studio.domain.language import guess_language, language_tag
from studio.domain.reading import text_filling
from studio.domain.remote import ChatRequest
from studio.domain.script import Script, ScriptBrief
from studio.domain.text import check_source, safe
from studio.services.writing.craft import DATA
from studio.services.writing.dialogue import Dialogue, question
from studio.services.writing.draft import SCENE_FORM, read_script, script_schema, seconds_of
from studio.services.writing.material import brief_data, film_section, manner_section
from studio.services.writing.prompts import Prompts
from studio.services.writing.structured import data_block, lines_of

LENGTH_TOLERANCE = 0.15
"""Share of the wanted length by which the narration may be off before a rewrite is asked for."""

LENGTH_LIMIT = 0.5
"""Share beyond which a script that the model would not rewrite better is refused rather than filmed."""


class ScriptDialogue(Dialogue[Script]):
    noun = "a script"
    way_out = "Use a larger model, or your own text with --from."

    def __init__(
        self, brief: ScriptBrief, prompts: Prompts, *, instructions: str = "", present: Script | None = None
    ) -> None:
        """`instructions` are the author's wishes, `present` the script they are about.

        Raises Invalid for an author's text no film can be made of."""
        if brief.source_text is not None:
            check_source(brief.source_text)
        self.brief = brief
        self.language = language_of(brief)
        super().__init__(
            ChatRequest(
                question(
                    _instructions(brief, self.language, prompts, has_wishes=bool(instructions.strip())),
                    data_block({**brief_data(brief), **_wishes(instructions, present)}),
                ),
                "script",
                script_schema(brief.scene_count),
            )
        )

    def read(self, text: str) -> Script:
        return read_script(text, self.brief, self.language)

    def improvement(self, made: Script) -> str | None:
        return (
            _other_length(seconds_of(made), self.brief, self.language) if self._is_off(made, LENGTH_TOLERANCE) else None
        )

    def better(self, made: Script, other: Script) -> Script:
        """The one nearer to the wanted length."""
        return min(made, other, key=lambda script: abs(seconds_of(script) - self.brief.duration_seconds))

    def check(self, made: Script, model: str) -> None:
        if self._is_off(made, LENGTH_LIMIT):
            raise Rejected(
                f"{model} wrote {seconds_of(made):.0f} seconds for a film of {self.brief.duration_seconds:.0f}.",
                hint="Use a larger model, or choose another --duration.",
            )

    def _is_off(self, script: Script, share: float) -> bool:
        wanted = self.brief.duration_seconds
        return abs(seconds_of(script) - wanted) > share * wanted


def language_of(brief: ScriptBrief) -> str:
    """The language a script is written in, as a BCP 47 tag."""
    return language_tag(brief.language) if brief.language else guess_language(brief.source_text or brief.topic)


def _wishes(instructions: str, present: Script | None) -> dict[str, Any]:
    scenes = present.scenes if present and instructions.strip() else ()
    told = [lines_of({"narration": scene.narration, "visual": scene.visual}) for scene in scenes]
    return {"wishes": safe(instructions).strip(), "present_scenes": told}


def _instructions(brief: ScriptBrief, language: str, prompts: Prompts, *, has_wishes: bool) -> str:
    """The system message. It holds nothing that people wrote but administrators."""
    parts = [
        prompts.text("script.craft"),
        prompts.text("script.pictures"),
        film_section(brief, language),
        prompts.text("script.style"),
        manner_section(brief.style, brief.climate),
        prompts.text("script.from_topic" if brief.source_text is None else "script.own_words"),
        *([prompts.text("script.cast")] if brief.figures else []),
        *([prompts.text("script.wishes")] if has_wishes else []),
        DATA,
        _answer(brief.scene_count),
    ]
    return "\n\n".join(parts)


def _answer(scene_count: int) -> str:
    return (
        "THE ANSWER\n"
        "Answer with one JSON object and nothing else: title, the title of the film, and scenes, a list of exactly "
        f"{scene_count}. Each scene has narration, visual, image_prompt, title, shot and characters. The form, with "
        "descriptions where your own words belong:\n"
        f'{{"title": "title of the film", "scenes": [{SCENE_FORM}]}}'
    )


def _other_length(spoken: float, brief: ScriptBrief, language: str) -> str:
    """The one request to write a shorter or longer narration."""
    present, unit = text_filling(spoken, language)
    wanted, _ = text_filling(brief.duration_seconds, language)
    change = "Cut it down" if spoken > brief.duration_seconds else "Write more"
    return (
        f"The narration takes about {spoken:.0f} seconds to speak ({present} {unit}), but the film lasts "
        f"{brief.duration_seconds:.0f}. {change}: it needs about {wanted} {unit} in all, "
        f"about {max(1, wanted // brief.scene_count)} in each scene. Keep the hook, the order and the number of scenes."
    )
