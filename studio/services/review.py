"""Looking at a film without playing it: the contact sheet, the frame that stands for it, the words with their times."""

from __future__ import annotations

import io
from pathlib import Path

from studio.domain.errors import Refused
from studio.domain.formats import Aspect
from studio.render.contact_sheet import contact_sheet
from studio.render.labels import label_image
from studio.render.probe import extract_frame
from studio.render.subtitles import Cue, cues, srt, vtt
from studio.services.assets import AssetStore
from studio.services.footage import Footage

SHEET_COLUMNS = {Aspect.VERTICAL: 4, Aspect.SQUARE: 3, Aspect.WIDE: 2}
CELL_WIDTH_PIXELS = {Aspect.VERTICAL: 360, Aspect.SQUARE: 480, Aspect.WIDE: 720}
THUMBNAIL_SECONDS = 1.2
"""By then the title stands and the first words are on the picture."""


def contact_sheet_of(footage: Footage, assets: AssetStore) -> bytes:
    """All scenes with their number, length and words, as PNG."""
    aspect = Aspect(footage.short.aspect)
    width = CELL_WIDTH_PIXELS[aspect]
    language = footage.short.language or "en"
    return contact_sheet(
        [assets.path(scene.picture) for scene in footage.scenes],
        columns=min(SHEET_COLUMNS[aspect], len(footage.scenes)),
        cell_width=width,
        shape=aspect.size,
        labels=[
            label_image(
                f"{scene.scene.position} · {scene.slot.frames / 30:.1f} s · {scene.scene.narration}",
                width,
                language=language,
            )
            for scene in footage.scenes
        ],
    )


def subtitles_of(footage: Footage, format: str) -> str:
    """The words of the whole film with their times, as `srt` or `vtt`."""
    writers = {"srt": srt, "vtt": vtt}
    if format not in writers:
        raise Refused(f"Subtitles come as srt or vtt, not as {format}.")
    found: list[Cue] = []
    for scene in footage.scenes:
        found += cues(
            scene.spoken.text,
            scene.spoken.words,
            scene.slot.voice_start_seconds,
            language=footage.short.language or "en",
        )
    return writers[format](found)


def chosen_frame(footage: Footage, film: Path) -> bytes:
    """The frame that stands for the film, as PNG."""
    picture = io.BytesIO()
    extract_frame(film, min(THUMBNAIL_SECONDS, footage.seconds / 2)).save(picture, "PNG")
    return picture.getvalue()
