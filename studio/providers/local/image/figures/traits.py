"""From the free words of a Figure to what can be drawn; what nobody said is decided by the name, always alike."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from random import Random

from studio.domain.style import Figure
from studio.providers.local.image.figures.vocabulary import vocabulary
from studio.providers.local.image.words import stem, tokens

SKIN_TONES = ("#ffe0cc", "#f7cfae", "#e9b48a", "#d19a6a", "#b07a4b", "#8a5a36", "#5f3b24")


@dataclass(frozen=True)
class Look:
    """A person as drawn. Colours are `#rrggbb`; `breadth` multiplies the body's width; `age` is child, adult or old."""

    skin: str
    hair_style: str
    hair: str
    eyes: str
    garment: str
    garment_colour: str
    second_colour: str
    accessories: frozenset[str]
    age: str
    is_feminine: bool
    breadth: float


def look_of(figure: Figure) -> Look:
    """What the figure looks like, in every scene the same."""
    lot = Random(sha256(figure.name.strip().lower().encode()).digest())
    dice = [lot.random() for _ in range(12)]
    everything = _words(" ".join([figure.age, figure.gender, figure.description]))
    age = _age(figure, everything)
    is_feminine = _is_feminine(figure, everything, dice[0])
    hair_style = _hair_style(figure, is_feminine, dice[1])
    garment, garment_colour = _clothing(figure, is_feminine, dice)
    return Look(
        skin=_skin(figure, dice[2]),
        hair_style=hair_style,
        hair=_hair_colour(figure, age, dice[3]),
        eyes=_eyes(figure, dice[4]),
        garment=garment,
        garment_colour=garment_colour,
        second_colour=_pick(("#2d3347", "#54433a", "#3e4c63", "#6b5b4b", "#2f4a46"), dice[5]),
        accessories=_accessories(figure, dice[6]),
        age=age,
        is_feminine=is_feminine,
        breadth=_breadth(figure, is_feminine, dice[7]),
    )


def chosen_traits(figure: Figure) -> dict[str, str]:
    """In words, what `look_of` decided where the figure's own trait is empty."""
    look = look_of(figure)
    drawn = {
        "age": look.age,
        "gender": "woman" if look.is_feminine else "man",
        "hair_color": _word_for(vocabulary("hair ink"), look.hair),
        "hair_style": look.hair_style,
        "skin_tone": _word_for(vocabulary("skin"), str(SKIN_TONES.index(look.skin))),
        "eye_color": _word_for(vocabulary("eye ink"), look.eyes),
        "clothing": f"{_word_for(vocabulary('cloth ink'), look.garment_colour)} {look.garment}",
        "accessories": ", ".join(sorted(look.accessories)) or "none",
        "body_type": "broad" if look.breadth > 1.1 else "slim" if look.breadth < 0.88 else "average",
    }
    return {trait: word for trait, word in drawn.items() if not getattr(figure, trait)}


def _word_for(table: dict[str, str], value: str) -> str:
    return next(word for word, other in table.items() if other == value)


def _words(text: str) -> list[str]:
    """Each word as written and without its plural ending, in both languages."""
    found: list[str] = []
    for token in tokens(text, "en"):
        found += [token, stem(token, "en"), stem(token, "pt")]
    return list(dict.fromkeys(found))


def _pick(options: tuple[str, ...], share: float) -> str:
    return options[int(share * len(options))]


def _first(words: list[str], table: dict[str, str]) -> str | None:
    return next((table[word] for word in words if word in table), None)


def _age(figure: Figure, words: list[str]) -> str:
    years = "".join(sign for sign in figure.age if sign.isdigit())[:3]
    if years:
        return "child" if int(years) < 13 else "old" if int(years) >= 62 else "adult"
    return _first(words, vocabulary("age")) or "adult"


def _is_feminine(figure: Figure, words: list[str], share: float) -> bool:
    said = _first([*_words(figure.gender), *words], vocabulary("gender"))
    return said == "feminine" if said else share < 0.5


def _hair_style(figure: Figure, is_feminine: bool, share: float) -> str:
    words = _words(f"{figure.hair_style} {figure.hair_color} {figure.accessories}")
    table = vocabulary("hair style")
    named = [table[word] for word in words if word in table]
    # "long curly hair": the kind of hair says more than its length.
    special = [style for style in named if style not in {"long", "short"}]
    if special or named:
        return (special or named)[0]
    described = _near_hair(figure.description, table)
    chosen = (
        ("long", "wavy", "bob", "bun", "ponytail", "curly")
        if is_feminine
        else ("short", "short", "buzz", "curly", "short")
    )
    return described or _pick(chosen, share)


def _hair_colour(figure: Figure, age: str, share: float) -> str:
    table, inks = vocabulary("hair colour"), vocabulary("hair ink")
    named = _first(_words(f"{figure.hair_color} {figure.hair_style}"), table) or _near_hair(figure.description, table)
    if named:
        return inks[named]
    natural = ("black", "brown", "dark", "chestnut", "blond", "auburn", "ginger")
    return inks[_pick(("grey", "white", "silver") if age == "old" else natural, share)]


def _near_hair(text: str, table: dict[str, str]) -> str | None:
    """A word of the table within three words of `hair` in a free description."""
    words = tokens(text, "en")
    places = [index for index, word in enumerate(words) if word in {"hair", "haired", "cabelo", "cabelos"}]
    for place in places:
        found = _first(_words(" ".join(words[max(0, place - 3) : place + 4])), table)
        if found:
            return found
    return None


def _skin(figure: Figure, share: float) -> str:
    named = _first(_words(figure.skin_tone), vocabulary("skin"))
    return SKIN_TONES[int(named)] if named else _pick(SKIN_TONES[:6], share)


def _eyes(figure: Figure, share: float) -> str:
    named = _first(_words(figure.eye_color), vocabulary("eye colour"))
    return vocabulary("eye ink")[named or _pick(("brown", "brown", "hazel", "green", "blue"), share)]


def _clothing(figure: Figure, is_feminine: bool, dice: list[float]) -> tuple[str, str]:
    words = _words(figure.clothing) or _words(figure.description)
    garment = _first(words, vocabulary("garment"))
    if "t" in words and garment == "shirt":
        garment = "tee"
    colour = _first(_words(figure.clothing), vocabulary("colour"))
    if colour is None and garment == "coat" and {"lab", "jaleco"}.intersection(words):
        colour = "white"
    chosen = ("dress", "sweater", "jacket", "shirt") if is_feminine else ("hoodie", "shirt", "jacket", "tee", "sweater")
    plain = ("blue", "red", "teal", "yellow", "green", "orange", "purple", "navy", "burgundy")
    return garment or _pick(chosen, dice[8]), vocabulary("cloth ink")[colour or _pick(plain, dice[9])]


def _accessories(figure: Figure, share: float) -> frozenset[str]:
    words = _words(f"{figure.accessories} {figure.distinctive_features} {figure.description}")
    table = vocabulary("accessory")
    named = frozenset(table[word] for word in words if word in table)
    if named or figure.accessories or figure.distinctive_features:
        return named - {"glasses"} if "sunglasses" in named else named
    return frozenset({"glasses"}) if share < 0.16 else frozenset()


def _breadth(figure: Figure, is_feminine: bool, share: float) -> float:
    words = _words(f"{figure.body_type} {figure.description}")
    base = 0.92 if is_feminine else 1.04
    build = _first(words, vocabulary("build"))
    return base * {"wide": 1.16, "thin": 0.9, None: 0.97 + 0.06 * share}[build]
