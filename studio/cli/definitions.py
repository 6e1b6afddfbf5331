"""What the commands for styles, climates and characters share: where fields come from, and how one is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, TypeVar

import typer
import yaml
from pydantic import BaseModel

from studio.cli.context import Context
from studio.cli.editor import edited, kept
from studio.cli.output import Output
from studio.cli.sources import read_text
from studio.contracts.base import Deleted, Page
from studio.contracts.definitions import VIEW_ONLY, DefinitionView, checked, merged, parse_definition
from studio.domain.errors import UsageError

_Create = TypeVar("_Create", bound=BaseModel)

Source = Annotated[
    str | None,
    typer.Option("--from", help="A YAML or JSON file with any of the fields; - is standard input.", show_default=False),
]
Like = Annotated[str | None, typer.Option("--like", help="Start from this one.", show_default=False, metavar="HANDLE")]


def given_fields(source: str | None, fields: Mapping[str, Any], noun: str) -> dict[str, Any]:
    """The fields of the file with those of the options over them."""
    text = read_text(source)
    if text is None:
        return dict(fields)
    name = "standard input" if source == "-" else str(source)
    return merged(parse_definition(text, source=name, noun=noun), fields)


def creation(whole: type[BaseModel], create: type[_Create], fields: Mapping[str, Any], noun: str) -> _Create:
    """The fields as a creation. Where nothing is taken over, what is missing is named along with what is wrong."""
    if fields.get("like") is None:
        checked(whole, {name: value for name, value in fields.items() if name != "like"}, noun)
    return checked(create, fields, noun)


def asked(context: Context, noun: str, needed: str, ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What the person answers. Raises UsageError naming the options where there is nobody to ask."""
    if not context.can_prompt:
        raise UsageError(f"There is nothing to make a {noun} from.", hint=f"Give {needed}, or --from FILE.")
    return ask()


def fields_in_editor(context: Context, view: DefinitionView, noun: str) -> dict[str, Any]:
    """The fields as the person left them in their editor. Raises UsageError where there is nobody to edit."""
    if not context.can_prompt:
        raise UsageError("There is nothing to change.", hint=f"studio {noun}s edit --help lists the options.")
    fields = view.model_dump(mode="json", exclude=set(VIEW_ONLY))
    before = yaml.safe_dump(fields, allow_unicode=True, sort_keys=False, width=100)
    after = edited(before, suffix=".yaml", can_prompt=context.can_prompt)
    again = f"give it with studio {noun}s edit {view.handle} --from {{file}}"
    # Until the command ends: what the service refuses must not lose the text either.
    command = context.command
    assert command is not None, "a command runs"
    command.with_resource(kept(context, after, suffix=".yaml", again=again))
    return parse_definition(after, source="the edited text", noun=noun)


def tell_page(
    output: Output, page: Page[Any], noun: str, headers: Sequence[str], rows: Sequence[Sequence[object]]
) -> None:
    """A page as a table, and how to see the next one."""
    output.table(headers, rows)
    if page.next_cursor:
        output.note(f"More: studio {noun}s list --cursor {page.next_cursor}")


def answer_one(context: Context, view: DefinitionView) -> None:
    """Tell everything there is, the handle and the name first."""
    fields = view.model_dump(mode="json")
    chosen = fields.pop("chosen", {})
    first = ["handle", "name", "built_in"]
    names = [*first, *(name for name in fields if name not in (*first, "id")), "id"]
    told = {name: f"{word} (chosen from the name)" for name, word in chosen.items()}
    rows = [(name.replace("_", " "), told.get(name) or in_words(fields[name])) for name in names]
    context.output.answer(view, lambda: context.output.record(rows))


def confirm_deletion(context: Context, view: DefinitionView, noun: str) -> str:
    """Ask before something of one's own is deleted; returns what the service knows it by."""
    if view.id is not None:
        context.confirm(f"Delete the {noun} {view.handle}?")
    return view.id or view.handle


def answer_deletion(context: Context, gone: Deleted, handle: str) -> None:
    context.output.answer(gone, lambda: context.output.line(f"Deleted {handle}."))


def in_words(value: Any) -> str | None:
    """A value as one cell: `yes`, `a; b`, `dark #0b1d3a, light #2f6f9f`."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(str(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')} {in_words(inner)}" for name, inner in value.items())
    return None if value is None else str(value)
