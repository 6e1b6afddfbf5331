"""Having scripts written, approving them, taking them out and putting them back."""

from __future__ import annotations

import json

import pytest
import yaml

from studio.app import Studio
from studio.contracts.scripts import ImportScript
from studio.contracts.shorts import CreateShort
from studio.domain.errors import Invalid, Refused
from tests.fakes import FakeModels


@pytest.fixture
def short(studio: Studio, models: FakeModels) -> str:
    return studio.shorts.create(CreateShort(topic="Tides", source_text="One sea. Two moons.")).id


def test_writes_the_script_once(studio: Studio, models: FakeModels, short: str) -> None:
    first = studio.scripts.generate(short)
    second = studio.scripts.generate(short)

    assert first.status == "SCRIPT_READY"
    assert [scene.id for scene in first.scenes] == [scene.id for scene in second.scenes]
    assert len(models.asked) == 1


def test_writes_it_anew_when_asked(studio: Studio, models: FakeModels, short: str) -> None:
    studio.scripts.generate(short)

    studio.scripts.generate(short, again=True)

    assert len(models.asked) == 2


def test_a_bare_topic_is_marked_as_an_outline(studio: Studio, models: FakeModels) -> None:
    short = studio.shorts.create(CreateShort(topic="Tides"))

    assert studio.scripts.generate(short.id).is_outline


def test_approves_a_script_and_refuses_to_approve_none(studio: Studio, models: FakeModels, short: str) -> None:
    with pytest.raises(Refused, match="has no script yet"):
        studio.scripts.approve(short)

    studio.scripts.generate(short)

    assert studio.scripts.approve(short).status == "SCRIPT_APPROVED"


@pytest.mark.parametrize("format", ["yaml", "json"])
def test_what_is_exported_can_be_imported(studio: Studio, models: FakeModels, short: str, format: str) -> None:
    before = studio.scripts.generate(short)
    text = studio.scripts.export(short, format=format).text  # type: ignore[arg-type]  # parametrised

    after = studio.scripts.import_(short, ImportScript(text=text))

    assert (json.loads if format == "json" else yaml.safe_load)(text)["title"] == "Tides"
    assert [scene.model_dump() for scene in after.scenes] == [scene.model_dump() for scene in before.scenes]


def test_importing_a_shorter_script_removes_the_scenes_beyond_it(
    studio: Studio, models: FakeModels, short: str
) -> None:
    studio.scripts.generate(short)
    studio.media.generate(short)

    after = studio.scripts.import_(short, ImportScript(text="title: Sea\nscenes:\n  - narration: Only this.\n"))

    assert [scene.narration for scene in after.scenes] == ["Only this."]


def test_a_bad_script_names_every_fault_and_changes_nothing(studio: Studio, models: FakeModels, short: str) -> None:
    before = studio.scripts.generate(short)
    bad = "title: Sea\nscenes:\n  - narration: ''\n    duration_seconds: -3\n  - colour: blue\n"

    with pytest.raises(Invalid) as caught:
        studio.scripts.import_(short, ImportScript(text=bad))

    assert len(caught.value.faults) >= 4
    assert studio.shorts.show(short).scenes == before.scenes


def test_reads_aloud_as_markdown(studio: Studio, models: FakeModels, short: str) -> None:
    studio.scripts.generate(short)

    assert studio.scripts.export(short, format="markdown").text.startswith("# Tides\n\n## 1. hook\n\nOne sea.")


def test_an_offline_script_is_asked_of_the_local_writer(studio: Studio) -> None:
    short = studio.shorts.create(CreateShort(topic="Tides", text_model="openai/qwen3:8b"))

    written = studio.scripts.generate(short.id, offline=True)

    assert written.is_outline
