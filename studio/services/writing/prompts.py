"""The system prompts by name: the built-in texts, and those that administrators put in their place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from studio.contracts.prompts import LONGEST_TEXT
from studio.services.writing import texts

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class Prompt:
    """One system prompt as it is built in. `placeholders` are filled in when it is used."""

    name: str
    description: str
    text: str

    @property
    def placeholders(self) -> tuple[str, ...]:
        return tuple(sorted(set(_PLACEHOLDER.findall(self.text))))

    def fault(self, text: str) -> str | None:
        """What is wrong with a text in its place, as a sentence; None when it can be used."""
        if not text.strip():
            return "The text is empty."
        if len(text) > LONGEST_TEXT:
            return f"The text has {len(text)} characters; at most {LONGEST_TEXT} are taken."
        found = set(_PLACEHOLDER.findall(text))
        unknown, missing = sorted(found.difference(self.placeholders)), sorted(set(self.placeholders) - found)
        if unknown:
            return f"There is nothing to put in for {_in_braces(unknown)}."
        return f"The text must hold {_in_braces(missing)}." if missing else None


def _in_braces(names: list[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in names)


_BUILT_IN = (
    Prompt("script.craft", "How every script is written: hook, steps, call to action.", texts.SCRIPT_CRAFT),
    Prompt("script.pictures", "How a scene's picture is described.", texts.SCRIPT_PICTURES),
    Prompt("script.style", "How the style of a short is followed.", texts.SCRIPT_STYLE),
    Prompt("script.from_topic", "What holds when there is only a topic.", texts.SCRIPT_FROM_TOPIC),
    Prompt("script.own_words", "What holds when there is an author's own text.", texts.SCRIPT_OWN_WORDS),
    Prompt("script.cast", "How characters are put into scenes.", texts.SCRIPT_CAST),
    Prompt("script.wishes", "How a script is written anew by its author's wishes.", texts.SCRIPT_WISHES),
    Prompt("scene.regenerate", "How one scene is written anew.", texts.SCENE_REGENERATE),
    Prompt("assist.improve", "How texts are improved.", texts.ASSIST_IMPROVE),
    Prompt("assist.expand", "How texts are made longer.", texts.ASSIST_EXPAND),
    Prompt("assist.rewrite", "How texts are said in other words.", texts.ASSIST_REWRITE),
    Prompt("assist.summarize", "How texts are made shorter.", texts.ASSIST_SUMMARIZE),
    Prompt("assist.translate", "How texts are translated.", texts.ASSIST_TRANSLATE),
    Prompt("character.analyze", "How a picture becomes the traits of a character.", texts.CHARACTER_ANALYZE),
    Prompt("style.suggest", "How a style is made for a topic.", texts.STYLE_SUGGEST),
)

BUILT_IN: Mapping[str, Prompt] = MappingProxyType({prompt.name: prompt for prompt in _BUILT_IN})


@dataclass(frozen=True)
class Prompts:
    """The texts in force. `overrides` are administrators' own, by name."""

    overrides: Mapping[str, str] = field(default_factory=dict)

    def text(self, name: str, **values: object) -> str:
        """The prompt of this name with its placeholders filled in; other braces stay as they are."""
        text = self.overrides.get(name) or BUILT_IN[name].text
        return _PLACEHOLDER.sub(lambda found: str(values.get(found[1], found[0])), text)
