"""Reference pictures of characters: painted here or elsewhere, and traits read from a picture."""

from __future__ import annotations

import base64
import io
import json

import pytest
from PIL import Image

from studio.app import Studio
from studio.contracts.characters import (
    AnalyzePicture,
    CharacterFields,
    CreateCharacter,
    EditCharacter,
    GeneratePortrait,
)
from studio.contracts.plans import EditPlan
from studio.contracts.shorts import CreateShort
from studio.contracts.styles import SuggestStyle
from studio.domain.errors import Invalid, NotFound, Refused, Rejected
from studio.domain.remote import Answer, Medium, RemoteFile
from studio.services.catalogue import portraits_of
from tests.fakes import FakeModels
from tests.services.paid import assert_sound
from tests.services.vendors import Vendor
from tests.services.writing.test_style_dialogue import answer as style_answer

VEGA = CreateCharacter(name="Doctor Vega", age="60", gender="woman", hair_color="silver")


def png(colour: str = "red") -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (40, 60), colour).save(data, "PNG")
    return data.getvalue()


def painted(colour: str = "red") -> Answer:
    return Answer(files=(RemoteFile(data=png(colour), media_type="image/png"),), model="vendor/painter")


def seen(*, has_character: bool = True, **traits: str) -> str:
    every = dict.fromkeys(CharacterFields.model_fields, "")
    return json.dumps({"has_character": has_character, "traits": {**every, **traits}})


def picture(data: bytes = b"", **more: object) -> AnalyzePicture:
    return AnalyzePicture.model_validate({"picture": base64.b64encode(data or png()), **more})


def spent(studio: Studio) -> int:
    return 100 - studio.credits.me().credits_remaining


@pytest.fixture
def painter(models: FakeModels) -> Vendor:
    vendor = Vendor("vendor/painter")
    models.remotes[Medium.IMAGE] = vendor
    return vendor


@pytest.fixture
def viewer(models: FakeModels) -> Vendor:
    vendor = Vendor("vendor/viewer")
    models.remotes[Medium.VISION] = vendor
    return vendor


def test_a_portrait_from_elsewhere_is_charged_and_kept(studio: Studio, painter: Vendor) -> None:
    studio.characters.create(VEGA)
    painter.will(painted())

    cost = studio.characters.generation_cost("doctor-vega", GeneratePortrait())
    view = studio.characters.generate("doctor-vega", GeneratePortrait())

    assert (cost.credits, cost.cost_usd, spent(studio)) == (4, "0.0015", 4)
    assert (view.reference_model, view.reference_images) == ("vendor/painter", 1)
    assert studio.characters.picture("doctor-vega") == png()
    assert "60-year-old woman" in painter.asked[0].prompt
    assert "Vega" not in painter.asked[0].prompt
    assert_sound(studio)


def test_a_portrait_that_fits_the_traits_is_kept(studio: Studio, painter: Vendor) -> None:
    studio.characters.create(VEGA)
    painter.will(painted(), painted("blue"), painted("green"))
    first = studio.characters.generate("doctor-vega", GeneratePortrait())

    same = studio.characters.generate("doctor-vega", GeneratePortrait())
    free = studio.characters.generation_cost("doctor-vega", GeneratePortrait()).credits
    studio.characters.edit("doctor-vega", EditCharacter(clothing="a lab coat"))
    other = studio.characters.generate("doctor-vega", GeneratePortrait())
    another = studio.characters.generate("doctor-vega", GeneratePortrait(again=True))

    assert (same.reference_image, free) == (first.reference_image, 0)
    assert [other.reference_images, another.reference_images] == [2, 3]
    assert len({request.seed for request in painter.asked}) == 2
    assert studio.characters.picture("doctor-vega") == png("green")
    assert spent(studio) == 12


def test_a_portrait_painted_here_is_free(studio: Studio, models: FakeModels) -> None:
    studio.characters.create(VEGA)

    view = studio.characters.generate("doctor-vega", GeneratePortrait())

    assert (view.reference_model, view.reference_images, spent(studio)) == ("local/fake", 1, 0)
    assert models.asked[0].figures[0].hair_color == "silver"


def test_what_is_no_picture_costs_nothing(studio: Studio, painter: Vendor) -> None:
    studio.characters.create(VEGA)
    painter.will(Answer(files=(RemoteFile(data=b"<html>"),), model="vendor/painter"))

    with pytest.raises((Invalid, Rejected)):
        studio.characters.generate("doctor-vega", GeneratePortrait())

    assert (spent(studio), studio.characters.show("doctor-vega").reference_images) == (0, 0)
    assert_sound(studio)


def test_a_short_knows_the_pictures_of_its_cast(studio: Studio, models: FakeModels) -> None:
    studio.characters.create(VEGA)
    studio.characters.generate("doctor-vega", GeneratePortrait())
    short = studio.shorts.create(CreateShort(topic="A day", characters=("doctor-vega",)))

    with studio.database.read() as session:
        shown = portraits_of(session, short.id)

    assert shown["Doctor Vega"].key == studio.characters.show("doctor-vega").reference_image


def test_pictures_go_with_their_character(studio: Studio, models: FakeModels) -> None:
    studio.characters.create(VEGA)
    view = studio.characters.generate("doctor-vega", GeneratePortrait())

    studio.characters.delete("doctor-vega")

    assert not studio.assets.storage.exists(str(view.reference_image))


def test_a_character_without_a_picture_says_how_to_get_one(studio: Studio) -> None:
    studio.characters.create(VEGA)

    with pytest.raises(NotFound, match="doctor-vega has no picture yet") as caught:
        studio.characters.picture("doctor-vega")

    assert caught.value.hint == "studio characters generate doctor-vega"


def test_a_picture_becomes_traits_and_is_paid_for_once(studio: Studio, viewer: Vendor) -> None:
    viewer.will(seen(age="60", hair_color="silver"))

    cost = studio.characters.analysis_cost(picture())
    first = studio.characters.analyze(picture())
    again = studio.characters.analyze(picture(save="Doctor Vega"))

    assert (cost.credits, first.credits_used, again.credits_used, spent(studio)) == (2, 2, 0, 2)
    assert first.traits == again.traits == {"age": "60", "hair_color": "silver"}
    assert viewer.seen == [png()]
    assert again.character is not None
    assert (again.character.hair_color, again.character.reference_model) == ("silver", "import")
    assert studio.characters.picture("doctor-vega") == png()
    assert_sound(studio)


def test_a_picture_that_was_only_looked_at_is_not_kept(studio: Studio, viewer: Vendor) -> None:
    viewer.will(seen(age="60"))

    studio.characters.analyze(picture())

    key = studio.assets.key_of(png(), "png", studio.principal)
    assert not studio.assets.storage.exists(key)


def test_a_picture_of_nobody_costs_nothing(studio: Studio, viewer: Vendor) -> None:
    viewer.will(seen(has_character=False))

    with pytest.raises(Rejected, match="saw nobody in this picture"):
        studio.characters.analyze(picture(save="Nobody"))

    assert (spent(studio), studio.characters.list().data) == (0, [])


def test_without_a_vision_model_looking_is_refused(studio: Studio, models: FakeModels) -> None:
    with pytest.raises(Refused, match="no model that can look at pictures"):
        studio.characters.analyze(picture())


def test_there_is_room_for_as_many_characters_as_the_plan_says(studio: Studio, viewer: Vendor) -> None:
    studio.admin_plans.edit("free", EditPlan(limits={"characters": 1}))
    studio.characters.create(VEGA)

    with pytest.raises(Refused, match="room for 1 character, and you have 1"):
        studio.characters.create(CreateCharacter(name="Maya"))
    with pytest.raises(Refused, match="room for 1 character"):
        studio.characters.analyze(picture(save="Maya"))

    assert (viewer.asked, spent(studio)) == ([], 0)


def test_somebody_elses_character_cannot_be_painted(studio: Studio, other_studio: Studio, painter: Vendor) -> None:
    view = studio.characters.create(VEGA)

    for attempt in (other_studio.characters.generation_cost, other_studio.characters.generate):
        with pytest.raises(NotFound):
            attempt(str(view.id), GeneratePortrait())
    with pytest.raises(NotFound):
        other_studio.characters.picture(str(view.id))


def test_a_style_is_suggested_and_paid_for_once(studio: Studio, models: FakeModels) -> None:
    writer = Vendor("vendor/writer", style_answer())
    models.remotes[Medium.TEXT] = writer

    cost = studio.styles.suggestion_cost(SuggestStyle(topic="The deep sea"))
    first = studio.styles.suggest(SuggestStyle(topic="The deep sea"))
    saved = studio.styles.suggest(SuggestStyle(topic="The deep sea", save="Abyss"))

    assert (cost.credits, first.credits_used, saved.credits_used, spent(studio)) == (1, 1, 0, 1)
    assert saved.style is not None
    assert (saved.style.name, saved.style.handle, saved.style.audience) == ("Abyss", "abyss", "divers")
    assert studio.styles.suggestion_cost(SuggestStyle(topic="The deep sea", again=True)).credits == 1
