"""Portuguese numbers, money, times, units, initials and addresses as the words a narrator says."""

from __future__ import annotations

import re
from collections.abc import Sequence


def _listed(words: str) -> list[str]:
    return words.split()


_UNITS = _listed(
    "zero um dois três quatro cinco seis sete oito nove dez onze doze treze quatorze quinze dezesseis dezessete "
    "dezoito dezenove"
)
_TENS = ["", "", "vinte", "trinta", "quarenta", "cinquenta", "sessenta", "setenta", "oitenta", "noventa"]
_HUNDREDS = _listed("- cento duzentos trezentos quatrocentos quinhentos seiscentos setecentos oitocentos novecentos")
_SCALES = [("", ""), ("mil", "mil"), ("milhão", "milhões"), ("bilhão", "bilhões"), ("trilhão", "trilhões")]
_ORDINALS = _listed("- primeiro segundo terceiro quarto quinto sexto sétimo oitavo nono décimo")
_CURRENCIES = {
    "R$": ("real", "reais", "centavo", "centavos"),
    "US$": ("dólar", "dólares", "centavo", "centavos"),
    "$": ("dólar", "dólares", "centavo", "centavos"),
    "€": ("euro", "euros", "cêntimo", "cêntimos"),
    "£": ("libra", "libras", "centavo", "centavos"),
}
_MEASURES = {
    "km": ("quilômetro", "quilômetros"), "m": ("metro", "metros"), "cm": ("centímetro", "centímetros"),
    "mm": ("milímetro", "milímetros"), "kg": ("quilo", "quilos"), "g": ("grama", "gramas"), "l": ("litro", "litros"),
    "ml": ("mililitro", "mililitros"), "°c": ("grau", "graus"), "km/h": ("quilômetro por hora", "quilômetros por hora"),
    "%": ("por cento", "por cento"), "h": ("hora", "horas"), "min": ("minuto", "minutos"), "s": ("segundo", "segundos"),
    "gb": ("gigabaite", "gigabaites"), "mb": ("megabaite", "megabaites"),
}  # fmt: skip
_ABBREVIATIONS = {
    "sr.": "senhor", "sra.": "senhora", "dr.": "doutor", "dra.": "doutora", "prof.": "professor", "etc.": "etcétera",
    "ex.": "exemplo", "pág.": "página", "av.": "avenida", "vs.": "versus", "nº": "número", "&": "e",
    "+": "mais", "=": "igual",
}  # fmt: skip
_LETTERS = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        _listed("á bê cê dê é éfi gê agá i jota cá éli êmi êni ó pê quê érri éssi tê u vê dábliu xis ípsilon zê"),
        strict=True,
    )
)
_NUMBER = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:[,.]\d+)?")
_PIECES = re.compile(rf"(R\$|US\$|[$€£])?\s*({_NUMBER.pattern})([ºª°]?)(%|°C|[A-Za-z/]+)?")
_CLOCK = re.compile(r"(\d{1,2})(?:h|:)(\d{2})?(?:h|min)?$")
_ADDRESS = re.compile(r"^(?:https?://\S+|(?:[\w-]+\.)+[a-z]{2,4}(?:/\S*)?|\S+@\S+\.\S+)$", re.IGNORECASE)


def spoken_words(words: Sequence[str]) -> list[list[str]]:
    """For each written word (without its punctuation) the words that are said for it; a sign that is read with its
    neighbour, as `R$` before a number, has none."""
    said: list[list[str]] = []
    for number, word in enumerate(words):
        before = words[number - 1] if number else ""
        after = words[number + 1] if number + 1 < len(words) else ""
        said.append(_said(word, before, after).split())
    return said


def _said(word: str, before: str, after: str) -> str:
    if word in _CURRENCIES and after[:1].isdigit():
        return ""
    if before in _CURRENCIES and word[:1].isdigit():
        return _number_said(before + word)
    if word.lower() in _MEASURES and before[-1:].isdigit():
        return _MEASURES[word.lower()][before != "1"]
    if word.lower() in _ABBREVIATIONS:
        return _ABBREVIATIONS[word.lower()]
    return _single(word)


def _single(word: str) -> str:
    clock = _CLOCK.fullmatch(word)
    if clock:
        return _clock(int(clock[1]), int(clock[2] or 0))
    if any(character.isdigit() for character in word):
        parts = re.split(r"(?<=\w)[-\u2013/](?=\d)", word)
        return " ".join(
            _number_said(part) if part[-1:].isdigit() or part[:1].isdigit() else _initials(part) for part in parts
        )
    if _ADDRESS.match(word):
        return _address(word)
    return _initials(word)


def _address(word: str) -> str:
    bare = re.sub(r"^(?:https?://)?(?:www\.)?", "", word).rstrip("/")
    return bare.replace("/", " barra ").replace(".", " ponto ").replace("@", " arroba ").replace("-", " ")


def _initials(word: str) -> str:
    """Initials letter by letter, other words as they are, without signs that are not said."""
    if word.isupper() and 1 < len(word) <= 5 and not _is_pronounceable(word):
        return " ".join(_LETTERS.get(letter, letter) for letter in word.lower())
    return re.sub(r"[^\w']+", " ", word.replace("#", "hashtag ").replace("@", "arroba "))


def _is_pronounceable(initials: str) -> bool:
    """Whether initials are read as a word, as in ONU and NASA."""
    return bool(re.fullmatch(r"(?:[^AEIOU]?[AEIOU]+[NMSLRZ]?){2,}", initials)) or len(initials) > 4


def _number_said(word: str) -> str:
    """All numbers in the word with their currency, ordinal sign or unit; what stands between them as it is."""
    return " ".join(_PIECES.sub(lambda found: f" {_amount(*found.groups())} ", word).split())


def _amount(currency: str | None, digits: str, ordinal: str, unit: str | None) -> str:
    if currency:
        return _money(digits, *_CURRENCIES[currency]) + (f" {unit}" if unit else "")
    if ordinal in ("º", "ª") and ordinal and digits.isdigit() and 0 < int(digits) <= 10:
        return _ORDINALS[int(digits)] if ordinal == "º" else _ORDINALS[int(digits)][:-1] + "a"
    said = _decimal(digits)
    measure = _MEASURES.get((ordinal.replace("º", "°") + (unit or "")).lower())
    return f"{said} {measure[digits != '1']}" if measure else f"{said} {unit or ''}".strip()


def _money(digits: str, one: str, many: str, cent: str, cents: str) -> str:
    whole, _, part = _plain(digits).partition(".")
    said = f"{cardinal(int(whole))} {one if int(whole) == 1 else many}"
    hundredths = int((part + "00")[:2]) if part else 0
    return f"{said} e {cardinal(hundredths)} {cent if hundredths == 1 else cents}" if hundredths else said


def _decimal(digits: str) -> str:
    whole, _, part = _plain(digits).partition(".")
    if not part:
        return cardinal(int(whole))
    zeros = " ".join(["zero"] * (len(part) - len(part.lstrip("0"))))
    rest = cardinal(int(part)) if int(part) else ""
    return " ".join(f"{cardinal(int(whole))} vírgula {zeros} {rest}".split())


def _plain(digits: str) -> str:
    """Brazilian digits with a decimal point: 1.250,5 as 1250.5, and 4.5 as it is."""
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", digits):
        digits = digits.replace(".", "")
    return digits.replace(",", ".")


def _clock(hours: int, minutes: int) -> str:
    said = {1: "uma", 2: "duas", 21: "vinte e uma", 22: "vinte e duas"}.get(hours, cardinal(hours))
    return f"{said} e {cardinal(minutes)}" if minutes else f"{said} {'hora' if hours == 1 else 'horas'}"


def cardinal(number: int) -> str:
    """A whole number in words, to the trillions; larger ones digit by digit."""
    if number >= 10**15:
        return " ".join(_UNITS[int(digit)] for digit in str(number))
    if number == 0:
        return _UNITS[0]
    groups = []
    for scale, names in enumerate(_SCALES):
        value = number // 1000**scale % 1000
        if value:
            groups.append(
                (value, "mil" if scale == 1 and value == 1 else f"{_below_thousand(value)} {names[value > 1]}".strip())
            )
    said = [text for _, text in reversed(groups)]
    last = groups[0][0]
    joined_by_e = len(said) > 1 and number % 1000 and (last < 100 or last % 100 == 0)
    return " ".join(said[:-1]) + " e " + said[-1] if joined_by_e else " ".join(said)


def _below_thousand(number: int) -> str:
    if number == 100:
        return "cem"
    parts = [_HUNDREDS[number // 100]] if number >= 100 else []
    rest = number % 100
    if rest >= 20:
        parts += [_TENS[rest // 10]] + ([_UNITS[rest % 10]] if rest % 10 else [])
    elif rest:
        parts.append(_UNITS[rest])
    return " e ".join(parts)
