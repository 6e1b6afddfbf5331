"""The wishes of one short: what each scene needs from whoever was chosen to make it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sqlmodel import Session

from studio.db.models.scene import ShortScene
from studio.db.models.short import Short
from studio.domain.remote import Reference
from studio.domain.style import Climate, Figure, MusicMood, Style
from studio.providers.registry import LOCAL, Models
from studio.services.catalogue import figures_of, find_climate, find_style, portraits_of
from studio.services.makers import Makers, Wanted, makers_of
from studio.services.principal import Principal
from studio.services.remote_wishes import clip_seconds, clip_wish, painted_wish, scored_wish, voiced_wish
from studio.services.scripts import scene_of
from studio.services.spoken import spoken_of
from studio.services.timeline import lay_out, total_seconds
from studio.services.views import scenes_of
from studio.services.wishes import Wish, mood_of, music_wish, picture_wish, speech_wish
from studio.services.writing.figures import present_in


@dataclass(frozen=True)
class Cast:
    """Who appears in a short, and the reference pictures by the names of those who have one."""

    figures: tuple[Figure, ...] = ()
    portraits: Mapping[str, Reference] = field(default_factory=dict)


@dataclass(frozen=True)
class WishList:
    """Offline each wish is given twice: as the chosen model would make it, in case that stands, and as made here."""

    short: Short
    style: Style
    climate: Climate
    figures: tuple[Figure, ...]
    portraits: Mapping[str, Reference]
    scene_count: int
    makers: Makers
    chosen: Makers
    """Who would make it if studio were not asked to work offline."""
    models: Models

    @property
    def are_filmed(self) -> bool:
        """Whether the scenes become clips; otherwise their pictures are moved."""
        return self.makers.video != LOCAL

    def picture(self, row: ShortScene) -> Sequence[Wish]:
        return [self._picture(row, model) for model in self._either("image")]

    def _picture(self, row: ShortScene, model: str) -> Wish:
        if model == LOCAL:
            return picture_wish(self.short, row, self.style, self.figures, self.models.image().name)
        return painted_wish(self.short, row, self.style, self.figures, self._references(row), model)

    def _references(self, row: ShortScene) -> list[Reference]:
        present = present_in(scene_of(row), self.figures)
        return [self.portraits[figure.name] for figure in present if figure.name in self.portraits]

    def voice(self, row: ShortScene) -> Sequence[Wish]:
        return [self._voice(row, makers) for makers in dict.fromkeys((self.chosen, self.makers))]

    def _voice(self, row: ShortScene, makers: Makers) -> Wish:
        if makers.speech == LOCAL:
            return speech_wish(self.short, row, makers.voice, self.models.speech())
        return voiced_wish(self.short, row, makers.speech, makers.voice)

    def clip(self, row: ShortScene, start: Reference | None) -> Wish:
        """The clip of a scene; without a picture to start from as yet it can only be counted."""
        seconds = self._clip_seconds
        return clip_wish(self.short, row, self.style, self.climate, self.figures, start, seconds, self.makers.video)

    @cached_property
    def _clip_seconds(self) -> float:
        return clip_seconds(self.makers.video, self.short.target_seconds, self.scene_count)

    def music(self, seconds: float) -> Sequence[Wish]:
        """Music of that length; none where the film has none, or a piece of the person's own."""
        mood = mood_of(self.short, self.style)
        if mood is None or mood is MusicMood.NONE:
            return []
        return [self._music(mood, seconds, model) for model in self._either("music")]

    def _music(self, mood: MusicMood, seconds: float, model: str) -> Wish:
        if model == LOCAL:
            return music_wish(self.short, mood, seconds, self.models.music().name)
        return scored_wish(self.short, mood, self.style, seconds, model)

    def spoken_seconds(self, session: Session) -> float:
        """How long the film is. Raises NotFound while a scene has no voice."""
        spoken = spoken_of(session, self.short)
        return total_seconds(lay_out([words.seconds for words, _ in spoken], [wish for _, wish in spoken]))

    def _either(self, medium: str) -> Sequence[str]:
        return list(dict.fromkeys((getattr(self.chosen, medium), getattr(self.makers, medium))))


def lists_of(session: Session, principal: Principal, models: Models, short: Short, *, offline: bool) -> WishList:
    """The wishes of this short as it stands. Raises what `makers_of` raises."""
    cast = Cast(figures_of(session, short.id), portraits_of(session, short.id))
    count = len(scenes_of(session, short.id))
    return wishes_for(session, principal, models, short, cast, count, offline=offline)


def wishes_for(
    session: Session, principal: Principal, models: Models, short: Short, cast: Cast, scenes: int, *, offline: bool
) -> WishList:
    """The same for a short that need not be written down, with so many scenes."""
    style = find_style(session, principal, short.style)
    wanted = Wanted.of(short, style)
    chosen = makers_of(session, models, wanted)
    return WishList(
        short=short,
        style=style,
        climate=find_climate(session, principal, short.climate),
        figures=cast.figures,
        portraits=cast.portraits,
        scene_count=scenes,
        makers=makers_of(session, models, wanted, offline=True) if offline else chosen,
        chosen=chosen,
        models=models,
    )
