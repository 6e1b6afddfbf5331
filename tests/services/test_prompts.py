"""System prompts as administrators see and change them, and what scripts are then asked with."""

from __future__ import annotations

import pytest
from sqlmodel import select

from studio.app import Studio
from studio.contracts.audit import AuditFilter
from studio.contracts.prompts import EditPrompt, ResetPrompt
from studio.db.models import SystemPrompt
from studio.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from studio.services.prompts import prompts_in_force
from studio.services.writing.prompts import BUILT_IN

OWN = "Write everything as a sea shanty."


def in_force(studio: Studio, name: str = "script.craft") -> str:
    with studio.database.read() as session:
        return prompts_in_force(session).text(name)


def test_every_prompt_is_listed_with_its_built_in_text(studio: Studio) -> None:
    found = studio.admin_prompts.list().data

    assert [each.name for each in found] == [*BUILT_IN]
    assert all(each.is_default and each.text == each.default and each.version == 0 for each in found)


def test_an_edited_text_is_in_force_and_says_who_wrote_it(studio: Studio) -> None:
    view = studio.admin_prompts.edit("script.craft", EditPrompt(text=f"  {OWN}\n"))

    assert (view.text, view.version, view.is_default) == (OWN, 1, False)
    assert view.updated_by == studio.principal.email
    assert in_force(studio) == OWN
    assert studio.admin_prompts.show("script.craft") == view


def test_a_reset_brings_the_built_in_text_back_and_counts_on(studio: Studio) -> None:
    studio.admin_prompts.edit("script.craft", EditPrompt(text=OWN))

    view = studio.admin_prompts.reset("script.craft", ResetPrompt(version=1))

    assert (view.text, view.version, view.is_default) == (BUILT_IN["script.craft"].text, 2, True)
    assert in_force(studio) == BUILT_IN["script.craft"].text


def test_somebody_who_was_slower_is_told_who_was_faster(studio: Studio) -> None:
    studio.admin_prompts.edit("script.craft", EditPrompt(text=OWN, version=0))
    studio.admin_prompts.reset("script.craft", ResetPrompt())
    studio.admin_prompts.edit("script.craft", EditPrompt(text="Another one."))

    with pytest.raises(Conflict, match=rf"changed by {studio.principal.email} .* version 3 and you changed version 1"):
        studio.admin_prompts.edit("script.craft", EditPrompt(text="Mine.", version=1))

    assert in_force(studio) == "Another one."


def test_a_text_that_stays_the_same_changes_nothing(studio: Studio) -> None:
    same = studio.admin_prompts.edit("script.craft", EditPrompt(text=BUILT_IN["script.craft"].text))

    assert (same.version, same.updated_by, same.updated_at) == (0, None, None)
    assert studio.audit.list(AuditFilter(subject="prompt:script.craft")).data == []


@pytest.mark.parametrize("text", ["", "Translate.", "Into {language} for {everybody}."])
def test_a_text_that_could_not_be_used_is_refused(studio: Studio, text: str) -> None:
    with pytest.raises(Invalid, match=r"assist\.translate cannot be changed to this"):
        studio.admin_prompts.edit("assist.translate", EditPrompt(text=text))


def test_a_stored_text_that_this_version_cannot_use_gives_way(studio: Studio) -> None:
    studio.admin_prompts.edit("assist.translate", EditPrompt(text="Into {language}."))
    with studio.database.write() as session:
        session.exec(select(SystemPrompt)).one().text = "Into {tongue}."

    assert in_force(studio, "assist.translate") == BUILT_IN["assist.translate"].text.replace("{language}", "{language}")


def test_each_change_is_in_the_audit_trail(studio: Studio) -> None:
    studio.admin_prompts.edit("script.craft", EditPrompt(text=OWN, reason="for the sea week"))
    studio.admin_prompts.reset("script.craft", ResetPrompt())

    reset, edited = studio.audit.list(AuditFilter(subject="prompt:script.craft")).data

    assert (edited.action, reset.action) == ("prompt.edited", "prompt.reset")
    assert (edited.after, edited.reason) == ({"text": OWN}, "for the sea week")
    assert edited.before == {"text": BUILT_IN["script.craft"].text}


def test_a_prompt_that_is_none_is_named(studio: Studio) -> None:
    with pytest.raises(NotFound, match=r"There is no prompt script\.magic"):
        studio.admin_prompts.show("script.magic")


def test_a_creator_sees_no_prompt(other_studio: Studio) -> None:
    with pytest.raises(NotAllowed):
        other_studio.admin_prompts.list()
