"""Which take of a wish stands, and which of several the film uses."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, update

from studio.db.models.asset import Asset
from studio.db.models.media import Media
from studio.domain.ports import SpeechRequest
from studio.services.spoken import Spoken
from studio.services.wishes import IMPORTED, Wish


def best_take(takes: Sequence[tuple[Media, Asset]], short_id: str, wish: Wish) -> tuple[Media, Asset] | None:
    """What was picked or brought for this very place, else what was made for it, else for an equal wish elsewhere."""
    here = [take for take in takes if (take[0].short_id, take[0].scene_id) == (short_id, wish.scene_id)]
    picked = [take for take in here if take[0].selected and (take[0].picked or take[0].model == IMPORTED)]
    equal = [take for take in here if take[0].request_key == wish.key]
    elsewhere = [take for take in takes if take[0].request_key == wish.key]
    return next((take for take in [*picked, *equal, *elsewhere] if _says(take[0], wish)), None)


def _says(take: Media, wish: Wish) -> bool:
    """Whether a voice says the words of the scene; other takes stand whatever the script says."""
    if not isinstance(wish.request, SpeechRequest) or not take.picked:
        return True
    return Spoken.from_json(take.details).text == wish.request.text


def select_take(session: Session, media: Media) -> None:
    """Make this the take the film uses, and no other of its kind in its scene."""
    same_place = (
        (col(Media.short_id) == media.short_id) & (col(Media.scene_id) == media.scene_id)
        if media.scene_id
        else (col(Media.short_id) == media.short_id) & col(Media.scene_id).is_(None)
    )
    others = update(Media).where(same_place, col(Media.kind) == media.kind)
    session.exec(others.values(selected=False, picked=False))
    media.selected = True
    session.add(media)
    session.flush()
