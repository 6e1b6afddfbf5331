"""`studio models`: what there is to write, paint, film, speak and compose with, and what it costs."""

from __future__ import annotations

from typing import Annotated

import typer

from studio.cli.context import context_of
from studio.cli.output import Output
from studio.cli.shared import command, group
from studio.contracts.models import ModelDetails, ModelList, ModelView, PriceView

app = group("Models that write, paint, film, speak and compose, with their prices.")

Medium = Annotated[
    str | None,
    typer.Option(
        "--medium",
        help="Only for text, vision, image, video, speech, music or transcription.",
        show_default=False,
    ),
]


@app.callback()
def models() -> None:
    """Models that write, paint, film, speak and compose, with their prices."""


@command(
    app,
    "list",
    "studio models list",
    "studio models list --medium video",
    "studio models list --provider openrouter --json",
)
def list_models(
    ctx: typer.Context,
    medium: Medium = None,
    provider: Annotated[
        str | None, typer.Option("--provider", help="Only of local, openai, openrouter or fal.", show_default=False)
    ] = None,
) -> None:
    """The models studio knows, with their vendors' list prices; a star marks those that work by themselves."""
    context = context_of(ctx)
    found = context.studio.model_catalogue.list(medium=medium, provider=provider)
    context.output.answer(found, lambda: _tell_list(context.output, found))


def _tell_list(output: Output, found: ModelList) -> None:
    headers = ("id", "for", "what it is", "price in USD", "credits", "key", "by itself")
    output.table(headers, [_row(model) for model in found.data])
    if not found.data:
        output.note("There is no such model.")
    if any(not model.has_key for model in found.data):
        output.note("What has no key cannot be used: studio providers list tells which setting holds it.")


def _row(model: ModelView) -> tuple[object, ...]:
    price = price_words(model.price) if model.price else "free" if model.credits == 0 else "unknown"
    key, star = "yes" if model.has_key else "no", "*" if model.is_default else ""
    return model.id, _media(model), model.title, price, _credits(model), key, star


def _media(model: ModelView) -> str:
    return ", ".join([model.medium, *model.also])


def _credits(model: ModelView) -> str:
    if model.credits is None:
        return ""
    return f"{model.credits} per {model.credits_unit}" if model.credits else "0"


@command(
    app,
    "show",
    "studio models show fal/fal-ai/nano-banana-2",
    "studio models show openrouter/deepseek/deepseek-v3.2 --live",
    "studio models show local --json",
)
def show(
    ctx: typer.Context,
    model: Annotated[str, typer.Argument(help="The model's id, as list tells it.", show_default=False)],
    live: Annotated[bool, typer.Option("--live", help="Ask the provider for the price of now.")] = False,
) -> None:
    """One model: what it takes and makes, its limits, and what it costs."""
    context = context_of(ctx)
    found = context.studio.model_catalogue.show(model, live=live)
    context.output.answer(found, lambda: _tell(context.output, found, live))


def _tell(output: Output, model: ModelDetails, live: bool) -> None:
    limits = "; ".join(f"{name} {most:,}" for name, most in model.limits.items())
    live_price = price_words(model.live_price) if model.live_price else "not told" if live else None
    price = price_words(model.price) if model.price else None
    output.record(
        [
            ("id", model.id),
            ("what it is", model.title),
            ("for", _media(model)),
            ("works by itself", "yes" if model.is_default else "no"),
            ("key", "there" if model.has_key else "missing: studio providers list"),
            ("price in USD", price),
            ("by resolution", _resolutions(model.price)),
            ("price from", model.price_source),
            ("price now", live_price),
            ("credits", _credits(model)),
            ("takes", ", ".join(model.takes)),
            ("needs", ", ".join(model.needs)),
            ("lengths", _lengths(model.lengths)),
            ("proportions", ", ".join(model.aspects)),
            ("limits", limits),
            ("voices", ", ".join(model.voices)),
            ("voice", model.default_voice),
            ("languages", ", ".join(model.languages)),
            ("word times", "yes" if model.has_word_times else None),
            ("answers by schema", "yes" if model.is_structured else None),
            ("with references", model.with_references),
            ("with a start", model.with_start),
        ]
    )


def _lengths(seconds: list[int]) -> str:
    return f"{', '.join(map(str, seconds))} s" if seconds else ""


def price_words(price: PriceView) -> str:
    """A price as people read it: `0.07 per second, 0.14 with sound`."""
    more = [
        f"{price.with_sound_usd} with sound" if price.with_sound_usd else "",
        f"{price.following_usd} each after the first" if price.following_usd else "",
        f"{price.output_usd} for those of the answer" if price.output_usd else "",
    ]
    return ", ".join([f"{price.usd} per {price.unit}", *filter(None, more)])


def _resolutions(price: PriceView | None) -> str:
    return ", ".join(f"{usd} at {name}" for name, usd in price.resolutions.items()) if price else ""
