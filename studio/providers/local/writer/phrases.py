"""Short phrases for the eye: what a scene shows, what stands on screen, and the camera's distance."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from studio.domain.language import STOP_WORDS, primary_language
from studio.domain.script import Shot
from studio.providers.local.writer.words import stem, stems

LONGEST_SCENE_TITLE = 30
_SHORTEST_SPACELESS_TITLE = 4

_SPACELESS_NOUN = re.compile("[\u30a0-\u30ff]{2,}|[\u3400-\u9fff]{2,8}")
_TOKEN = re.compile(r"[$€£¥]?[^\W_]+(?:[-’'.,][^\W_]+)*%?|[^\w\s]")
_LONGEST_RUN = 3
_SHOTS = (Shot.WIDE, Shot.MEDIUM, Shot.DETAIL, Shot.CLOSE, Shot.MEDIUM, Shot.WIDE, Shot.DETAIL, Shot.MEDIUM, Shot.CLOSE)
_ADJECTIVE_AFTER_NOUN = ("pt", "es", "fr", "it")
"""Here a small word after a name begins something new: `Portugal | pedras`."""

_ADVERBS = re.compile(r"\w{3,}(?:ly|mente|ment)$")
_WEAK_WORDS = {
    "en": "become becomes became came come comes does doing done even ever every find finds found get gets "
    "give gives go "
    "goes going gone got keep keeps know knows known let lets look looks made make makes making means mean need needs "
    "never one put really said say says see seen set take takes taken tell tells think thing things time times "
    "took turn "
    "turns use used uses using want way ways well went many less few lot new good still always often instead almost "
    "today another enough around along across every any something nothing however probably perhaps live lives "
    "stay stays",
    "pt": "fazer faz feito fica ficam ficou ficar ter vai vão ir vem vêm diz dizem dizer coisa coisas vez "
    "vezes forma jeito "
    "hoje sempre nunca ainda outro outra outros outras todo toda todos todas cada tudo nada pode podem poder dar deu "
    "ver viu usar usa quase perto longe então assim tanto bem mal novo nova grande fez era",
    "es": "hacer hace hacen hecho queda quedan ir va van viene vienen dice dicen decir cosa cosas vez veces forma hoy "
    "siempre nunca todavía otra otros otras toda todas cada puede pueden poder dar dio ver vio usar usa casi bien mal "
    "nuevo nueva",
    "fr": "faire fait font va vont aller vient viennent dit disent dire chose choses fois façon aujourd'hui "
    "toujours jamais "
    "toutes peut peuvent pouvoir donner voir utiliser presque bien mal nouveau nouvelle rien",
    "de": "machen macht gemacht geht gehen kommt kommen sagt sagen ding dinge mal art heute immer nie alles viele kann "
    "können geben gibt sehen sieht fast gut neu andere anderen ganz",
    "it": "fare fa fanno fatto va vanno andare viene vengono dice dicono dire cosa cose volta volte modo oggi "
    "sempre mai "
    "ogni può possono dare vedere usare quasi bene male nuovo nuova niente",
}


@dataclass(frozen=True)
class Vocabulary:
    """How much each stem says about this text: often in it, in its title, and not everywhere."""

    language: str
    theme: frozenset[str]
    counts: Counter[str]
    pairs: Counter[tuple[str, str]]

    def weight(self, word: str) -> float:
        stemmed = stem(word)
        return 1.0 + 0.35 * min(4, self.counts[stemmed]) + (0.6 if stemmed in self.theme else 0.0)


def vocabulary_of(texts: Iterable[str], theme: Sequence[str], language: str) -> Vocabulary:
    """The vocabulary of a text whose sentences these are."""
    known = list(texts)
    counts = Counter(found for text in known for found in stems(text, language))
    neighbours = Counter(pair for text in known for pair in pairwise([stem(token) for token in _TOKEN.findall(text)]))
    return Vocabulary(language, frozenset(theme), counts, neighbours)


def key_phrases(text: str, vocabulary: Vocabulary, *, most: int = 2) -> list[str]:
    """The phrases of the text that say most, best first, each in the author's words."""
    runs = _runs(text, vocabulary.language)
    scored = sorted(runs, key=lambda run: -_phrase_score(run, vocabulary))
    chosen: list[list[str]] = []
    for run in scored:
        seen = {stem(word) for words in chosen for word in words}
        if len(chosen) < most and not seen & {stem(word) for word in run}:
            chosen.append(run)
    return [" ".join(run) for run in chosen]


def visual_of(text: str, vocabulary: Vocabulary, subject: str) -> str:
    """What is seen while the text is spoken: its key phrases, with the film's subject where they do not name it."""
    phrases = key_phrases(text, vocabulary)
    in_order = sorted(phrases, key=lambda phrase: text.find(phrase.split()[0]))
    names_subject = {stem(word) for phrase in phrases for word in phrase.split()} & vocabulary.theme
    parts = in_order if names_subject or not subject else [subject, *in_order]
    return ", ".join(parts) or subject


def scene_title(text: str, vocabulary: Vocabulary, taken: Iterable[str]) -> str | None:
    """A phrase of two or three words to stand on screen, or None where the text offers none that is new."""
    used = {title.casefold() for title in taken}
    for phrase in key_phrases(text, vocabulary, most=4):
        title = phrase[0].upper() + phrase[1:]
        enough = (len(phrase) >= _SHORTEST_SPACELESS_TITLE and _SPACELESS_NOUN.fullmatch(phrase)) or (
            " " in phrase and _is_telling(phrase, vocabulary)
        )
        if enough and len(title) <= LONGEST_SCENE_TITLE and title.casefold() not in used:
            return title
    return None


def shots(count: int) -> list[Shot]:
    """A camera distance for each scene: close for the hook, then varied so that no two neighbours are alike."""
    return [Shot.CLOSE, *(_SHOTS[index % len(_SHOTS)] for index in range(count - 1))][:count]


def _phrase_score(run: list[str], vocabulary: Vocabulary) -> float:
    weight = sum(vocabulary.weight(word) for word in run) / len(run)
    length_bonus = {1: 0.0, 2: 0.9, 3: 0.7}.get(len(run), 0.0)
    return weight + length_bonus + 0.4 * any(character.isdigit() for character in run[0])


def _is_telling(phrase: str, vocabulary: Vocabulary) -> bool:
    """Whether the phrase is surely a name: a figure and what it counts, capitals, or words that meet again.

    Without a grammar, `octopus swims` and `octopus arms` look alike; what is said once is left off the screen."""
    words = phrase.split()
    counted = any(character.isdigit() for character in words[0]) and len(words[-1]) > 2 and words[-1].isalpha()
    recurring = all(vocabulary.pairs[stem(first), stem(second)] > 1 for first, second in pairwise(words))
    return counted or recurring or all(word[0].isupper() for word in words)


def _runs(text: str, language: str) -> list[list[str]]:
    if _SPACELESS_NOUN.search(text):
        return [[noun] for noun in dict.fromkeys(_SPACELESS_NOUN.findall(text))]
    tongue = primary_language(language)
    breaks = STOP_WORDS.get(tongue, frozenset()) | set(_WEAK_WORDS.get(tongue, "").split())
    runs: list[list[str]] = [[]]
    for token in _TOKEN.findall(text):
        word = token.lower()
        if word in breaks or not (token[0].isalnum() or token[-1].isalnum()) or _ADVERBS.match(word):
            runs.append([])
        elif runs[-1] and tongue in _ADJECTIVE_AFTER_NOUN and runs[-1][-1][0].isupper() and token[0].islower():
            runs.append([token])
        else:
            runs[-1].append(token)
    return [run[-_LONGEST_RUN:] for run in runs if run and any(len(word) > 2 or word.isdigit() for word in run)]
