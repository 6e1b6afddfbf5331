"""Which pictograms and places a sentence is given."""

from __future__ import annotations

import re

import pytest

from studio.providers.local.image.matching import LANGUAGES, Passage, find_counts, find_pictograms, find_settings
from studio.providers.local.image.pictograms import read_data, shipped_pictograms
from studio.providers.local.image.settings import EMPTY, NEUTRAL, SETTINGS


def names(text: str, language: str = "en") -> list[str]:
    return [match.pictogram for match in find_pictograms([Passage(text)], language)]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("An octopus has three hearts and blue blood.", "octopus"),
        ("Two hearts pump blood through the gills.", "anatomical-heart"),
        ("Einstein predicted them a century ago.", "scientist"),
        ("Coffee blocks adenosine in your brain.", "hot-beverage"),
        ("Pay yourself first: save ten percent of every paycheck.", "coin"),
        ("Stop buying things you do not need.", "shopping-bags"),
        ("Rich people invest early and let compound interest work.", "chart-increasing"),
        ("Ancient Rome built roads, aqueducts and concrete.", "classical-building"),
        ("Gladiators fought to the end.", "crossed-swords"),
        ("The emperor never slept twice in a row.", "crown"),
        ("While you sleep nothing is lost.", "bed"),
        ("She found an old key in the sand.", "old-key"),
        ("The dog waited at the gate.", "dog"),
        ("A butterfly lands on her shoulder.", "butterfly"),
        ("Bees dance to show the way.", "honeybee"),
        ("The rocket left in the rain.", "rocket"),
        ("He plays the violin in the street.", "violin"),
        ("The volcano buried Pompeii.", "volcano"),
        ("Penguins walk a hundred kilometres.", "penguin"),
        ("What nobody tells you about success", "trophy"),
        ("Elephants remember for decades.", "elephant"),
        ("A new virus spread through the town.", "microbe"),
        ("The wolves came back to the park.", "wolf"),
        ("Her guitar was never in tune.", "guitar"),
        ("Dinosaurs ruled for ages.", "sauropod"),
        ("The pizza was invented in Naples.", "pizza"),
        ("Sharks are older than trees.", "shark"),
        ("Read one book a month.", "open-book"),
        ("Why octopuses have three hearts", "octopus"),
    ],
)
def test_an_english_sentence_is_led_by_its_subject(sentence: str, expected: str) -> None:
    assert expected in names(sentence)[:2]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Os polvos têm três corações e sangue azul.", "octopus"),
        ("O café desperta o cérebro.", "hot-beverage"),
        ("Guarde dinheiro antes de gastar.", "money-bag"),
        ("Em 1502 os navegadores portugueses chegaram à Guanabara.", "sailboat"),
        ("Em 1808 a família real fugiu para o Rio.", "crown"),
        ("O samba nasceu nos morros.", "maracas"),
        ("O cachorro correu pela praia.", "dog"),
        ("O trem atravessa a montanha.", "train"),
        ("A tartaruga vive cem anos.", "turtle"),
        ("Os gladiadores lutavam por prêmios.", "crossed-swords"),
    ],
)
def test_a_portuguese_sentence_is_led_by_its_subject(sentence: str, expected: str) -> None:
    assert expected in names(sentence, "pt-BR")[:2]


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        ("es", "El perro come pan", "dog"),
        ("fr", "Le chien dort", "dog"),
        ("de", "Der Hund und die Katze", "cat"),
        ("it", "Il cane e il gatto", "dog"),
        ("ru", "Собака и кошка", "cat"),
        ("hi", "हाथी पानी", "elephant"),
        ("ja", "タコには心臓が三つある", "octopus"),
        ("ko", "문어 피자", "octopus"),
        ("zh", "大象喝水", "elephant"),
    ],
)
def test_other_languages_have_words_too(language: str, sentence: str, expected: str) -> None:
    assert expected in names(sentence, language)


@pytest.mark.parametrize(
    "sentence",
    [
        "It all comes down to one thing.",
        "Sometimes the truth is right in front of us.",
        "She never looked back.",
        "Stop!",
        "You will not like what happens next.",
        "Nothing escapes the event horizon, not even light.",
        "Mia was happy and a little afraid.",
        "Cinematic close-up photo, 35mm lens, dramatic lighting, vertical frame",
        "",
    ],
)
def test_a_sentence_that_shows_nothing_gets_nothing(sentence: str) -> None:
    assert names(sentence) == []


def test_a_language_without_a_word_list_gets_nothing() -> None:
    assert names("قلب", "ar") == []


def test_flags_clock_faces_zodiac_signs_and_buttons_are_not_shipped() -> None:
    unwanted = re.compile(
        r"flag|oclock|thirty|keycap|button|-skin-tone|aries|taurus|gemini|arrow$|middle-finger|-(light|dark)$"
    )

    assert [name for name in shipped_pictograms().names if unwanted.search(name)] == [
        "bow-and-arrow",
        "envelope-with-arrow",
        "mobile-phone-with-arrow",
    ]


def test_a_number_before_a_thing_counts_it() -> None:
    assert find_counts([Passage("An octopus has three hearts")], "en") == {"anatomical-heart": 3}


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        ("en", "Nothing leaves a black hole.", ("vortex",)),
        ("en", "The octopus swims backwards.", ("underwater",)),
        ("en", "Rome fell in one night of the empire.", ("colonnade",)),
        ("en", "A road between the mountains and the sea.", ("mountains", "seascape")),
        ("pt", "O Rio de Janeiro nasceu de uma baía.", ("bay",)),
        ("de", "Der Wald ist still.", ("forest",)),
        ("en", "It all depends.", ()),
    ],
)
def test_words_choose_the_places(language: str, sentence: str, expected: tuple[str, ...]) -> None:
    assert find_settings([Passage(sentence)], language) == expected


def test_every_curated_pictogram_and_place_exists() -> None:
    rows = [line.split("|") for line in read_data("concepts.txt").decode().splitlines() if not line.startswith("#")]
    pictograms = {name.strip() for row in rows for name in row[2].split(",") if name.strip()}
    places = {line.split("|")[2].strip() for line in read_data("settings.txt").decode().splitlines() if line[0] != "#"}

    assert pictograms <= set(shipped_pictograms().names)
    assert places | set(NEUTRAL) | set(EMPTY) <= set(SETTINGS)


def test_every_language_has_a_word_list_of_its_own() -> None:
    assert all(len(read_data(f"words-{language}.xz")) > 5_000 for language in LANGUAGES)


@pytest.mark.parametrize(
    ("sentence", "expected", "unwanted"),
    [
        ("The tram climbs to Santa Teresa.", "tram", "santa-claus"),
        ("The cable car climbs the hill.", "aerial-tramway", "electric-plug"),
        ("The road is closed to cars.", "automobile", "police-car"),
    ],
)
def test_names_and_everyday_words_are_not_mistaken(sentence: str, expected: str, unwanted: str) -> None:
    found = [match.pictogram for match in find_pictograms([Passage(sentence)], "en")]

    assert expected in found
    assert unwanted not in found
