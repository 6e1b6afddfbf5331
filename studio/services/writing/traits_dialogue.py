"""From a picture to the traits of a character: what a vision model is asked, and what is taken from its answer."""

from __future__ import annotations

from annotated_types import MaxLen
from pydantic import ValidationError

from studio.contracts.characters import CharacterFields
from studio.contracts.definitions import faults_of
from studio.domain.errors import Rejected
from studio.domain.remote import ChatRequest, Reference
from studio.domain.text import one_line
from studio.services.writing.craft import DATA
from studio.services.writing.dialogue import Dialogue, question
from studio.services.writing.prompts import Prompts
from studio.services.writing.structured import TEXT, Faulty, Strict, data_block, object_schema, parsed

_TRAITS = tuple(CharacterFields.model_fields)


class _Seen(Strict):
    """The traits stay as they come until `CharacterFields` has looked at them."""

    has_character: bool
    traits: dict[str, str]


class TraitsDialogue(Dialogue[CharacterFields]):
    """Asks for every field of a character. An answer without a single trait means that nobody is in the picture."""

    noun = "a description"
    way_out = "Use another picture or a larger model, or studio characters create to describe the character yourself."

    def __init__(self, picture: Reference, prompts: Prompts) -> None:
        super().__init__(traits_request(picture, prompts))

    def read(self, text: str) -> CharacterFields:
        seen = parsed(_Seen, text)
        words = {name: one_line(value) for name, value in seen.traits.items() if name in _TRAITS}
        try:
            return CharacterFields.model_validate(words if seen.has_character else {})
        except ValidationError as error:
            raise Faulty(f"{fault}." for fault in faults_of(error, CharacterFields)) from error

    def check(self, made: CharacterFields, model: str) -> None:
        if not any(made.model_dump().values()):
            raise Rejected(f"{model} saw nobody in this picture.", hint="Use a picture that shows one character well.")


def traits_request(picture: Reference, prompts: Prompts) -> ChatRequest:
    """The question for a vision model: all traits of whoever the picture shows, as strict JSON."""
    fields = "\n".join(
        f"- {name}: {field.description} At most {_longest(name)} characters."
        for name, field in CharacterFields.model_fields.items()
    )
    system = "\n\n".join([prompts.text("character.analyze"), DATA, f"THE ANSWER\n{_FORM}\nThe traits are:\n{fields}"])
    data = data_block({"picture": "shown with this message"})
    schema = object_schema(
        {"has_character": {"type": "boolean"}, "traits": object_schema(dict.fromkeys(_TRAITS, TEXT))}
    )
    return ChatRequest(question(system, data), "traits", schema, (picture,))


def _longest(name: str) -> int:
    return next(rule.max_length for rule in CharacterFields.model_fields[name].metadata if isinstance(rule, MaxLen))


_FORM = (
    "Answer with one JSON object and nothing else: has_character, whether the picture shows a person, creature or "
    'figure at all, and traits. The form:\n{"has_character": true, "traits": {"age": "in her sixties", '
    '"hair_color": "silver"}}'
)
