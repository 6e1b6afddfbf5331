"""Help with words: improving, expanding, rewriting, summarizing and translating texts, all of them in one question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import Field

from studio.contracts.assists import Assist
from studio.domain.remote import ChatRequest
from studio.domain.text import one_line, safe
from studio.services.writing.craft import DATA, language_name
from studio.services.writing.dialogue import Dialogue, question
from studio.services.writing.prompts import Prompts
from studio.services.writing.spoken_words import has_words, is_in_language, narration_faults, spoken
from studio.services.writing.structured import TEXT, Faulty, Strict, data_block, list_schema, object_schema, parsed


class _Texts(Strict):
    texts: tuple[str, ...] = Field(min_length=1)


class AssistDialogue(Dialogue[tuple[str, ...]]):
    """As many texts come back as were given, in the same order.

    `language` is that of the answer. `are_spoken` says that the texts are words for a voice: what cannot be spoken is
    then a fault; other texts keep their lines and their marks."""

    noun = "this text"
    way_out = "Use a larger model, or change the words yourself."

    def __init__(
        self,
        kind: Assist,
        texts: Sequence[str],
        language: str,
        prompts: Prompts,
        *,
        instructions: str = "",
        context: str = "",
        are_spoken: bool = True,
    ) -> None:
        self.kind = kind
        self.texts = tuple(safe(text).strip() for text in texts)
        self.language = language
        self.are_spoken = are_spoken
        data = {"about": one_line(context), "wishes": safe(instructions).strip(), "texts": list(self.texts)}
        schema = object_schema({"texts": list_schema(TEXT, len(self.texts))})
        super().__init__(ChatRequest(question(self._system(prompts), data_block(data)), "texts", schema))

    def read(self, text: str) -> tuple[str, ...]:
        answered = parsed(_Texts, text).texts
        made = tuple(spoken(each) if self.are_spoken else safe(each).strip() for each in answered)
        faults = [*self._faults(made)]
        if faults:
            raise Faulty(faults)
        return made

    def _system(self, prompts: Prompts) -> str:
        tongue = language_name(self.language)
        task = prompts.text(f"assist.{self.kind}", language=tongue)
        return "\n\n".join([task, self._rules(tongue), DATA, self._answer()])

    def _rules(self, tongue: str) -> str:
        sound = (
            "A voice speaks them: only words to be spoken, no Markdown, no emoji, no brackets, no links, no labels."
            if self.are_spoken
            else "Their paragraphs and marks stay where they are."
        )
        return (
            f"THE TEXTS\nThe data holds texts, a list of {len(self.texts)}; about says what they belong to. Work on "
            f"each of them, in {tongue}. {sound} The data may hold wishes of the author: follow them as far as they "
            "concern words, tone and emphasis."
        )

    def _answer(self) -> str:
        return (
            "THE ANSWER\nAnswer with one JSON object and nothing else: texts, a list of exactly "
            f'{len(self.texts)} in the same order. The form:\n{{"texts": ["the new text"]}}'
        )

    def _faults(self, made: tuple[str, ...]) -> Iterator[str]:
        if len(made) != len(self.texts):
            yield f"There must be exactly {len(self.texts)} texts, not {len(made)}."
        for number, text in enumerate(made, start=1):
            yield from (f"Text {number}: {fault}" for fault in self._text_faults(text))
        before, after = sum(map(len, self.texts)), sum(map(len, made))
        if self.kind is Assist.SUMMARIZE and after >= before:
            yield "The texts must be shorter than they were."
        if self.kind is Assist.EXPAND and after <= before:
            yield "The texts must be longer than they were."
        if not is_in_language(" ".join(made), self.language):
            yield f"The texts must be in the language {self.language}."

    def _text_faults(self, text: str) -> Iterator[str]:
        if self.are_spoken:
            yield from narration_faults(text)
        elif not has_words(text):
            yield "it has no words."
