"""A plan's room for files: nothing new is begun without it, and what was begun is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import select

from studio.app import Studio
from studio.contracts.characters import CreateCharacter, GeneratePortrait
from studio.contracts.plans import EditPlan
from studio.contracts.shorts import CreateShort
from studio.db.models.asset import Asset
from studio.domain.errors import Refused
from studio.services.room import MEGABYTE, require_room
from tests.fakes import FakeModels


def allow(studio: Studio, megabytes: int) -> None:
    studio.admin_plans.edit("free", EditPlan(limits={"storage_megabytes": megabytes}))


def keep(studio: Studio, size_bytes: int) -> None:
    with studio.database.write() as session:
        name = f"{studio.principal.user_id}/{size_bytes}"
        session.add(
            Asset(
                owner_id=studio.principal.user_id,
                key=name,
                sha256="0",
                media_type="image/png",
                size_bytes=size_bytes,
            )
        )


def test_files_up_to_the_limit_have_room_and_others_files_do_not_count(studio: Studio, other_studio: Studio) -> None:
    allow(studio, 2)
    keep(studio, MEGABYTE)
    keep(other_studio, 5 * MEGABYTE)

    with studio.database.read() as session:
        require_room(session, studio.principal, MEGABYTE)
        with pytest.raises(Refused, match=r"room for 2 MB of files, and yours take 1\.0 MB; this one is 1\.0 MB") as no:
            require_room(session, studio.principal, MEGABYTE + 1)

    assert no.value.details == {"used_bytes": MEGABYTE, "limit_bytes": 2 * MEGABYTE}
    assert "studio shorts delete HANDLE" in str(no.value.hint)


def test_without_room_no_picture_and_no_media_are_begun(studio: Studio, models: FakeModels, tmp_path: Path) -> None:
    allow(studio, 0)
    person = studio.characters.create(CreateCharacter(name="Ana")).id
    short = studio.scripts.generate(studio.shorts.create(CreateShort(topic="Tides")).id).id

    for begin in (
        lambda: studio.characters.generate(person, GeneratePortrait()),
        lambda: studio.media.generate(short),
    ):
        with pytest.raises(Refused, match="Your plan has room for 0 MB of files"):
            begin()

    with studio.database.read() as session:
        assert session.exec(select(Asset)).all() == []
