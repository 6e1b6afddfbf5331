"""Beginning a short: the request is checked as a whole, then the row, its characters and a finished script's scenes."""

from __future__ import annotations

from sqlmodel import Session

from studio.contracts.shorts import CreateShort, EditShort
from studio.db.models.short import Short, ShortCharacter
from studio.services.briefs import Request, checked
from studio.services.catalogue import find_climate, find_style
from studio.services.music import check_music
from studio.services.principal import Principal
from studio.services.references import free_handle
from studio.services.scripts import write_scenes


def create_short(session: Session, principal: Principal, data: CreateShort) -> Short:
    """Note down a short from a request that may still be wrong; a finished script brings its scenes with it."""
    request = checked(session, principal, data)
    check_music(session, principal, data.music)
    short = short_row(principal, data, request, free_handle(session, Short, principal, request.handle))
    session.add(short)
    session.flush()
    for position, character in enumerate(request.characters):
        session.add(ShortCharacter(short_id=short.id, character_id=character.id, position=position))
    if request.finished is not None:
        write_scenes(session, short, request.finished.as_script())
    session.flush()
    return short


def short_row(principal: Principal, data: CreateShort, request: Request, handle: str) -> Short:
    """The short as it would be written down."""
    return Short(
        owner_id=principal.user_id,
        handle=handle,
        title=request.title,
        topic=request.topic,
        source_text=request.source_text,
        brief_key=request.key,
        format=request.format.value,
        aspect=request.aspect.value,
        language=request.language,
        target_seconds=request.seconds,
        style=request.style.key,
        climate=request.climate.key,
        # A seed from the request makes the same request give the same film; --seed asks for another one.
        seed=data.seed if data.seed is not None else int(request.key[:7], 16),
        voice=data.voice,
        music=data.music,
        captions=data.captions,
        text_model=data.text_model,
        image_model=data.image_model,
        video_model=data.video_model,
    )


def check_names(session: Session, principal: Principal, data: EditShort) -> None:
    """Raise NotFound when a change names a style, a climate or music that is not there."""
    if data.style is not None:
        find_style(session, principal, data.style)
    if data.climate is not None:
        find_climate(session, principal, data.climate)
    check_music(session, principal, data.music)
