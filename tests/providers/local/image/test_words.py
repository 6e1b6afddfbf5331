"""What is left of a word without its plural ending."""

from __future__ import annotations

import pytest

from studio.providers.local.image.words import stem


@pytest.mark.parametrize(
    ("plural", "singular"),
    [
        ("octopuses", "octopus"),
        ("viruses", "virus"),
        ("walruses", "walrus"),
        ("cactuses", "cactus"),
        ("buses", "bus"),
        ("hippopotamuses", "hippopotamus"),
        ("houses", "house"),
        ("causes", "cause"),
        ("fuses", "fuse"),
        ("muses", "muse"),
        ("uses", "use"),
    ],
)
def test_an_english_plural_in_uses_is_stemmed(plural: str, singular: str) -> None:
    assert stem(plural, "en") == singular
