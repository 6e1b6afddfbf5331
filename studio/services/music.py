"""Which music a short may name: a mood, `none`, or one's own piece that was imported before."""

from __future__ import annotations

from pathlib import Path

from sqlmodel import Session

from studio.db.models.asset import Asset
from studio.domain.errors import NotFound, Refused
from studio.domain.style import MusicMood
from studio.services.principal import Principal

MUSIC_KINDS = ("wav", "mp3", "m4a", "ogg", "flac")
MOODS = tuple(mood.value for mood in MusicMood)


def check_music(session: Session, principal: Principal, music: str | None) -> None:
    """Raise NotFound for music that is neither a mood nor a piece of one's own."""
    if music is None or music in MOODS or own_piece(session, principal, music) is not None:
        return
    raise NotFound(f"There is no music called {music}.", hint=f"Name a file or a mood: {', '.join(MOODS)}.")


def music_kind(source: Path) -> str:
    """The kind of a music file by its name. Raises Refused for one studio does not play."""
    kind = source.suffix.lower().lstrip(".")
    if kind not in MUSIC_KINDS:
        raise Refused(f"{source.name} is not a piece of music studio plays.", hint=f"Take {', '.join(MUSIC_KINDS)}.")
    return kind


def own_piece(session: Session, principal: Principal, music: str) -> Asset | None:
    asset = session.get(Asset, music)
    if asset is None or asset.owner_id != principal.user_id or not asset.media_type.startswith("audio/"):
        return None
    return asset
