"""What somebody does with a studio, step by step, and what came of each step: the same whichever way it is seen."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from studio.contracts.characters import CreateCharacter, EditCharacter
from studio.contracts.credits import UsageFilter
from studio.contracts.keys import CreateKey
from studio.contracts.media import ImportMedia
from studio.contracts.scenes import AddScene, EditScene, MoveScene
from studio.contracts.scripts import ImportScript
from studio.contracts.settings import ChangeSettings
from studio.contracts.shorts import CreateShort, EditShort
from studio.contracts.styles import CreateStyle
from studio.domain.credits import FeatureKey
from studio.domain.errors import StudioError
from studio.domain.progress import Step

SCRIPT = """
title: Why the sky is blue
language: en
scenes:
  - narration: Blue is short.
    visual: rays of light
  - narration: Red is long.
    visual: a low red sun
"""
_CHANGING = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"  # ids
    r"|\d{4}-\d\d-\d\dT[\d:.]+Z"
    r"|stu_live_\w+"
)

Transcript = list[Any]


class Teller:
    """Does steps and notes what came of them, without what is new every time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.transcript: Transcript = []

    def tell(self, step: Callable[[], Any]) -> Any:
        """Do it and note its result or its error; returns the result."""
        try:
            result = step()
        except StudioError as error:
            seen = (error.code, error.exit_code, error.message, error.hint, error.details)
            self.transcript.append((type(error).__name__, self._steady(seen)))
            return None
        self.transcript.append(self._steady(result))
        return result

    def _steady(self, value: Any) -> Any:
        if isinstance(value, BaseModel):
            return self._steady(value.model_dump(mode="json", exclude={"path", "key_id", "last_used_at"}))
        if isinstance(value, dict):
            # Files lie elsewhere in each studio, and a server does not say where.
            kept = {name: each for name, each in value.items() if name not in ("path", "api_key")}
            if kept.get("next_cursor"):
                kept["next_cursor"] = "more"
            return {name: self._steady(each) for name, each in kept.items()}
        if isinstance(value, list | tuple):
            kept_list = [self._steady(each) for each in value]
            # Two workers make takes at the same time: which was kept first is chance.
            is_takes = bool(kept_list) and all(isinstance(each, dict) and "kind" in each for each in kept_list)
            return sorted(kept_list, key=str) if is_takes else kept_list
        if isinstance(value, str):
            return _CHANGING.sub("…", value.replace(str(self.folder), "FOLDER"))
        return value


def without_id(view: BaseModel) -> BaseModel:
    """A key: its id is a part of it, and unlike other ids."""
    return view.model_copy(update={"id": "…"})


def tell_of_words(studio: Any, folder: Path) -> Transcript:
    """Everything that needs no film: people, texts, settings, money, and many errors."""
    teller = Teller(folder)
    tell = teller.tell
    tell(lambda: studio.account.me())
    tell(lambda: studio.characters.create(CreateCharacter(name="Vega & Søn", age="34")))
    tell(lambda: studio.characters.create(CreateCharacter(name="Vega & Søn")))
    tell(lambda: studio.characters.edit("vega-son", EditCharacter(hair_color="red")))
    tell(lambda: studio.characters.show("nobody"))
    tell(lambda: studio.characters.list(limit=1))
    tell(lambda: studio.styles.create(CreateStyle(name="Plain", like="story")))
    tell(lambda: studio.styles.list(limit=2))
    short = tell(lambda: studio.shorts.create(CreateShort(topic="Blue?", characters=("vega-son",), captions=False)))
    tell(lambda: studio.shorts.edit(short.handle, EditShort(title="The blue one")))
    tell(lambda: studio.shorts.edit(short.handle, EditShort(style="nothing like it")))
    tell(lambda: studio.scripts.import_(short.id, ImportScript(text=SCRIPT)))
    tell(lambda: studio.scripts.import_(short.id, ImportScript(text="scenes: [")))
    tell(lambda: studio.scripts.export(short.id[:-2], format="markdown"))
    tell(lambda: studio.scenes.add("@last", AddScene(narration="And *that* is “it”.\nReally.", order=2)))
    tell(lambda: studio.scenes.edit("@last", 1, EditScene(title=None)))
    tell(lambda: studio.scenes.move("@last", MoveScene(scene=3, to=1)))
    tell(lambda: studio.scenes.delete("@last", 9))
    tell(lambda: studio.scenes.delete("@last", 2))
    tell(lambda: studio.media.cost("@last"))
    tell(lambda: studio.films.open_film(short.id))
    tell(lambda: studio.films.subtitles(short.id, format="docx"))
    tell(lambda: studio.shorts.duplicate(short.id))
    tell(lambda: studio.shorts.list(limit=1))
    tell(lambda: studio.shorts.list(cursor="not a cursor"))
    tell(lambda: studio.shorts.list(limit=1000))
    tell(lambda: studio.credits.me())
    tell(lambda: studio.credits.history(UsageFilter(feature=FeatureKey("image_generation"), since="2026-01-31")))
    tell(lambda: studio.credits.estimate(CreateShort(topic="The moon"), preview=True))
    tell(lambda: studio.model_catalogue.show("fal/fal-ai/flux/dev"))
    tell(lambda: studio.admin_settings.change(ChangeSettings(values={"nothing": 1})))
    tell(lambda: studio.admin_settings.list("credits"))
    tell(lambda: without_id(studio.keys.create(CreateKey(name="CI", scopes=("shorts:read",), expires_in_seconds=3600))))
    tell(lambda: studio.keys.create(CreateKey(name="CI", scopes=("no:such",))))
    tell(lambda: studio.users.list(limit=5))
    tell(lambda: studio.shorts.delete(short.id))
    tell(lambda: studio.shorts.show(short.id))
    return teller.transcript


def tell_of_a_film(studio: Any, folder: Path) -> Transcript:
    """From a text to a film on this machine, with its steps and a picture of one's own."""
    teller = Teller(folder)
    tell, steps = teller.tell, []
    request = CreateShort(topic="", source_text=SCRIPT, source_name="sky.yaml", aspect="1:1")

    def watch(step: Step) -> None:
        # Two workers paint at the same time: what is counted comes in any order.
        if step.total is None:
            steps.append((step.stage, step.message, step.detail))

    tell(lambda: studio.films.plan(request, preview=True))
    short = tell(lambda: studio.films.make(request, preview=True, progress=watch))
    film = tell(lambda: studio.films.deliver(short.id, folder / "film.mp4"))
    tell(lambda: studio.films.deliver(short.id, folder / "nowhere" / "film.mp4"))
    tell(lambda: [studio.films.is_ours(folder / name) for name in ("film.mp4", "other.png", "missing")])
    assert film.size_bytes == (folder / "film.mp4").stat().st_size
    board = studio.films.storyboard(short.id)
    (folder / "other.png").write_bytes(board)
    tell(lambda: (board[:8].hex(), len(board), studio.films.thumbnail(short.id)[:8].hex()))
    tell(lambda: studio.films.subtitles(short.id, format="srt"))
    tell(lambda: studio.media.import_(short.id, ImportMedia(scene=1), folder / "other.png"))
    tell(lambda: studio.shorts.show(short.id))
    tell(lambda: steps)
    return teller.transcript
