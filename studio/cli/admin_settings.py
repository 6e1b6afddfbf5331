"""`studio admin settings`: prices, multipliers, default models and limits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from studio.cli.context import Context, context_of
from studio.cli.delivery import check_output, write_file
from studio.cli.files import read_data
from studio.cli.shared import Force, OutputFile, command, group, said
from studio.contracts.settings import (
    ChangeSettings,
    ImportSettings,
    SettingsChange,
    SettingView,
    definition_of,
)
from studio.domain.errors import Invalid

app = group("Settings: prices, multipliers, default models and limits.")

Key = Annotated[str, typer.Argument(help="The setting, such as prices.image_generation.", show_default=False)]
Reason = Annotated[
    str | None, typer.Option("--reason", help="Why, for the audit trail.", show_default=False, callback=said)
]
DryRun = Annotated[bool, typer.Option("--dry-run", "-n", help="Only say what would change.")]
Version = Annotated[
    int | None,
    typer.Option("--version", help="Refuse if it is no longer at this version, as show tells it.", show_default=False),
]


@command(
    app,
    "show",
    "studio admin settings show",
    "studio admin settings show prices",
    "studio admin settings show prices.image_generation --json",
)
def show(
    ctx: typer.Context,
    key: Annotated[
        str | None, typer.Argument(help="A setting or a section; all if left out.", show_default=False)
    ] = None,
) -> None:
    """Every setting with its value, its default and its meaning."""
    context = context_of(ctx)
    view = context.studio.admin_settings.list(key)
    context.output.answer(view, lambda: _tell(context, view.data))


def _tell(context: Context, settings: Sequence[SettingView]) -> None:
    rows = [(each.key, each.value, "" if each.is_default else each.default, each.description) for each in settings]
    context.output.table(("setting", "value", "default", "meaning"), rows)


@command(
    app,
    "set",
    "studio admin settings set prices.image_generation 7",
    "studio admin settings set multipliers.fal/fal-ai/veo3.1 2.5 --reason 'the vendor raised it'",
    "studio admin settings set models.image local",
    "studio admin settings set fallbacks.image openrouter/google/gemini-2.5-flash-image",
)
def set_(
    ctx: typer.Context,
    key: Key,
    value: Annotated[str, typer.Argument(help="The new value.", show_default=False)],
    version: Version = None,
    reason: Reason = None,
    dry_run: DryRun = False,
) -> None:
    """Change one setting from now on; what was charged keeps its price."""
    definition = definition_of(key)
    read: Any = definition.kind.read(value) if definition else value
    _change(context_of(ctx), key, read, version, reason, dry_run)


@command(app, "unset", "studio admin settings unset prices.image_generation")
def unset(
    ctx: typer.Context, key: Key, version: Version = None, reason: Reason = None, dry_run: DryRun = False
) -> None:
    """Give one setting its default back."""
    _change(context_of(ctx), key, None, version, reason, dry_run)


def _change(context: Context, key: str, value: Any, version: int | None, reason: str | None, dry_run: bool) -> None:
    versions = {} if version is None else {key: version}
    _check_reason(reason)
    change = ChangeSettings(values={key: value}, versions=versions, reason=reason, dry_run=dry_run)
    _answer(context, context.studio.admin_settings.change(change))


@command(app, "export", "studio admin settings export -o settings.yaml", "studio admin settings export > settings.yaml")
def export(ctx: typer.Context, output: OutputFile = None, force: Force = False) -> None:
    """Write all settings as YAML; those with their default stand there as comments."""
    context = context_of(ctx)
    file = context.studio.admin_settings.export()
    if output is None or str(output) == "-":
        context.output.answer(file, lambda: context.output.line_raw(file.text.rstrip("\n")))
        return
    check_output(output, force)
    write_file(output, file.text.encode())
    context.output.answer(file, lambda: context.output.line(str(output.absolute())))


@command(
    app,
    "import",
    "studio admin settings import settings.yaml --dry-run",
    "studio admin settings import settings.yaml --reason 'prices of May'",
    "studio admin settings import - --replace < settings.yaml",
)
def import_(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(help="Settings as YAML; - is standard input.", show_default=False)],
    replace: Annotated[bool, typer.Option("--replace", help="Give what the file leaves out its default back.")] = False,
    reason: Reason = None,
    dry_run: DryRun = False,
) -> None:
    """Take settings from a file: all of them, or none when anything is wrong."""
    context = context_of(ctx)
    text, name = read_data(file)
    _check_reason(reason)
    wish = ImportSettings(text=text, source=name, replace=replace, reason=reason, dry_run=dry_run)
    _answer(context, context.studio.admin_settings.import_(wish))


def _check_reason(reason: str | None) -> None:
    longest = 500
    if reason is not None and len(reason) > longest:
        raise Invalid(f"A reason has at most {longest} characters.")


def _answer(context: Context, change: SettingsChange) -> None:
    def tell() -> None:
        for each in change.changes:
            default = " (default)" if each.is_default else ""
            context.output.line(f"{each.key}: {each.before} → {each.after}{default}")

    context.output.answer(change, tell)
    if not change.changes:
        context.output.note("Nothing changes." if not change.applied else "Nothing changed.")
    elif not change.applied:
        context.output.note("Nothing was changed: this was a dry run.")
