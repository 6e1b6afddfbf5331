"""What a scene shows: its clip where one is selected, otherwise its picture."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.app import Studio
from studio.contracts.shorts import CreateShort
from studio.db.models.media import Media
from studio.db.models.short import Short
from studio.services.assets import saved
from studio.services.cutting import plan_cut
from studio.services.footage import Footage, footage_of
from studio.services.views import scenes_of
from studio.services.wishes import IMPORTED, VIDEO
from tests.fakes import FakeModels
from tests.render.clips import clip


@pytest.fixture
def short(studio: Studio, models: FakeModels) -> str:
    created = studio.shorts.create(CreateShort(source_text="One sea. Two moons. Three tides."))
    studio.scripts.generate(created.id)
    studio.media.generate(created.id)
    return created.id


def add_clip(studio: Studio, short_id: str, path: Path, *, selected: bool = True) -> None:
    """A clip as take of the second scene."""
    asset = studio.assets.keep_file(path, "mp4", studio.principal)
    with studio.database.write() as session:
        scene = scenes_of(session, short_id)[1]
        session.add(
            Media(
                owner_id=studio.principal.user_id,
                short_id=short_id,
                scene_id=scene.id,
                kind=VIDEO,
                asset_id=saved(session, asset).id,
                request_key="a clip",
                model=IMPORTED,
                selected=selected,
            )
        )


def footage(studio: Studio, short_id: str) -> Footage:
    with studio.database.read() as session:
        return footage_of(session, studio.principal, session.get_one(Short, short_id))


def test_a_selected_clip_is_shown_instead_of_the_picture(studio: Studio, short: str, tmp_path: Path) -> None:
    add_clip(studio, short, clip(tmp_path / "a.mp4", 45))

    found = footage(studio, short)

    assert [scene.is_clip for scene in found.scenes] == [False, True, False]
    assert found.scenes[1].picture.media_type == "video/mp4"
    assert [scene.clip_seconds for scene in plan_cut(found, studio.assets).plan.scenes] == [None, 1.5, None]


def test_a_clip_that_is_not_selected_is_not_shown(studio: Studio, short: str, tmp_path: Path) -> None:
    add_clip(studio, short, clip(tmp_path / "a.mp4", 45), selected=False)

    assert not any(scene.is_clip for scene in footage(studio, short).scenes)


def test_another_clip_makes_another_film(studio: Studio, short: str, tmp_path: Path) -> None:
    before = plan_cut(footage(studio, short), studio.assets).key

    add_clip(studio, short, clip(tmp_path / "a.mp4", 45))

    assert plan_cut(footage(studio, short), studio.assets).key != before
