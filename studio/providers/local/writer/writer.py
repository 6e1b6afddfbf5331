"""The offline writer: no language model, no network. It cuts what an author wrote, or outlines a bare topic."""

from __future__ import annotations

from studio.domain.errors import Invalid
from studio.domain.language import guess_language, language_tag
from studio.domain.script import Script, ScriptBrief
from studio.domain.text import check_source, one_line
from studio.providers.local.writer.article import Article, read_article
from studio.providers.local.writer.extract import script_from_text
from studio.providers.local.writer.outline import outline


class LocalWriter:
    """A `ScriptWriter` whose every narrated sentence is the author's, but for a closing call to action."""

    name = "local"
    is_offline = True

    def write(self, brief: ScriptBrief) -> Script:
        """Cut the brief's text into a script, or outline its topic (`is_outline`) when there is no text.

        Raises Invalid or TooLarge for a text no film can be made of."""
        if brief.source_text is None:
            return self._outline(brief)
        check_source(brief.source_text)
        article = read_article(brief.source_text)
        return script_from_text(article, brief, _language(brief, article))

    def _outline(self, brief: ScriptBrief) -> Script:
        topic = one_line(brief.topic)
        if not any(character.isalnum() for character in topic):
            raise Invalid(
                "The topic has no words.", hint='name what the film is about: "Why octopuses have three hearts"'
            )
        return outline(topic, brief, language_tag(brief.language) if brief.language else guess_language(topic))


def _language(brief: ScriptBrief, article: Article) -> str:
    """What was asked for, else what the text says of itself, else what its words look like."""
    if brief.language:
        return language_tag(brief.language)
    if article.language:
        try:
            return language_tag(article.language)
        except Invalid:
            # A front matter field of that name may hold anything; the words themselves still tell.
            pass
    return guess_language(" ".join(passage.text for passage in article.spoken))
