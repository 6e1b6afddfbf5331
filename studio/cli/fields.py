"""Options made from the fields of a model: a field has one name in the file, over HTTP and on the command line."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from types import NoneType
from typing import Annotated, Any, get_args, get_origin

import typer
from pydantic import BaseModel
from pydantic.fields import FieldInfo

Command = Callable[..., None]


@dataclass(frozen=True)
class _Option:
    """The option for one field; a field inside another has the path to it in its name: `--palette-dark`."""

    path: tuple[str, ...]
    kind: Any
    field: FieldInfo

    @property
    def name(self) -> str:
        return "_".join(self.path)

    @property
    def is_list(self) -> bool:
        return get_origin(self.kind) is tuple

    def parameter(self) -> inspect.Parameter:
        kind = list[str] if self.is_list else self.kind
        option = typer.Option(
            self._spelling(),
            help=self._help(),
            metavar=self._placeholder(),
            show_default=False,
            case_sensitive=False,
            rich_help_panel=self.path[0].capitalize() if len(self.path) > 1 else None,
        )
        return inspect.Parameter(
            self.name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[kind | None, option]
        )

    @property
    def choices(self) -> list[str]:
        is_choice = isinstance(self.kind, type) and issubclass(self.kind, Enum)
        return [str(member.value) for member in self.kind] if is_choice else []

    def _help(self) -> str:
        # Typer would write the choices as the placeholder, which leaves no room for the names of the options.
        more = f" One of {', '.join(self.choices)}." if self.choices else " Can be repeated." if self.is_list else ""
        return f"{self.field.description}{more}"

    def _placeholder(self) -> str | None:
        if self.kind is bool:
            return None
        return "CHOICE" if self.choices else "NUMBER" if self.kind in (int, float) else "TEXT"

    def _spelling(self) -> str:
        name = self.name.replace("_", "-")
        if self.kind is bool:
            return f"--{name}/--no-{name}"
        return f"--{name.removesuffix('s')}" if self.is_list else f"--{name}"


def given(**fields: Any) -> dict[str, Any]:
    """The options that a person gave."""
    return {name: value for name, value in fields.items() if value is not None}


def with_fields(model: type[BaseModel]) -> Callable[[Command], Command]:
    """Give a command an option for each field of the model.

    The command takes them as `fields`: nested as in JSON, and only those the person gave."""
    options = list(_options(model))

    def add(command: Command) -> Command:
        signature = inspect.signature(command, eval_str=True)
        kept = [parameter for parameter in signature.parameters.values() if parameter.name != "fields"]

        @functools.wraps(command)
        def call(**arguments: Any) -> None:
            fields = _nested({option.path: arguments.pop(option.name) for option in options})
            command(**arguments, fields=fields)

        parameters = [*kept, *(option.parameter() for option in options)]
        vars(call)["__signature__"] = signature.replace(parameters=parameters)
        return call

    return add


def _options(model: type[BaseModel], path: tuple[str, ...] = ()) -> Iterator[_Option]:
    # What the model itself adds is what cannot be left out; what it inherits can.
    first = inspect.get_annotations(model)
    for name, field in sorted(model.model_fields.items(), key=lambda item: item[0] not in first):
        kind = _kind(field.annotation)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _options(kind, (*path, name))
        # A map of names nobody foresaw has no option of its own: its command adds one.
        elif get_origin(kind) is not dict:
            yield _Option((*path, name), kind, field)


def _kind(annotation: Any) -> Any:
    """The type itself, without `| None` and without what pydantic annotates it with."""
    kinds = [kind for kind in get_args(annotation) if kind is not NoneType]
    if NoneType in get_args(annotation):
        return _kind(kinds[0])
    return kinds[0] if get_origin(annotation) is Annotated else annotation


def _nested(values: dict[tuple[str, ...], Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for path, value in values.items():
        if value is None or value == []:
            continue
        inner = fields
        for part in path[:-1]:
            inner = inner.setdefault(part, {})
        inner[path[-1]] = value
    return fields
