"""Styles: built-in ones beside one's own, and what may be changed."""

from __future__ import annotations

import itertools

import pytest

from studio.app import Studio
from studio.contracts.shorts import CreateShort
from studio.contracts.styles import CaptionLookData, CreateStyle, EditStyle, PaletteData
from studio.domain.errors import Conflict, Invalid, NotFound, Refused
from studio.domain.style import ContentType
from studio.services.catalogue import built_in_styles, find_style
from studio.services.styles import StylesService


def night(**fields: object) -> CreateStyle:
    return CreateStyle.model_validate({"name": "Night news", "content_type": "NEWS", **fields})


def test_lists_the_built_in_ones_first_and_then_ones_own_newest_first(studio: Studio) -> None:
    ticks = itertools.count(1_700_000_000_000)
    styles = StylesService(studio.database, studio.principal, studio.models, lambda: next(ticks))
    styles.create(night(name="First"))
    styles.create(night(name="Second"))

    page = styles.list()

    handles = [style.handle for style in page.data]
    assert handles == [*built_in_styles(), "second", "first"]
    assert [style.built_in for style in page.data] == [True] * len(built_in_styles()) + [False, False]
    assert page.next_cursor is None


@pytest.mark.parametrize("limit", [1, 3, 6, 7])
def test_pages_lead_through_the_whole_list_once(studio: Studio, limit: int) -> None:
    for number in range(4):
        studio.styles.create(night(name=f"Style {number}"))

    handles: list[str] = []
    cursor = None
    while True:
        page = studio.styles.list(limit=limit, cursor=cursor)
        assert len(page.data) <= limit
        handles += [style.handle for style in page.data]
        cursor = page.next_cursor
        if cursor is None:
            break

    assert handles == [style.handle for style in studio.styles.list(limit=100).data]


def test_a_cursor_of_somebody_elses_making_is_refused(studio: Studio) -> None:
    with pytest.raises(Refused, match="cursor"):
        studio.styles.list(cursor="made-up")


def test_shows_a_built_in_style_without_id_and_times(studio: Studio) -> None:
    style = studio.styles.show("explainer")

    assert (style.id, style.created_at, style.updated_at, style.built_in) == (None, None, None, True)
    assert style.palette.dark == "#0b1d3a"
    assert style.captions.font == "Montserrat"


def test_a_style_of_ones_own_is_found_by_handle_id_prefix_and_last(studio: Studio) -> None:
    made = studio.styles.create(night())
    assert made.id is not None

    found = [studio.styles.show(reference) for reference in ("night-news", made.id, made.id[:13], "@last")]

    assert found == [made] * 4


def test_a_style_like_another_has_its_fields_and_a_name_of_its_own(studio: Studio) -> None:
    made = studio.styles.create(CreateStyle(like="story", palette=PaletteData(accent="#00ff00")))

    story = studio.styles.show("story")
    assert (made.handle, made.name) == ("story-copy", "Story copy")
    assert made.visual_prompt == story.visual_prompt
    assert made.palette == story.palette.model_copy(update={"accent": "#00ff00"})


def test_the_same_name_again_gives_the_next_free_handle(studio: Studio) -> None:
    handles = [studio.styles.create(night()).handle for _ in range(3)]

    assert handles == ["night-news", "night-news-2", "night-news-3"]


def test_a_name_in_another_alphabet_gets_a_handle(studio: Studio) -> None:
    assert studio.styles.create(night(name="夜のニュース")).handle == "style"


def test_the_name_of_a_built_in_style_cannot_be_taken(studio: Studio) -> None:
    mine = studio.styles.create(night())

    with pytest.raises(Conflict, match="built-in style called news"):
        studio.styles.create(night(name="The News"))
    with pytest.raises(Conflict, match="built-in style called news"):
        studio.styles.edit(mine.handle, EditStyle(name="News"))


def test_everything_that_is_missing_is_named_at_once(studio: Studio) -> None:
    with pytest.raises(Invalid) as refusal:
        studio.styles.create(CreateStyle(description="nothing else"))

    assert refusal.value.faults == ["name is missing", "content_type is missing"]


def test_a_caption_font_that_studio_does_not_have_is_refused(studio: Studio) -> None:
    with pytest.raises(Invalid, match="Comic Sans"):
        studio.styles.create(night(captions={"font": "Comic Sans"}))

    assert [style.handle for style in studio.styles.list().data if not style.built_in] == []


def test_text_that_could_steer_a_terminal_is_cleaned(studio: Studio) -> None:
    made = studio.styles.create(night(name="Night\x1b[31m\nnews\x00", keywords=["da\x07rk"]))

    assert made.name == "Night news"
    assert made.keywords == ("dark",)


def test_an_edit_changes_only_what_is_given(studio: Studio) -> None:
    made = studio.styles.create(night(audience="owls", palette={"dark": "#000001"}))

    edited = studio.styles.edit(
        "night-news",
        EditStyle(description="Late.", palette=PaletteData(glow="#ffffff"), captions=CaptionLookData(uppercase=True)),
    )

    expected = made.model_copy(
        update={
            "description": "Late.",
            "palette": made.palette.model_copy(update={"glow": "#ffffff"}),
            "captions": made.captions.model_copy(update={"uppercase": True}),
            "updated_at": edited.updated_at,
        }
    )
    assert edited == expected
    assert studio.styles.show("night-news") == expected


def test_a_new_name_keeps_the_handle_that_shorts_know(studio: Studio) -> None:
    studio.styles.create(night())

    edited = studio.styles.edit("night-news", EditStyle(name="Late edition"))

    assert (edited.name, edited.handle) == ("Late edition", "night-news")


def test_a_built_in_style_can_be_neither_edited_nor_deleted(studio: Studio) -> None:
    with pytest.raises(Refused) as editing:
        studio.styles.edit("explainer", EditStyle(name="Mine"))
    with pytest.raises(Refused) as deleting:
        studio.styles.delete("explainer")

    assert editing.value.hint == deleting.value.hint == "studio styles create --like explainer"


def test_shorts_are_made_in_a_style_of_ones_own(studio: Studio) -> None:
    studio.styles.create(night(keywords=["late"]))

    with studio.database.read() as session:
        style = find_style(session, studio.principal, "night-news")

    assert (style.key, style.content_type, style.keywords) == ("night-news", ContentType.NEWS, ("late",))


def test_a_style_that_shorts_use_is_kept(studio: Studio) -> None:
    studio.styles.create(night())
    for topic in ("The moon", "The sun"):
        studio.shorts.create(CreateShort(topic=topic, style="night-news"))

    with pytest.raises(Conflict, match="2 shorts use the style night-news"):
        studio.styles.delete("night-news")

    assert studio.styles.show("night-news").name == "Night news"


def test_a_deleted_style_is_gone(studio: Studio) -> None:
    made = studio.styles.create(night())

    gone = studio.styles.delete("night-news")

    assert gone.id == made.id
    with pytest.raises(NotFound):
        studio.styles.show("night-news")
