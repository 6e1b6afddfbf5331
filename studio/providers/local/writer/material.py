"""An article made ready to be filmed: its sentences, its theme, its vocabulary and its title."""

from __future__ import annotations

from dataclasses import dataclass

from studio.domain.errors import Invalid
from studio.domain.script import ScriptBrief
from studio.domain.text import one_line, short_title
from studio.providers.local.writer.article import Article
from studio.providers.local.writer.phrases import Vocabulary, vocabulary_of
from studio.providers.local.writer.ranking import frequent_stems
from studio.providers.local.writer.sentences import Sentence, sentences_of
from studio.providers.local.writer.words import stems

_LONGEST_SENTENCE_SHARE = 0.4
"""A sentence that takes more of the film than this is chosen in parts."""

_SUBJECT_WORDS = 3
_SUBJECT_CHARACTERS = 12
"""What is taken of a title in a script that writes no spaces."""


@dataclass(frozen=True)
class Material:
    """What a film is made from. `theme` holds the stems of its title and topic."""

    brief: ScriptBrief
    article: Article
    language: str
    title: str
    theme: tuple[str, ...]
    sentences: tuple[Sentence, ...]
    vocabulary: Vocabulary

    @property
    def subject(self) -> str:
        """The title's telling words as they are written: what every picture of this film is about."""
        if " " not in self.title:
            return self.title[:_SUBJECT_CHARACTERS]
        words = [word.strip(".,;:!?…\"'“”‘’«»¿¡()") for word in self.title.split()]
        return " ".join([word for word in words if stems(word, self.language)][:_SUBJECT_WORDS])


def read_material(article: Article, brief: ScriptBrief, language: str) -> Material:
    """Read the article for this brief. Raises Invalid when it has no sentence to speak."""
    longest_seconds = min(
        2 * brief.format.rules.scene_maximum_seconds, _LONGEST_SENTENCE_SHARE * brief.duration_seconds
    )
    sentences = sentences_of(article, language, longest_seconds=longest_seconds)
    if not sentences:
        raise Invalid("The text has no sentence that could be spoken.", hint="give a text with whole sentences")
    topic = one_line(brief.topic)
    title = short_title(article.title or topic or sentences[0].text)
    theme = stems(f"{article.title or ''} {topic}", language) or frequent_stems(sentences)
    theme = theme or stems(title, language)
    vocabulary = vocabulary_of((sentence.text for sentence in sentences), theme, language)
    return Material(brief, article, language, title, tuple(dict.fromkeys(theme)), sentences, vocabulary)
