"""Build the pictogram data of studio/providers/local/image/data from three unpacked npm packages.

npm pack @iconify-json/fluent-emoji-flat@1.2.6 emojilib@4.0.3 emojibase-data@17.0.0
python tests/tools/build_pictograms.py FLUENT_FOLDER EMOJILIB_FOLDER EMOJIBASE_FOLDER
"""

from __future__ import annotations

import json
import lzma
import re
import sys
from collections import defaultdict
from pathlib import Path

from studio.providers.local.image.words import has_no_spaces, stem, tokens

DATA = Path(__file__).resolve().parents[2] / "studio/providers/local/image/data"
LANGUAGES = ("en", "pt", "es", "fr", "de", "it", "nl", "pl", "ru", "uk", "hi", "ja", "ko", "zh")
WHOLE_CATEGORIES = ("Activities", "Animals & Nature", "Food & Drink", "Objects", "Travel & Places")

KEPT_PEOPLE = frozenset(
    """
    anatomical-heart artist astronaut baby bone brain construction-worker cook detective ear eye eyes factory-worker
    farmer firefighter flexed-biceps footprints guard handshake health-worker judge leg lungs mage mechanic
    mechanical-arm ninja nose pilot police-officer prince princess santa-claus scientist singer student teacher
    technologist tooth troll person-elf person-genie person-running person-swimming person-surfing
    person-rowing-boat person-biking person-climbing person-lifting-weights person-in-lotus-position person-mage
    person-merpeople person-vampire person-zombie person-superhero person-supervillain person-in-bed person-fencing
    skier snowboarder person-dancing woman-dancing man-dancing person-golfing person-juggling horse-racing
    office-worker mouth tongue foot person-in-suit-levitating
    """.split()  # noqa: SIM905 - a hundred names read better as text
)
KEPT_SMILEYS = frozenset(
    """
    alien alien-monster robot ghost skull skull-and-crossbones bomb collision dashing-away broken-heart red-heart
    beating-heart heart-on-fire mending-heart sparkling-heart two-hearts speech-balloon thought-balloon zzz
    love-letter hole sleeping-face thinking-face clown-face exploding-head sweat-droplets
    """.split()  # noqa: SIM905 - a hundred names read better as text
)
KEPT_SYMBOLS = {"warning"}
DROPPED = frozenset(
    """
    bus-stop stop-sign love-hotel atm-sign statue-of-liberty tokyo-tower map-of-japan japanese-post-office kaaba
    cityscape cityscape-at-dusk sunrise sunrise-over-mountains sunset milky-way night-with-stars bridge-at-night
    foggy club-suit diamond-suit heart-suit spade-suit mahjong-red-dragon joker flower-playing-cards 1st-place-medal
    2nd-place-medal 3rd-place-medal flag-in-hole carp-streamer pine-decoration tanabata-tree hamsa nazar-amulet
    moon-viewing-ceremony red-envelope chart-increasing-with-yen bikini briefs one-piece-swimsuit cigarette
    headstone coffin funeral-urn alembic pig-nose full-moon-face new-moon-face sun-with-face first-quarter-moon-face
    last-quarter-moon-face wind-face tear-off-calendar toilet plunger place-of-worship guide-dog service-dog
    snowman-without-snow oncoming-automobile oncoming-bus oncoming-police-car oncoming-taxi speaker-low-volume
    speaker-medium-volume bell-with-slash muted-speaker closed-mailbox-with-lowered-flag
    closed-mailbox-with-raised-flag open-mailbox-with-lowered-flag open-mailbox-with-raised-flag inbox-tray
    outbox-tray prayer-beads white-cane water-pistol placard fish-cake-with-swirl e-mail rice-cracker barber-pole
    convenience-store slot-machine pool-8-ball elevator desert national-park railway-track motorway fireworks
    sparkler shooting-star fog metro postbox ng-button alien-monster piata hot-springs person-climbing
    """.split()  # noqa: SIM905 - a hundred names read better as text
)
CLOCK_FACE = re.compile(r"-(oclock|thirty)$")


def main(fluent: Path, emojilib: Path, emojibase: Path) -> None:
    names = kept_names(fluent)
    write_pictograms(fluent, names)
    by_code = names_by_code(fluent, set(names))
    extra = read(emojilib / "dist/emoji-en-US.json")
    for language in LANGUAGES:
        words = localised_words(emojibase, language, by_code)
        if language == "en":
            add_english_extras(words, extra, by_code)
            add_own_names(words, names)
        write_words(language, words, names)


def read(path: Path) -> dict[str, object] | list[dict[str, object]]:
    return json.loads(path.read_text(encoding="utf-8"))


def kept_names(fluent: Path) -> list[str]:
    icons = set(read(fluent / "icons.json")["icons"])
    kept: list[str] = []
    for category, members in read(fluent / "metadata.json")["categories"].items():
        kept += [name for name in members if name in icons and is_kept(category, name)]
    return sorted(set(kept))


def is_kept(category: str, name: str) -> bool:
    if name in DROPPED or CLOCK_FACE.search(name) or re.search(r"-(light|medium|dark)$", name):
        return False
    special = {"People & Body": KEPT_PEOPLE, "Smileys & Emotion": KEPT_SMILEYS, "Symbols": KEPT_SYMBOLS}
    return category in WHOLE_CATEGORIES or name in special.get(category, set())


def write_pictograms(fluent: Path, names: list[str]) -> None:
    """One line of JSON (name to length) and then the bodies, end to end, in that order."""
    icons = read(fluent / "icons.json")["icons"]
    bodies = [icons[name]["body"].encode() for name in names]
    header = json.dumps({name: len(body) for name, body in zip(names, bodies, strict=True)}, separators=(",", ":"))
    compress(DATA / "pictograms.xz", header.encode() + b"\n" + b"".join(bodies))


def names_by_code(fluent: Path, names: set[str]) -> dict[str, str]:
    chars = read(fluent / "chars.json")
    return {plain_code(code): name for code, name in chars.items() if name in names}


def plain_code(code: str) -> str:
    return "-".join(part for part in code.lower().split("-") if part != "fe0f")


def localised_words(emojibase: Path, language: str, by_code: dict[str, str]) -> dict[str, dict[str, float]]:
    words: dict[str, dict[str, float]] = defaultdict(dict)
    for entry in read(emojibase / language / "data.json"):
        name = by_code.get(plain_code(entry["hexcode"]))
        if name:
            add(words, entry["label"], name, language, whole=True)
            for tag in entry.get("tags", ()):
                add(words, tag, name, language, whole=False)
    return words


def add(words: dict[str, dict[str, float]], text: str, name: str, language: str, *, whole: bool) -> None:
    """Grade 3 is the whole name, 2 a word of the name, 1 a keyword; longer phrases match nothing."""
    parts = [text.lower()] if has_no_spaces(language) else [stem(token, language) for token in tokens(text, language)]
    if len(parts) in (1, 2):
        key = " ".join(parts)
        words[key][name] = max(words[key].get(name, 0), 3 if whole else 1)
    if whole and len(parts) > 1:
        for part in parts:
            words[part][name] = max(words[part].get(name, 0), 2)


def add_english_extras(
    words: dict[str, dict[str, float]], extra: dict[str, list[str]], by_code: dict[str, str]
) -> None:
    for character, keywords in extra.items():
        name = by_code.get(plain_code("-".join(f"{ord(sign):x}" for sign in character)))
        for keyword in keywords if name else ():
            add(words, keyword.replace("_", " "), name, "en", whole=False)


def add_own_names(words: dict[str, dict[str, float]], names: list[str]) -> None:
    for name in names:
        add(words, name.replace("-", " "), name, "en", whole=True)


def write_words(language: str, words: dict[str, dict[str, float]], names: list[str]) -> None:
    """A line a word: the word, then the numbers of its pictograms for grade 3, 2 and 1, tab separated."""
    number = {name: index for index, name in enumerate(names)}
    lines = []
    for word in sorted(words):
        grades = [" ".join(str(number[n]) for n, g in sorted(words[word].items()) if g == grade) for grade in (3, 2, 1)]
        lines.append("\t".join([word, *grades]))
    compress(DATA / f"words-{language}.xz", "\n".join(lines).encode())


def compress(path: Path, data: bytes) -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": 4, "lp": 0, "pb": 0}]
    path.write_bytes(lzma.compress(data, format=lzma.FORMAT_XZ, filters=filters))
    sys.stdout.write(f"{path.name}: {path.stat().st_size:,} bytes from {len(data):,}" + "\n")


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))
