"""What a good language model would answer: any JSON schema filled in, in the language and the length asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

SENTENCES = {
    "en": (
        "An octopus has three hearts and one of them stops when it swims.",
        "Two small hearts push the blood through the gills all day.",
        "The largest heart feeds the body and needs a rest now and then.",
        "That is why it would rather crawl than swim across the reef.",
        "Its blood is blue because copper carries the oxygen in it.",
        "Each arm thinks for itself and still the animal moves as one.",
        "A hole as wide as its eye is wide enough for the whole animal.",
        "It remembers a face for weeks and takes revenge with cold water.",
        "At night it walks over the dry stones from one pool to the next.",
        "No shell protects it and so it lives by its wits alone.",
        "The skin sees light before the eyes have noticed anything.",
        "In a second it wears the colour of the sand beneath it.",
        "A mother guards her eggs for months and eats nothing at all.",
        "Her children are smaller than a grain of rice when they leave.",
        "Most of them drift away and only two will ever grow up.",
        "Nobody teaches them how to hunt or where to hide.",
    ),
    "pt": (
        "O polvo tem três corações e um deles para quando ele nada.",
        "Dois corações pequenos levam o sangue às brânquias o dia todo.",
        "O maior coração alimenta o corpo e precisa de uma pausa.",
        "É por isso que ele prefere andar a nadar pelo recife.",
        "O sangue dele é azul porque o cobre carrega o oxigênio.",
        "Cada braço pensa por si e mesmo assim o animal se move inteiro.",
        "Um buraco do tamanho do olho já basta para o animal passar.",
        "Ele lembra de um rosto por semanas e se vinga com água fria.",
        "À noite ele anda sobre as pedras secas de uma poça para outra.",
        "Nenhuma concha o protege e por isso ele vive da inteligência.",
        "A pele percebe a luz antes que os olhos notem alguma coisa.",
        "Em um segundo ele veste a cor da areia que está embaixo dele.",
        "A mãe guarda os ovos por meses e não come nada nesse tempo.",
        "Os filhos são menores que um grão de arroz quando vão embora.",
        "A maioria se perde no mar e só dois vão crescer de verdade.",
        "Ninguém ensina a eles como caçar ou onde se esconder.",
    ),
}
OPENINGS = {"en": "Now look closer.", "pt": "Agora olhe de perto."}
"""Of a scene that is written anew."""

INVITATIONS = {"en": "Follow along for more.", "pt": "Siga para ver mais."}
WORDS_PER_SCENE = 20

_COLOURS = {"dark": "#101828", "light": "#f2ead8", "glow": "#ffd27a", "accent": "#e4572e"}
_WORDS = re.compile(r"about (\d+) in each scene|has about (\d+) words")


def answer_to(messages: Sequence[Mapping[str, Any]], schema: Mapping[str, Any] | None) -> str:
    """An answer that fits: JSON where there is a schema, else a sentence."""
    asked = "\n".join(_text(message.get("content")) for message in messages)
    writer = _Writer(asked, _material(messages), (schema or {}).get("properties", {}))
    return writer.sentence(0) if schema is None else json.dumps(writer.fill(schema), ensure_ascii=False)


class _Writer:
    def __init__(self, asked: str, material: Mapping[str, Any], kind: Mapping[str, Any]) -> None:
        self.kind = kind
        self.tongue = "pt" if "Portuguese" in asked else "en"
        self.material = material
        counts = _WORDS.findall(asked)
        self.words = int(counts[-1][0] or counts[-1][1]) if counts else WORDS_PER_SCENE
        cast = material.get("cast") or []
        self.spoken = _count([INVITATIONS[self.tongue]])
        self.told = 0
        """Sentences that earlier scenes have taken."""
        self.names = [member["name"] for member in cast if isinstance(member, dict) and member.get("name")]

    def sentence(self, number: int) -> str:
        """Each round through the sentences takes them in another order."""
        bank = SENTENCES[self.tongue]
        return bank[number * (2 * (number // len(bank)) + 1) % len(bank)]

    def fill(self, schema: Mapping[str, Any], name: str = "", number: int = 0) -> Any:
        if "enum" in schema:
            return schema["enum"][number % len(schema["enum"])]
        match schema.get("type"):
            case "object":
                return {key: self.fill(part, key, number) for key, part in schema["properties"].items()}
            case "array":
                return self._list(schema, name)
            case "boolean":
                return True
            case "integer" | "number":
                return 1
            case _:
                return self._words_for(name, number)

    def _list(self, schema: Mapping[str, Any], name: str) -> list[Any]:
        if name == "characters":
            return list(self.names)
        if name == "texts" and self.material.get("texts"):
            return [self.sentence(number) for number in range(len(self.material["texts"]))]
        count = schema.get("minItems", 2)
        filled = [self.fill(schema["items"], name, number) for number in range(count)]
        if name == "scenes" and filled and "narration" in filled[-1]:
            filled[-1]["narration"] = f"{filled[-1]['narration']} {INVITATIONS[self.tongue]}"
        return filled

    def _words_for(self, name: str, number: int) -> str:
        if name == "narration":
            return self._narration(number) if "scenes" in self.kind else f"{OPENINGS[self.tongue]} {self._narration(0)}"
        if name == "image_prompt":
            who = f" with {' and '.join(self.names)}" if self.names else ""
            return f"a red octopus on a reef{who}, soft light, part {number + 1}"
        if name == "title":
            topic = str(self.material.get("topic") or self.sentence(0))
            return " ".join(topic.split()[:8])[:60] if not number else " ".join(self.sentence(number).split()[:3])
        if name in _COLOURS:
            return _COLOURS[name]
        return " ".join(self.sentence(number).split()[:5])

    def _narration(self, number: int) -> str:
        """The next sentences, as many as bring the film nearest to its length so far."""
        said = [self.sentence(self.told)]
        while True:
            following = self.sentence(self.told + len(said))
            if self.spoken + _count(said) + _count([following]) / 2 > self.words * (number + 1):
                break
            said.append(following)
        self.told += len(said)
        self.spoken += _count(said)
        return " ".join(said)


def _count(sentences: Sequence[str]) -> int:
    return sum(len(sentence.split()) for sentence in sentences)


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    return " ".join(part.get("text", "") for part in content or [] if isinstance(part, dict))


def _material(messages: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The data of the first message that is one JSON object."""
    for message in messages:
        try:
            found = json.loads(_text(message.get("content")))
        except ValueError:
            continue
        if isinstance(found, dict):
            return found
    return {}
