"""Rows as the outside sees them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from studio.contracts.base import dollars
from studio.contracts.scenes import MediaView, SceneView
from studio.contracts.shorts import RenderReport, ShortLine, ShortView
from studio.db.models.asset import Asset
from studio.db.models.character import Character
from studio.db.models.media import Media
from studio.db.models.scene import ShortScene
from studio.db.models.short import Short, ShortCharacter
from studio.domain.clock import moment


def scenes_of(session: Session, short_id: str) -> Sequence[ShortScene]:
    """The scenes of a short in order."""
    return session.exec(
        select(ShortScene).where(ShortScene.short_id == short_id).order_by(col(ShortScene.position))
    ).all()


def takes_of(session: Session, short_id: str) -> Sequence[tuple[Media, Asset]]:
    """All takes of a short with their files, oldest first."""
    statement = select(Media, Asset).join(Asset).where(Media.short_id == short_id).order_by(col(Media.id))
    return session.exec(statement).all()


def media_view(media: Media, asset: Asset) -> MediaView:
    return MediaView(
        id=media.id,
        kind=media.kind,
        model=media.model,
        selected=media.selected,
        media_type=asset.media_type,
        size_bytes=asset.size_bytes,
        seconds=json.loads(media.details).get("seconds"),
        path=asset.key,
        credits_used=media.credits_used,
        cost_usd=dollars(media.cost_microusd),
        created_at=moment(media.created_at),
    )


def scene_view(scene: ShortScene, takes: Sequence[MediaView] = ()) -> SceneView:
    return SceneView(
        id=scene.id,
        order=scene.position,
        narration=scene.narration,
        visual=scene.visual,
        image_prompt=scene.image_prompt,
        title=scene.title,
        shot=scene.shot,
        role=scene.role,
        duration_seconds=_seconds_of(scene, takes),
        characters=json.loads(scene.characters),
        media=list(takes),
    )


def _seconds_of(scene: ShortScene, takes: Sequence[MediaView]) -> float | None:
    """How long the scene is: as the script wishes, or as its words take once they are spoken."""
    spoken = next((take.seconds for take in takes if take.kind == "speech" and take.selected), None)
    return max((length for length in (scene.duration_seconds, spoken) if length is not None), default=None)


def scene_views(session: Session, short_id: str) -> list[SceneView]:
    takes: dict[str | None, list[MediaView]] = defaultdict(list)
    for media, asset in takes_of(session, short_id):
        takes[media.scene_id].append(media_view(media, asset))
    return [scene_view(scene, takes[scene.id]) for scene in scenes_of(session, short_id)]


def short_view(session: Session, short: Short, render: RenderReport | None = None) -> ShortView:
    film = session.get(Asset, short.film_asset_id) if short.film_asset_id else None
    credits_quoted, quoted_microusd = _quoted(session, short.id)
    return ShortView(
        id=short.id,
        handle=short.handle,
        title=short.title,
        topic=short.topic,
        status=short.status,
        progress=short.progress,
        error=short.error,
        format=short.format,
        aspect=short.aspect,
        language=short.language,
        target_seconds=short.target_seconds,
        duration_seconds=short.film_seconds,
        style=short.style,
        climate=short.climate,
        characters=names_of(session, short.id),
        voice=short.voice,
        music=short.music,
        captions=short.captions,
        is_outline=short.is_outline,
        scenes=scene_views(session, short.id),
        credits_used=short.credits_used,
        cost_usd=dollars(short.cost_microusd),
        credits_quoted=credits_quoted,
        quoted_usd=dollars(quoted_microusd),
        video_path=short.video_path,
        size_bytes=film.size_bytes if film else None,
        render=render,
        created_at=moment(short.created_at),
        updated_at=moment(short.updated_at),
    )


_QUOTED = text(
    "SELECT COALESCE(SUM(hold.amount), 0), COALESCE(SUM(generation.quoted_microusd), 0) FROM generation"
    " LEFT JOIN credithold AS hold ON hold.id = generation.hold_id"
    " WHERE generation.short_id = :short_id AND generation.state = 'succeeded'"
)


def _quoted(session: Session, short_id: str) -> tuple[int, int]:
    """Credits and micro-dollars that were quoted for what was delivered to a short."""
    credits, microusd = session.connection().execute(_QUOTED, {"short_id": short_id}).one()
    return int(credits), int(microusd)


def names_of(session: Session, short_id: str) -> list[str]:
    """Who appears in a short, in the order they were named."""
    statement = select(Character.name).join(ShortCharacter).where(ShortCharacter.short_id == short_id)
    return list(session.exec(statement.order_by(col(ShortCharacter.position))))


def short_line(short: Any, scene_count: int) -> ShortLine:
    """A row of the table of shorts, as it stands in a list."""
    return ShortLine(
        id=short.id,
        handle=short.handle,
        title=short.title,
        topic=short.topic,
        status=short.status,
        progress=short.progress,
        format=short.format,
        aspect=short.aspect,
        language=short.language,
        duration_seconds=short.film_seconds,
        style=short.style,
        scene_count=scene_count,
        credits_used=short.credits_used,
        cost_usd=dollars(short.cost_microusd),
        video_path=short.video_path,
        created_at=moment(short.created_at),
        updated_at=moment(short.updated_at),
    )
