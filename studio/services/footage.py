"""Everything a short has to be cut from, read in one go: scenes, selected takes, style, music."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, select

from studio.db.models.asset import Asset
from studio.db.models.media import Media
from studio.db.models.scene import ShortScene
from studio.db.models.short import Short
from studio.domain.errors import NotFound
from studio.domain.style import MusicMood, Style
from studio.services.catalogue import find_style
from studio.services.music import own_piece
from studio.services.principal import Principal
from studio.services.spoken import Spoken
from studio.services.timeline import Slot, lay_out, total_seconds
from studio.services.views import scenes_of
from studio.services.wishes import MUSIC, PICTURE, SPEECH, VIDEO, mood_of


@dataclass(frozen=True)
class SceneFootage:
    """What one scene shows and says. `picture` is a clip when `is_clip`."""

    scene: ShortScene
    picture: Asset
    is_clip: bool
    voice: Asset
    spoken: Spoken
    slot: Slot


@dataclass(frozen=True)
class Footage:
    short: Short
    style: Style
    scenes: tuple[SceneFootage, ...]
    music: Asset | None

    @property
    def seconds(self) -> float:
        return total_seconds([scene.slot for scene in self.scenes])


def footage_of(session: Session, principal: Principal, short: Short) -> Footage:
    """Read the footage. Raises NotFound naming the first scene that lacks a take."""
    rows = scenes_of(session, short.id)
    clips = [_found(session, row, VIDEO) for row in rows]
    pictures = [clip or _selected(session, short, row, PICTURE) for row, clip in zip(rows, clips, strict=True)]
    voices = [_selected(session, short, row, SPEECH) for row in rows]
    spoken = [Spoken.from_json(take.details) for take, _ in voices]
    slots = lay_out([words.seconds for words in spoken], [row.duration_seconds for row in rows])
    style = find_style(session, principal, short.style)
    return Footage(
        short=short,
        style=style,
        scenes=tuple(
            SceneFootage(row, asset, take.kind == VIDEO, voice[1], words, slot)
            for row, (take, asset), voice, words, slot in zip(rows, pictures, voices, spoken, slots, strict=True)
        ),
        music=_music(session, principal, short, style),
    )


def _selected(session: Session, short: Short, scene: ShortScene, kind: str) -> tuple[Media, Asset]:
    take = _found(session, scene, kind)
    if take is None:
        raise NotFound(
            f"Scene {scene.position} of {short.handle} has no {kind} yet.",
            hint=f"studio shorts media generate {short.handle}",
        )
    return take


def _found(session: Session, scene: ShortScene, kind: str) -> tuple[Media, Asset] | None:
    statement = (
        select(Media, Asset).join(Asset).where(Media.scene_id == scene.id, Media.kind == kind, col(Media.selected))
    )
    return session.exec(statement).first()


def _music(session: Session, principal: Principal, short: Short, style: Style) -> Asset | None:
    mood = mood_of(short, style)
    if mood is None:
        return own_piece(session, principal, short.music or "")
    if mood is MusicMood.NONE:
        return None
    statement = select(Asset).join(Media).where(Media.short_id == short.id, Media.kind == MUSIC, col(Media.selected))
    return session.exec(statement).first()
