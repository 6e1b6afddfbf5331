"""Takes that a person brings: pictures, clips and voices from files of their own."""

from __future__ import annotations

import json
from pathlib import Path

from sqlmodel import Session, col, select

from studio.db.engine import Database
from studio.db.models.media import Media
from studio.db.models.scene import ShortScene
from studio.db.models.short import Short
from studio.domain.errors import NotFound, Refused, TooLarge
from studio.domain.ports import SpeechRequest
from studio.providers.registry import Models
from studio.services.assets import AssetStore, saved
from studio.services.keys import content_key
from studio.services.principal import Principal
from studio.services.references import find
from studio.services.remote_work import Made
from studio.services.room import require_room
from studio.services.spoken import Spoken
from studio.services.states import reopen
from studio.services.takes import select_take
from studio.services.wishes import IMPORTED, PICTURE, SPEECH, VIDEO

PICTURES = ("png", "jpg", "jpeg", "webp")
CLIPS = ("mp4", "mov", "m4v", "webm")
VOICES = ("wav", "mp3", "m4a", "ogg", "flac")
MAXIMUM_BYTES = 500 * 1024 * 1024


def import_take(
    database: Database,
    principal: Principal,
    assets: AssetStore,
    models: Models,
    short_id: str,
    scene: int,
    source: Path,
) -> None:
    """Keep a file as the take its kind is, and have the film use it.

    Raises NotFound without the file, Refused and Invalid for one that studio does not show or play, TooLarge."""
    kind = _kind(source)
    with database.read() as session:
        row = _scene(session, principal, short_id, scene)
        language = session.get_one(Short, short_id).language or "en"
    made = _made(kind, source, SpeechRequest(row.narration, language), models)
    with database.read() as session:
        require_room(session, principal, len(made.data))
    asset = assets.keep_bytes(made.data, made.extension, principal)
    with database.write() as session:
        short = find(session, Short, principal, short_id, "short")
        media = Media(
            owner_id=principal.user_id,
            short_id=short_id,
            scene_id=_scene(session, principal, short_id, scene).id,
            kind=kind,
            asset_id=saved(session, asset).id,
            request_key=content_key(IMPORTED, asset.sha256),
            model=IMPORTED,
            details=made.details,
        )
        session.add(media)
        session.flush()
        select_take(session, media)
        reopen(session, short)


def _kind(source: Path) -> str:
    if not source.is_file():
        raise NotFound(f"There is no file {source}.", hint="Check its name and folder.")
    if source.stat().st_size > MAXIMUM_BYTES:
        raise TooLarge(f"{source.name} is larger than {MAXIMUM_BYTES // 1024**2} MB.", hint="Make it smaller first.")
    ending = source.suffix.lower().lstrip(".")
    kinds = ((PICTURES, PICTURE), (CLIPS, VIDEO), (VOICES, SPEECH))
    for endings, kind in kinds:
        if ending in endings:
            return kind
    known = ", ".join(name for endings, _ in kinds for name in endings)
    raise Refused(f"{source.name} is neither a picture nor a clip nor a voice.", hint=f"Files may end in {known}.")


def _made(kind: str, source: Path, request: SpeechRequest, models: Models) -> Made:
    data = source.read_bytes()
    if kind == PICTURE:
        from studio.render.picture import picture_facts

        width, height, extension = picture_facts(data)
        return Made(data, extension, json.dumps({"width": width, "height": height}))
    if kind == VIDEO:
        from studio.render.clip import probe_clip

        facts = probe_clip(source)
        details = {"width": facts.width, "height": facts.height, "seconds": round(facts.seconds, 3)}
        return Made(data, "webm" if source.suffix.lower() == ".webm" else "mp4", json.dumps(details))
    from studio.render.sound import read_speech

    speech = models.recorded(request, read_speech(data), IMPORTED, ())
    return Made(speech.wav, "wav", Spoken.of(speech, request.text).to_json())


def _scene(session: Session, principal: Principal, short_id: str, scene: int) -> ShortScene:
    short = find(session, Short, principal, short_id, "short")
    rows = select(ShortScene).where(ShortScene.short_id == short.id, col(ShortScene.position) == scene)
    return session.exec(rows).one()
