"""The call to action a film ends on: the author's own, one of the style's, or a neutral one in the text's language."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from studio.domain.language import guess_language, primary_language
from studio.domain.style import Style
from studio.domain.text import one_line
from studio.providers.local.writer.cues import cues_for
from studio.providers.local.writer.ranking import leans
from studio.providers.local.writer.sentences import Sentence, finished

_NEUTRAL = {
    "en": "Follow for the next one.",
    "pt": "Siga para ver o próximo.",
    "es": "Sigue la cuenta para ver el próximo.",
    "fr": "Abonne-toi pour voir la suite.",
    "de": "Folge uns für das nächste Video.",
    "it": "Segui la pagina per il prossimo.",
}


def is_invitation(text: str, language: str) -> bool:
    """Whether the sentence asks the viewer to do something, as a closing sentence may."""
    cues = cues_for(language)
    asks_viewer = text.rstrip("\"'”’»").endswith("?") and cues.reader.search(text) is not None
    return asks_viewer or cues.invitation.search(text) is not None


def closing_sentence(sentences: Sequence[Sentence], language: str) -> Sentence | None:
    """The author's own last sentence where it is a call to action, or where studio has no words of that language."""
    if not sentences:
        return None
    last = sentences[-1]
    if primary_language(language) not in _NEUTRAL or is_invitation(last.text, language):
        return last
    # "Remember that the next time you see one. It is saving a heart." ends on the thought the invitation leads to.
    leads_there = len(sentences) > 1 and leans(last, language) and is_invitation(sentences[-2].text, language)
    return last if leads_there else None


def invitation(style: Style, language: str, seed: str) -> str | None:
    """A call to action that is not the author's: from the style if it has one in this language, else neutral.

    The same seed gives the same words. None for a language studio has no words in."""
    tongue = primary_language(language)
    examples = [one_line(example) for example in style.call_to_action_examples]
    fitting = [example for example in examples if example and guess_language(example, default="und") == tongue]
    if fitting:
        return finished(fitting[hashlib.sha256(seed.encode()).digest()[0] % len(fitting)])
    return _NEUTRAL.get(tongue)
