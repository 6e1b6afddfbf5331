"""Noting shorts down, finding, changing, copying and removing them."""

from __future__ import annotations

import pytest

from studio.app import Studio
from studio.contracts.shorts import CreateShort, EditShort
from studio.db.models.short import Short
from studio.domain.errors import Conflict, Invalid, NotFound, Refused, TooLarge
from tests.fakes import FakeModels

OCTOPUS = CreateShort(topic="Why octopuses have three hearts")


def test_notes_down_a_short_with_the_defaults_of_its_format(studio: Studio) -> None:
    short = studio.shorts.create(OCTOPUS)

    assert short.title == "Why octopuses have three hearts"
    assert (short.status, short.progress) == ("DRAFT", 0)
    assert (short.format, short.aspect, short.target_seconds, short.language) == ("short", "9:16", 30.0, "en")
    assert (short.style, short.climate, short.scenes) == ("explainer", "curiosity", [])
    assert (short.credits_used, short.cost_usd) == (0, "0.00")


def test_gives_every_short_its_own_handle(studio: Studio) -> None:
    handles = [studio.shorts.create(OCTOPUS).handle for _ in range(3)]

    assert handles == ["octopuses-three-hearts", "octopuses-three-hearts-2", "octopuses-three-hearts-3"]


@pytest.mark.parametrize("reference", ["handle", "id", "prefix", "@last"])
def test_finds_a_short_by_whatever_names_it(studio: Studio, reference: str) -> None:
    short = studio.shorts.create(OCTOPUS)
    names = {"handle": short.handle, "id": short.id, "prefix": short.id[:30], "@last": "@last"}

    assert studio.shorts.show(names[reference]).id == short.id


def test_refuses_a_prefix_that_fits_two(studio: Studio) -> None:
    first, second = studio.shorts.create(OCTOPUS), studio.shorts.create(OCTOPUS)
    assert first.id[:5] == second.id[:5]

    with pytest.raises(Refused, match="More than one short"):
        studio.shorts.show(first.id[:5])


@pytest.mark.parametrize("reference", ["octopuses-three-hearts", "id", "%", "____", ""])
def test_somebody_elses_short_is_as_absent_as_none(studio: Studio, other_studio: Studio, reference: str) -> None:
    short = studio.shorts.create(OCTOPUS)
    wanted = short.id if reference == "id" else reference

    for act in (other_studio.shorts.show, other_studio.shorts.delete, other_studio.shorts.duplicate):
        with pytest.raises(NotFound, match="There is no short called"):
            act(wanted)
    assert other_studio.shorts.list().data == []
    assert studio.shorts.show(short.id).handle == short.handle


def test_pages_through_a_list_without_losing_or_repeating_any(studio: Studio) -> None:
    made = [studio.shorts.create(OCTOPUS).handle for _ in range(5)]

    first = studio.shorts.list(limit=2)
    second = studio.shorts.list(limit=2, cursor=first.next_cursor)
    third = studio.shorts.list(limit=2, cursor=second.next_cursor)

    pages = [[line.handle for line in page.data] for page in (first, second, third)]
    assert pages == [[made[4], made[3]], [made[2], made[1]], [made[0]]]
    assert third.next_cursor is None


@pytest.mark.parametrize(("limit", "cursor"), [(0, None), (101, None), (5, "not-a-cursor"), (5, "é")])
def test_refuses_pages_it_cannot_give(studio: Studio, limit: int, cursor: str | None) -> None:
    with pytest.raises(Refused):
        studio.shorts.list(limit=limit, cursor=cursor)


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        (CreateShort(), Invalid),
        (CreateShort(topic=" \x1b[31m "), Invalid),
        (CreateShort(source_text="   \n "), Invalid),
        (CreateShort(source_text="text\0more"), Invalid),
        (CreateShort(source_text="word " * 200_000), TooLarge),
        (CreateShort(topic="Tides", style="nowhere"), NotFound),
        (CreateShort(topic="Tides", climate="nowhere"), NotFound),
        (CreateShort(topic="Tides", characters=("Nobody",)), NotFound),
        (CreateShort(topic="Tides", duration_seconds=5), Invalid),
        (CreateShort(topic="Tides", language="not a language"), Invalid),
        (CreateShort(topic="Tides", music="a-missing-piece"), NotFound),
        (CreateShort(source_text='{"title": "Nothing", "scenes": []}'), Invalid),
    ],
)
def test_refuses_a_request_that_makes_no_film_and_writes_nothing(
    studio: Studio, request_: CreateShort, error: type[Refused]
) -> None:
    with pytest.raises(error):
        studio.shorts.create(request_)

    assert studio.shorts.list().data == []


def test_takes_control_sequences_out_of_a_title(studio: Studio) -> None:
    short = studio.shorts.create(CreateShort(topic="Tides \x1b]0;owned\x07and \u202emoons\x9b31m"))

    assert short.title == "Tides and moons"


def test_takes_a_finished_script_with_its_scenes(studio: Studio) -> None:
    script = (
        '{"title": "Tides", "format": "reel", "scenes": [{"narration": "The sea rises."}, {"narration": "It falls."}]}'
    )

    short = studio.shorts.create(CreateShort(source_text=script, source_name="tides.json"))

    assert (short.title, short.format, short.status) == ("Tides", "reel", "SCRIPT_READY")
    assert [scene.narration for scene in short.scenes] == ["The sea rises.", "It falls."]


def test_edits_only_what_is_given(studio: Studio) -> None:
    short = studio.shorts.create(OCTOPUS)

    edited = studio.shorts.edit(short.id, EditShort(style="story", music="calm", captions=False))

    assert (edited.style, edited.music, edited.captions) == ("story", "calm", False)
    assert (edited.title, edited.handle) == (short.title, short.handle)


def test_refuses_a_handle_that_is_taken_or_is_none(studio: Studio) -> None:
    short, other = studio.shorts.create(OCTOPUS), studio.shorts.create(CreateShort(topic="Tides"))

    with pytest.raises(Conflict, match="tides already"):
        studio.shorts.edit(short.id, EditShort(handle=other.handle))
    with pytest.raises(Invalid, match="cannot be a handle"):
        studio.shorts.edit(short.id, EditShort(handle="../escape"))


def test_deletes_a_short_with_the_files_nothing_else_uses(studio: Studio, models: FakeModels) -> None:
    short = studio.shorts.create(CreateShort(source_text="The sea rises. The sea falls."))
    studio.scripts.generate(short.id)
    studio.media.generate(short.id)
    copy = studio.shorts.duplicate(short.id)
    files = {take.path for take in studio.media.list(copy.id).data if take.path}

    studio.shorts.delete(short.id)
    assert all(studio.assets.storage.exists(key) for key in files)
    studio.shorts.delete(copy.id)

    assert not any(studio.assets.storage.exists(key) for key in files)
    assert studio.shorts.list().data == []


def test_a_copy_shares_takes_and_starts_its_own_life(studio: Studio, models: FakeModels) -> None:
    short = studio.shorts.create(CreateShort(source_text="The sea rises. The sea falls."))
    studio.scripts.generate(short.id)
    studio.media.generate(short.id)
    models.forget()

    copy = studio.shorts.duplicate(short.id)
    studio.media.generate(copy.id)

    assert copy.handle == "sea-rises-sea-falls-2"
    assert [scene.narration for scene in copy.scenes] == ["The sea rises.", "The sea falls."]
    assert models.asked == []


def test_lists_a_hundred_thousand_shorts_by_index(studio: Studio) -> None:
    explain = "EXPLAIN QUERY PLAN" if studio.database.engine.dialect.name == "sqlite" else "EXPLAIN"
    page = "SELECT * FROM short WHERE owner_id = 'x' ORDER BY created_at DESC, id DESC LIMIT 21"

    with studio.database.read() as session:
        plan = " ".join(str(row) for row in session.connection().exec_driver_sql(f"{explain} {page}"))

    assert "short_newest" in plan
    assert "TEMP B-TREE" not in plan


def test_the_record_has_the_fields_scripts_rely_on(studio: Studio) -> None:
    fields = set(studio.shorts.create(OCTOPUS).model_dump())

    assert fields >= {
        "id", "handle", "title", "topic", "status", "progress", "format", "aspect", "language", "duration_seconds",
        "style", "characters", "scenes", "credits_used", "cost_usd", "video_path", "created_at", "updated_at",
    }  # fmt: skip
    assert Short.__tablename__ == "short"
