"""Characters in words for a painter who knows nobody's name: the same traits are always the same sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from studio.domain.script import ScriptScene
from studio.domain.style import Figure
from studio.domain.text import one_line

_CHILD_YEARS = 13
_NOUNS = {
    "woman": ("woman", "girl"),
    "female": ("woman", "girl"),
    "girl": ("girl", "girl"),
    "f": ("woman", "girl"),
    "mulher": ("woman", "girl"),
    "feminino": ("woman", "girl"),
    "mujer": ("woman", "girl"),
    "man": ("man", "boy"),
    "male": ("man", "boy"),
    "boy": ("boy", "boy"),
    "m": ("man", "boy"),
    "homem": ("man", "boy"),
    "masculino": ("man", "boy"),
    "hombre": ("man", "boy"),
}
_NOTHING = frozenset({"none", "no", "nothing", "-", "nenhum", "nenhuma", "ninguno", "ninguna"})
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
_COMMON_PARTS = re.compile(
    "the|old|young|little|big|great|captain|doctor|dr|professor|prof|mrs?|ms|miss|sir|king|queen|prince|princess|uncle|"
    "aunt|grandma|grandpa|saint|st|don|dona|doña|senhora?|señora?|doutora?|capitão|capitán|rei|rainha|ti[oa]|velh[oa]|"
    "der|die|das|herr|frau|l[eao]|el|il|l[oa]s|d[eao]|v[oa]n|of"
)
"""Parts of names that mean more than one person."""
_WITHOUT_SPACES = re.compile("[\u0e00-\u0eff\u1780-\u17ff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True)
class Described:
    """A character as a picture's words speak of it. `called` stands for the name: `the 60-year-old woman`."""

    figure: Figure
    called: str
    sentence: str


def present_in(scene: ScriptScene, figures: Sequence[Figure]) -> tuple[Figure, ...]:
    """Who is seen in a scene: those it names, or where it names nobody those whom the words of its picture name."""
    if scene.characters:
        return tuple(figure for figure in figures if figure.name in scene.characters)
    words = f"{one_line(scene.image_prompt)} {one_line(scene.visual)}"
    found = {id(person.figure) for name, person in _names(described(figures)) if _is_named(words, name, person)}
    return tuple(figure for figure in figures if id(figure) in found)


def _is_named(words: str, name: str, person: Described) -> bool:
    return _pattern(name, is_whole=name == one_line(person.figure.name)).search(words) is not None


def described(figures: Sequence[Figure]) -> tuple[Described, ...]:
    """The characters in words. Two who would be called alike are told apart by their order."""
    names = [f"{_noun_phrase(figure)}{_hair(figure, ' with ')}" for figure in figures]
    called = [
        f"the {_ORDINALS[place % len(_ORDINALS)]} {name}" if names.count(name) > 1 else f"the {name}"
        for place, name in enumerate(names)
    ]
    return tuple(Described(figure, name, looks_of(figure, name)) for figure, name in zip(figures, called, strict=True))


def looks_of(figure: Figure, called: str = "") -> str:
    """One English sentence, or a few, with everything that is known of a character's looks."""
    subject = called or f"{_article(_noun_phrase(figure))}{_hair(figure, ' with ')}"
    traits = [*_traits(figure)]
    looks = f"{_capital(subject)}: {'; '.join(traits)}." if traits else f"{_capital(subject)}."
    more = one_line(figure.description)
    return f"{looks} {_capital(more.rstrip(' .'))}." if more else looks


def without_names(text: str, people: Sequence[Described]) -> str:
    """The text with what the characters are called in the place of their names: a painter knows nobody."""
    for name, person in sorted(_names(people), key=lambda pair: -len(pair[0])):
        text = _pattern(name, is_whole=name == one_line(person.figure.name)).sub(person.called, text)
    return text


def completed(figure: Figure) -> Figure:
    """The figure with the traits nobody gave as the local painter chooses them from the name, once and for good.

    One that is described in its owner's own words stays as it is: what is chosen might contradict them."""
    if figure.description or figure.distinctive_features:
        return figure
    # Late: it loads the painter's vocabulary, which a script does without.
    from studio.providers.local.image.figures import chosen_traits

    return replace(figure, **chosen_traits(figure))


def _names(people: Sequence[Described]) -> Iterator[tuple[str, Described]]:
    """Whole names, and the parts of them that mean one person and nothing else."""
    parts = [part for person in people for part in _parts(person.figure.name)]
    for person in people:
        whole = one_line(person.figure.name)
        if whole:
            yield whole, person
        yield from ((part, person) for part in _parts(person.figure.name) if parts.count(part) == 1 and part != whole)


def _parts(name: str) -> list[str]:
    words = one_line(name).split()
    return [word for word in words if len(words) > 1 and len(word) > 2 and _is_proper(word)]


def _is_proper(word: str) -> bool:
    return word[0].isupper() and not _COMMON_PARTS.fullmatch(word.casefold().rstrip("."))


def _pattern(name: str, *, is_whole: bool) -> re.Pattern[str]:
    # Part of a name counts only as it is written: "Rose" is somebody, "rose" is a flower.
    flags = re.IGNORECASE if is_whole else 0
    if _WITHOUT_SPACES.search(name):
        return re.compile(re.escape(name), flags)
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", flags)


def _noun_phrase(figure: Figure) -> str:
    age, gender = one_line(figure.age), one_line(figure.gender)
    is_child = age.isdigit() and int(age) < _CHILD_YEARS
    grown, child = _NOUNS.get(gender.casefold(), (gender or "person", gender or "child"))
    noun = child if is_child else grown
    return f"{age}-year-old {noun}" if age.isdigit() else f"{age} {noun}" if _stands_before(age) else noun


def _stands_before(age: str) -> bool:
    """Whether an age in words goes before a noun, as `elderly` does and `in her sixties` does not."""
    return bool(age) and " " not in age and not any(map(str.isdigit, age))


def _hair(figure: Figure, joined: str) -> str:
    style, colour = one_line(figure.hair_style), one_line(figure.hair_color)
    words = " ".join(word for word in (colour, style) if word)
    if not words:
        return ""
    # A style such as `bun` or `ponytail` already says that it is hair.
    return f"{joined}{words}{'' if re.search(r'hair|bald|cabelo|pelo', words, re.IGNORECASE) else ' hair'}"


def _traits(figure: Figure) -> Iterator[str]:
    age = one_line(figure.age)
    if age and not age.isdigit() and not _stands_before(age):
        yield age
    for words, form in (
        (figure.skin_tone, "{} skin"),
        (figure.eye_color, "{} eyes"),
        (figure.body_type, "{} build"),
        (figure.clothing, "wearing {}"),
        (figure.accessories, "with {}"),
        (figure.distinctive_features, "{}"),
    ):
        line = one_line(words).rstrip(" .")
        if line and line.casefold() not in _NOTHING:
            yield form.format(line) if not _says_it(line, form) else line


def _says_it(words: str, form: str) -> bool:
    """Whether the words already hold what the form would add: `green eyes`, `wearing a coat`."""
    added = form.replace("{}", "").strip()
    return bool(added) and added.casefold() in words.casefold()


def _article(phrase: str) -> str:
    starts_like_vowel = phrase[:1].lower() in "aeiou" or re.match(r"(?:8|11-|18-)", phrase)
    return f"{'an' if starts_like_vowel else 'a'} {phrase}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
