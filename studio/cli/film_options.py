"""What may be wished of a film: one list of options for every command that begins a short or says what it costs."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from studio.cli.completion import handles_of
from studio.cli.context import Context
from studio.cli.sources import read_text
from studio.contracts.shorts import CreateShort
from studio.domain.formats import Aspect, ShortFormat

Topic = Annotated[str, typer.Argument(help="What the film is about.", show_default=False)]
Source = Annotated[
    str | None,
    typer.Option("--from", help="Your own text, Markdown or finished script; - is standard input.", show_default=False),
]
Format = Annotated[
    ShortFormat | None, typer.Option(help="How long and dense it is.", show_default="short", case_sensitive=False)
]
AspectOption = Annotated[Aspect | None, typer.Option(help="Width to height.", show_default="the format's own")]
Duration = Annotated[
    float | None, typer.Option(help="Length in seconds.", show_default="the format's own", metavar="SECONDS")
]
Language = Annotated[
    str | None, typer.Option(help="Language as BCP 47, such as pt-BR.", show_default="as the text", metavar="TAG")
]
Style = Annotated[
    str | None,
    typer.Option(
        help="Name of a style: studio styles list.", show_default="explainer", autocompletion=handles_of("style")
    ),
]
Climate = Annotated[
    str | None,
    typer.Option(
        help="Name of a climate: studio climates list.", show_default="curiosity", autocompletion=handles_of("climate")
    ),
]
Characters = Annotated[
    list[str] | None,
    typer.Option(help="Who appears; can be repeated.", show_default=False, autocompletion=handles_of("character")),
]
Voice = Annotated[str | None, typer.Option(help="Name of a voice.", show_default="the style's own")]
Music = Annotated[
    str | None,
    typer.Option(help="A mood (calm, curious, tense, epic, playful, none) or a file.", show_default="the style's own"),
]
TextModel = Annotated[
    str | None,
    typer.Option(
        help="Who writes: local, or one of studio models list --medium text.",
        show_default="the best that is set up; local for own text",
    ),
]
ImageModel = Annotated[
    str | None,
    typer.Option(help="Who paints: studio models list --medium image.", show_default="the best that is set up"),
]
VideoModel = Annotated[
    str | None,
    typer.Option(
        help="Who films; local moves the pictures. See studio models list --medium video.",
        show_default="the best that is set up",
    ),
]
NoCaptions = Annotated[bool, typer.Option("--no-captions", help="Without words on the picture.")]
Seed = Annotated[int | None, typer.Option(help="Another number gives another film.", show_default=False, min=0)]
Preview = Annotated[bool, typer.Option("--preview", help="Free, offline and encoded quickly: for looking at.")]


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What a person asks of a film; each field is an option, in the order the help shows them."""

    topic: Topic = ""
    source: Source = None
    style: Style = None
    character: Characters = None
    climate: Climate = None
    format: Format = None
    duration: Duration = None
    language: Language = None
    aspect: AspectOption = None
    text_model: TextModel = None
    image_model: ImageModel = None
    video_model: VideoModel = None
    voice: Voice = None
    music: Music = None
    no_captions: NoCaptions = False
    seed: Seed = None

    def request(self, context: Context, *, is_kept: bool = True) -> CreateShort:
        """The wishes as a request: the text is read, a piece of music imported, or with `is_kept` false only known."""
        return CreateShort(
            topic=self.topic,
            source_text=read_text(self.source),
            source_name=self.source,
            format=self.format,
            aspect=self.aspect,
            duration_seconds=self.duration,
            language=self.language,
            style=self.style,
            climate=self.climate,
            characters=tuple(self.character or ()),
            voice=self.voice,
            music=music_of(context, self.music, is_kept=is_kept),
            captions=not self.no_captions,
            text_model=self.text_model,
            image_model=self.image_model,
            video_model=self.video_model,
            seed=self.seed,
        )


def takes_wishes(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of `Wishes` in the place of its parameter `wishes`."""
    own = inspect.signature(function, eval_str=True).parameters.values()
    names = get_type_hints(Wishes, include_extras=True)
    options = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=getattr(Wishes, name), annotation=annotation)
        for name, annotation in names.items()
    ]

    @functools.wraps(function)
    def asked(**given: Any) -> None:
        wished = {name: given.pop(name) for name in names}
        function(**given, wishes=Wishes(**wished))

    parameters: list[inspect.Parameter] = []
    for parameter in own:
        is_placeholder = parameter.name == "wishes"
        parameters += options if is_placeholder else [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)]
    # Typer reads a command's options from its signature.
    vars(asked)["__signature__"] = inspect.Signature(parameters)
    asked.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return asked


def music_of(context: Context, music: str | None, *, is_kept: bool = True) -> str | None:
    """A mood as it is; a file is imported and named by its asset. With `is_kept` false nothing is written."""
    if music is None or not Path(music).is_file():
        return music
    films = context.studio.films
    return films.import_music(Path(music)) if is_kept else films.known_music(Path(music))
