"""Characters: people who look the same in every scene and every film."""

from __future__ import annotations

from pydantic import Field

from studio.contracts.base import Input
from studio.domain.style import Figure


class CharacterData(Input):
    """Traits in people's own words; what is left out is chosen once, from the name."""

    name: str = Field(min_length=1, max_length=60)
    age: str = Field("", max_length=60)
    gender: str = Field("", max_length=60)
    hair_color: str = Field("", max_length=60)
    hair_style: str = Field("", max_length=60)
    skin_tone: str = Field("", max_length=60)
    eye_color: str = Field("", max_length=60)
    clothing: str = Field("", max_length=200)
    accessories: str = Field("", max_length=200)
    body_type: str = Field("", max_length=60)
    distinctive_features: str = Field("", max_length=200)
    description: str = Field("", max_length=1000)

    def to_domain(self) -> Figure:
        return Figure(**self.model_dump())
