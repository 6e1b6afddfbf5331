"""The fonts studio ships with: which families there are, which characters each has, and which ones a text still misses.

Only fonts from installed packages are used, never the system's, so that a film looks the same on every machine."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import uharfbuzz

from studio.domain.errors import Invalid
from studio.domain.style import CaptionLook

UNITS_PER_EM = 1000
"""Every face is scaled to this many units, whatever its file uses."""

EMOJI = "Noto Emoji"

_DISPLAY_OPTICAL_SIZE = 32


@dataclass(frozen=True)
class Family:
    """A typeface, the distribution it is installed by, and where its file lies in there."""

    name: str
    distribution: str
    file: str
    index: int = 0

    @property
    def path(self) -> Path:
        package = self.distribution.replace("-", "_")
        return Path(str(files(package).joinpath(self.file)))


def _noto(script: str) -> Family:
    return Family(f"Noto Sans {script}", "manimgx-fonts", f"NotoSans{script}[wght].ttf")


def _cjk(region: str, index: int) -> Family:
    return Family(f"Noto Sans CJK {region}", "manimgx-fonts-cjk", "NotoSansCJK-VF.otf.ttc", index)


_LOOKS = (
    Family("Montserrat", "fontpkg-montserrat", "files/Montserrat[wght].ttf"),
    Family("Anton", "fontpkg-anton", "files/Anton-Regular.ttf"),
    Family("Bebas Neue", "fontpkg-bebas-neue", "files/BebasNeue-Regular.ttf"),
    Family("Inter", "fontpkg-inter", "files/Inter[opsz,wght].ttf"),
    Family("Noto Sans", "manimgx-fonts", "NotoSans[wght].ttf"),
)
_SCRIPTS = tuple(
    _noto(script)
    for script in (
        *("Arabic", "Hebrew", "Devanagari", "Thai", "Bengali", "Tamil", "Telugu", "Kannada", "Malayalam", "Gujarati"),
        *("Gurmukhi", "Oriya", "Sinhala", "Khmer", "Lao", "Myanmar", "Georgian", "Armenian", "Ethiopic", "Symbols"),
    )
)
_CJK = (_cjk("JP", 0), _cjk("KR", 1), _cjk("SC", 2), _cjk("TC", 3), _cjk("HK", 4))
_EMOJI = Family(EMOJI, "manimgx-fonts", "NotoEmoji[wght].ttf")
_FAMILIES = {family.name: family for family in (*_LOOKS, *_SCRIPTS, *_CJK, _EMOJI)}


@dataclass(frozen=True)
class Typeface:
    """What a text is set in: a look's family, a weight of 100 to 900, and the language that picks among Han shapes."""

    font: str
    weight: int
    language: str = "en"

    def families(self) -> tuple[str, ...]:
        """Names of all families in the order in which they are asked for a character; emoji come last."""
        first = _look_family(self.font)
        latin = (_FAMILIES["Inter"], _FAMILIES["Noto Sans"])
        rest = (*latin, *_SCRIPTS, *_han_order(self.language), _EMOJI)
        return tuple(dict.fromkeys(family.name for family in (first, *rest)))


def look_fonts() -> tuple[str, ...]:
    """The names a caption look may ask for."""
    return tuple(family.name for family in _LOOKS)


def absent_fonts() -> list[str]:
    """Families whose file is not installed; empty on a whole installation."""
    return [family.name for family in _FAMILIES.values() if not _is_installed(family)]


def covers(family: str, text: str) -> bool:
    """Whether the family has a glyph for every character that needs one."""
    characters = _characters(family)
    return all(ord(character) in characters or is_invisible(character) for character in text)


def missing_glyphs(text: str, look: CaptionLook) -> list[str]:
    """Name each character of the text that no font has, once, in order: `U+13000 EGYPTIAN HIEROGLYPH A001`."""
    families = Typeface(look.font, look.weight).families()
    drawn = (character for character in dict.fromkeys(text) if not unicodedata.category(character).startswith("C"))
    missing = [character for character in drawn if not any(covers(family, character) for family in families)]
    return [f"U+{ord(character):04X} {unicodedata.name(character, 'without a name')}" for character in missing]


def is_invisible(character: str) -> bool:
    """Whether the character only steers its neighbours: joiners, variation selectors, white space, controls."""
    return (
        unicodedata.category(character) in {"Cf", "Cc", "Zs", "Zl", "Zp"}
        or "\ufe00" <= character <= "\ufe0f"
        or "\U000e0100" <= character <= "\U000e01ef"
    )


@lru_cache(maxsize=64)
def open_font(family: str, weight: int) -> uharfbuzz.Font:
    """A font of the family at this weight, or the nearest weight it has. It is shared: do not change it."""
    face = _open_face(family)
    font = uharfbuzz.Font(face)
    font.scale = (UNITS_PER_EM, UNITS_PER_EM)
    wanted = {"wght": weight, "opsz": _DISPLAY_OPTICAL_SIZE}
    axes = {axis.tag: axis for axis in face.axis_infos}
    font.set_variations(
        {tag: min(max(value, axes[tag].min_value), axes[tag].max_value) for tag, value in wanted.items() if tag in axes}
    )
    return font


@lru_cache(maxsize=1)
def font_versions() -> tuple[tuple[str, str], ...]:
    """Name and version of every distribution that decides how text looks, for cache keys."""
    shapers = ("uharfbuzz", "resvg-py", "budoux")
    distributions = sorted({family.distribution for family in _FAMILIES.values()} | set(shapers))
    return tuple((name, version(name)) for name in distributions)


def _is_installed(family: Family) -> bool:
    try:
        return family.path.is_file()
    except ModuleNotFoundError:
        return False


def _look_family(font: str) -> Family:
    for family in _LOOKS:
        if family.name == font:
            return family
    raise Invalid(f"There is no caption font named {font!r}.", hint=f"Choose one of: {', '.join(look_fonts())}.")


def _han_order(language: str) -> tuple[Family, ...]:
    """Han characters are shared between languages but drawn differently; the text's own language comes first."""
    first = _han_region(language)
    return tuple(sorted(_CJK, key=lambda family: not family.name.endswith(first)))


def _han_region(language: str) -> str:
    primary, *rest = language.lower().replace("_", "-").split("-")
    if primary == "zh":
        return "HK" if "hk" in rest else "TC" if {"tw", "hant", "mo"} & set(rest) else "SC"
    return {"ja": "JP", "ko": "KR", "yue": "HK"}.get(primary, "SC")


@lru_cache(maxsize=32)
def _open_face(family: str) -> uharfbuzz.Face:
    found = _FAMILIES[family]
    return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(found.path)), found.index)


@lru_cache(maxsize=32)
def _characters(family: str) -> uharfbuzz.Set:
    return _open_face(family).unicodes
