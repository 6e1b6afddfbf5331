"""From the free words of a Figure to what can be drawn; what nobody said is drawn by lot from the name, always alike."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from random import Random

from studio.domain.style import Figure
from studio.providers.local.image.words import stem, tokens

SKIN_TONES = ("#ffe0cc", "#f7cfae", "#e9b48a", "#d19a6a", "#b07a4b", "#8a5a36", "#5f3b24")
COLOURS = {
    "black": "#24222b", "white": "#f1eee8", "grey": "#8d919c", "red": "#d13b3b", "blue": "#2f6fd0", "green": "#3d8b57", "yellow": "#f2c230",
    "orange": "#ee7d2b", "purple": "#7c4bb5", "pink": "#ee7fa8", "brown": "#7a4c2c", "beige": "#d9c2a0", "navy": "#1f3358", "teal": "#1e8c8c",
    "turquoise": "#27b6b0", "gold": "#d9a520", "silver": "#b9bec9", "burgundy": "#7d1f35", "olive": "#73752f", "cream": "#f3e6cb",
}
HAIR_COLOURS = {
    "black": "#211c22", "brown": "#5a3823", "dark": "#3a2620", "blond": "#e0b45c", "red": "#b4472a", "ginger": "#c8622d", "auburn": "#7d3323",
    "grey": "#a3a3aa", "white": "#e8e6e3", "blue": "#3568c9", "pink": "#e56b9f", "green": "#3f9463", "purple": "#7a4bb0", "silver": "#c3c6cf", "chestnut": "#6e4126",
}
EYE_COLOURS = {"brown": "#5b3a21", "blue": "#3b82c4", "green": "#4d8f5b", "grey": "#76828f", "hazel": "#8a6a32", "black": "#2b2024", "amber": "#b9772a", "violet": "#7a56b3"}
HAIR_STYLES = ("short", "buzz", "bald", "long", "wavy", "curly", "afro", "bob", "bun", "ponytail", "braids", "mohawk", "dreadlocks", "headscarf")
GARMENTS = ("tee", "shirt", "jacket", "hoodie", "dress", "suit", "coat", "sweater", "overalls", "toga")
ACCESSORIES = ("glasses", "sunglasses", "hat", "cap", "beanie", "earrings", "headphones", "beard", "moustache", "scarf", "necklace", "freckles", "scar", "crown")

_COLOUR_WORDS = {
    "preto": "black", "preta": "black", "negro": "black", "negra": "black", "branco": "white", "branca": "white", "cinza": "grey", "gray": "grey", "grisalho": "grey",
    "vermelho": "red", "vermelha": "red", "azul": "blue", "verde": "green", "amarelo": "yellow", "amarela": "yellow", "laranja": "orange", "roxo": "purple",
    "roxa": "purple", "violet": "purple", "violeta": "purple", "rosa": "pink", "marrom": "brown", "castanho": "brown", "castanha": "brown", "bege": "beige",
    "marinho": "navy", "dourado": "gold", "dourada": "gold", "golden": "gold", "prata": "silver", "prateado": "silver", "vinho": "burgundy", "maroon": "burgundy", "crimson": "red", "scarlet": "red",
    "turquesa": "turquoise", "creme": "cream", "khaki": "olive", "ciano": "teal",
}
_HAIR_COLOUR_WORDS = {
    "blonde": "blond", "fair": "blond", "golden": "blond", "gold": "blond", "yellow": "blond", "loiro": "blond", "loira": "blond", "louro": "blond", "ruivo": "ginger", "ruiva": "ginger", "redhead": "ginger",
    "copper": "ginger", "grisalho": "grey", "grisalha": "grey", "brunette": "brown", "moreno": "brown", "morena": "brown", "escuro": "dark", "mel": "chestnut",
}
_EYE_WORDS = {"mel": "hazel", "ambar": "amber", "escuro": "brown", "dark": "brown"}
_HAIR_WORDS = {
    "short": "short", "curto": "short", "crew": "buzz", "buzz": "buzz", "raspado": "buzz", "shaved": "buzz", "bald": "bald", "careca": "bald", "calvo": "bald", "afro": "afro", "black power": "afro",
    "curly": "curly", "curl": "curly", "cacheado": "curly", "cacho": "curly", "crespo": "afro", "kinky": "afro", "wavy": "wavy", "wave": "wavy", "ondulado": "wavy", "bob": "bob", "chanel": "bob",
    "bun": "bun", "coque": "bun", "topknot": "bun", "ponytail": "ponytail", "rabo": "ponytail", "braid": "braids", "braided": "braids", "tranca": "braids", "trancado": "braids", "pigtail": "braids",
    "mohawk": "mohawk", "moicano": "mohawk", "dreadlock": "dreadlocks", "dread": "dreadlocks", "loc": "dreadlocks", "hijab": "headscarf", "headscarf": "headscarf", "veu": "headscarf", "long": "long",
    "longo": "long", "comprido": "long", "straight": "long", "liso": "long", "loose": "long",
}
_GARMENT_WORDS = {
    "tee": "tee", "shirt": "shirt", "camiseta": "tee", "camisa": "shirt", "blouse": "shirt", "blusa": "shirt", "jacket": "jacket", "jaqueta": "jacket", "blazer": "jacket", "casaco": "coat",
    "cardigan": "jacket", "hoodie": "hoodie", "moletom": "hoodie", "sweatshirt": "hoodie", "dress": "dress", "vestido": "dress", "gown": "dress", "suit": "suit", "terno": "suit", "tie": "suit",
    "gravata": "suit", "uniform": "suit", "coat": "coat", "trench": "coat", "lab": "coat", "jaleco": "coat", "raincoat": "coat", "robe": "toga", "toga": "toga", "tunic": "toga", "tunica": "toga",
    "sweater": "sweater", "sueter": "sweater", "turtleneck": "sweater", "jumper": "sweater", "pullover": "sweater", "overall": "overalls", "dungaree": "overalls", "macacao": "overalls", "jardineira": "overalls",
}
_ACCESSORY_WORDS = {
    "glasses": "glasses", "glass": "glasses", "spectacle": "glasses", "oculo": "glasses", "sunglasses": "sunglasses", "hat": "hat", "chapeu": "hat", "fedora": "hat", "cap": "cap", "bone": "cap", "beanie": "beanie", "gorro": "beanie",
    "earring": "earrings", "brinco": "earrings", "hoop": "earrings", "headphone": "headphones", "fone": "headphones", "beard": "beard", "bearded": "beard", "barba": "beard", "moustache": "moustache", "mustache": "moustache",
    "bigode": "moustache", "scarf": "scarf", "cachecol": "scarf", "necklace": "necklace", "colar": "necklace", "pendant": "necklace", "freckle": "freckles", "freckled": "freckles", "sarda": "freckles", "scar": "scar", "cicatriz": "scar", "crown": "crown", "coroa": "crown",
}
_SKIN_WORDS = {
    "pale": 0, "porcelain": 0, "palida": 0, "palido": 0, "fair": 1, "light": 1, "white": 1, "clara": 1, "claro": 1, "branca": 1, "branco": 1, "rosy": 1, "olive": 2, "tan": 3, "tanned": 3, "oliva": 2, "medium": 3, "golden": 2,
    "bronzeada": 3, "bronzeado": 3, "morena": 4, "moreno": 4, "parda": 4, "pardo": 4, "caramel": 3, "brown": 4, "marrom": 4, "dark": 5, "black": 5, "negra": 5, "negro": 5, "preta": 5, "escura": 5, "escuro": 5, "ebony": 6, "deep": 6, "retinta": 6,
}
_CHILD_WORDS = {"child", "kid", "boy", "girl", "toddler", "crianca", "menino", "menina", "garoto", "garota", "son", "daughter"}
_OLD_WORDS = {"old", "elderly", "senior", "grandmother", "grandfather", "grandma", "grandpa", "idoso", "idosa", "velho", "velha", "avo", "vovo", "aged", "elder", "retired"}
_FEMALE_WORDS = {"female", "woman", "women", "girl", "she", "her", "lady", "queen", "mother", "feminine", "feminino", "mulher", "menina", "ela", "garota", "moca", "f", "grandmother", "grandma", "daughter", "sister", "princess"}
_MALE_WORDS = {"male", "man", "men", "boy", "he", "his", "guy", "king", "father", "masculine", "masculino", "homem", "menino", "ele", "garoto", "rapaz", "m", "grandfather", "grandpa", "son", "brother", "prince"}
_WIDE_WORDS = {"heavy", "fat", "large", "plump", "chubby", "gordo", "gorda", "gordinho", "gordinha", "muscular", "strong", "broad", "stocky", "forte", "musculoso", "robusto", "curvy"}
_THIN_WORDS = {"thin", "slim", "skinny", "slender", "magro", "magra", "lean", "petite", "esbelta", "esbelto", "delgado"}


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
    if _CHILD_WORDS.intersection(words):
        return "child"
    return "old" if _OLD_WORDS.intersection(words) else "adult"


def _is_feminine(figure: Figure, words: list[str], share: float) -> bool:
    for text in (_words(figure.gender), words):
        if _FEMALE_WORDS.intersection(text):
            return True
        if _MALE_WORDS.intersection(text):
            return False
    return share < 0.5


def _hair_style(figure: Figure, is_feminine: bool, share: float) -> str:
    words = _words(f"{figure.hair_style} {figure.hair_color} {figure.accessories}") or []
    named = [style for style in (_HAIR_WORDS.get(word) for word in words) if style]
    # "long curly hair": the kind of hair says more than its length.
    special = [style for style in named if style not in {"long", "short"}]
    if special or named:
        return (special or named)[0]
    described = _near_hair(figure.description, _HAIR_WORDS)
    chosen = ("long", "wavy", "bob", "bun", "ponytail", "curly") if is_feminine else ("short", "short", "buzz", "curly", "short")
    return described or _pick(chosen, share)


def _hair_colour(figure: Figure, age: str, share: float) -> str:
    table = {**{name: name for name in HAIR_COLOURS}, **_COLOUR_WORDS, **_HAIR_COLOUR_WORDS}
    table = {word: name for word, name in table.items() if name in HAIR_COLOURS}
    named = _first(_words(f"{figure.hair_color} {figure.hair_style}"), table) or _near_hair(figure.description, table)
    if named:
        return HAIR_COLOURS[named]
    return HAIR_COLOURS[_pick(("grey", "white", "silver"), share) if age == "old" else _pick(("black", "brown", "dark", "chestnut", "blond", "auburn", "ginger"), share)]


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
    named = next((_SKIN_WORDS[word] for word in _words(figure.skin_tone) if word in _SKIN_WORDS), None)
    return SKIN_TONES[named] if named is not None else _pick(SKIN_TONES[:6], share)


def _eyes(figure: Figure, share: float) -> str:
    table = {**{name: name for name in EYE_COLOURS}, **_COLOUR_WORDS, **_EYE_WORDS}
    named = _first(_words(figure.eye_color), {word: name for word, name in table.items() if name in EYE_COLOURS})
    return EYE_COLOURS[named or _pick(("brown", "brown", "hazel", "green", "blue"), share)]


def _clothing(figure: Figure, is_feminine: bool, dice: list[float]) -> tuple[str, str]:
    words = _words(figure.clothing) or _words(figure.description)
    garment = _first(words, _GARMENT_WORDS)
    if "t" in words and garment == "shirt":
        garment = "tee"
    colour = _first(_words(figure.clothing), {**{name: name for name in COLOURS}, **_COLOUR_WORDS})
    if colour is None and garment == "coat" and {"lab", "jaleco"}.intersection(words):
        colour = "white"
    chosen = ("dress", "sweater", "jacket", "shirt") if is_feminine else ("hoodie", "shirt", "jacket", "tee", "sweater")
    plain = ("blue", "red", "teal", "yellow", "green", "orange", "purple", "navy", "burgundy")
    return garment or _pick(chosen, dice[8]), COLOURS[colour or _pick(plain, dice[9])]


def _accessories(figure: Figure, share: float) -> frozenset[str]:
    words = _words(f"{figure.accessories} {figure.distinctive_features} {figure.description}")
    named = frozenset(_ACCESSORY_WORDS[word] for word in words if word in _ACCESSORY_WORDS)
    if named or figure.accessories or figure.distinctive_features:
        return named - {"glasses"} if "sunglasses" in named else named
    return frozenset({"glasses"}) if share < 0.16 else frozenset()


def _breadth(figure: Figure, is_feminine: bool, share: float) -> float:
    words = _words(f"{figure.body_type} {figure.description}")
    base = 0.92 if is_feminine else 1.04
    if _WIDE_WORDS.intersection(words):
        return base * 1.16
    return base * 0.9 if _THIN_WORDS.intersection(words) else base * (0.97 + 0.06 * share)
