"""`studio providers`: where models come from, and whether the keys to them work."""

from __future__ import annotations

from typing import Annotated

import typer

from studio.cli.context import context_of
from studio.cli.output import Output
from studio.cli.shared import command, group
from studio.contracts.providers import ProviderCheck, ProviderChecks, ProviderList

app = group("Where models come from: keys, addresses, and what is left there.")
FAILED = 6


@app.callback()
def providers() -> None:
    """Where models come from: keys, addresses, and what is left there."""


@command(app, "list", "studio providers list", "studio providers list --json")
def list_providers(ctx: typer.Context) -> None:
    """The providers studio can use, which are set up, and the settings that hold their keys."""
    context = context_of(ctx)
    found = context.studio.providers.list()
    context.output.answer(found, lambda: _tell_list(context.output, found))


def _tell_list(output: Output, found: ProviderList) -> None:
    headers = ("name", "what it is", "offers", "set up", "address", "key")
    rows = [
        (
            each.name,
            each.title,
            each.offers,
            "yes" if each.is_configured else "no",
            each.base_url,
            f"{each.key_setting}: {'set' if each.has_key else 'not set'}" if each.key_setting else "",
        )
        for each in found.data
    ]
    output.table(headers, rows)


@command(app, "check", "studio providers check", "studio providers check fal", "studio providers check --json")
def check(
    ctx: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(
            help="local, openai, openrouter or fal; every one that is set up if left out.", show_default=False
        ),
    ] = None,
) -> None:
    """Ask providers whether the key is valid and what is left; it costs nothing.

    Ends with code 6 when one of them fails."""
    context = context_of(ctx)
    found = context.studio.providers.check(name)
    context.output.answer(found, lambda: _tell_checks(context.output, found))
    if [each.name for each in found.data] == ["local"] and name is None:
        context.output.note("No other provider is set up: studio providers list tells which settings they need.")
    if not found.is_ok:
        raise typer.Exit(FAILED)


def _tell_checks(output: Output, found: ProviderChecks) -> None:
    for each in found.data:
        output.line(f"{'ok  ' if each.is_ok else 'FAIL'}  {each.name:<11} {each.message}{_amounts(each)}")
        if each.hint:
            output.line(f"      {'':<11} try: {each.hint}")


def _amounts(check: ProviderCheck) -> str:
    told = [
        f"{check.remaining_usd} USD left" if check.remaining_usd else "",
        f"of {check.limit_usd}" if check.limit_usd else "",
        f"{check.used_usd} spent" if check.used_usd else "",
    ]
    words = ", ".join(filter(None, told)).replace("left, of", "left of")
    return f" {words}." if words else ""
