"""Groups that import a command when it is run, not when it is listed: most of a start is imports."""

from __future__ import annotations

from importlib import import_module
from typing import Any, ClassVar

import typer
from typer.core import TyperCommand, TyperGroup


class LazyGroup(TyperGroup):
    """A group whose `lazy` commands stand in modules of their own: name → (module in studio.cli, its help)."""

    lazy: ClassVar[dict[str, tuple[str, str]]] = {}
    is_listing = False

    def list_commands(self, ctx: Any) -> list[str]:
        return [*super().list_commands(ctx), *self.lazy]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in self.lazy:
            return super().get_command(ctx, cmd_name)
        module, help = self.lazy[cmd_name]
        return TyperCommand(cmd_name, help=help) if self.is_listing else load_command(cmd_name, module)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        self.is_listing = True
        try:
            super().format_help(ctx, formatter)
        finally:
            self.is_listing = False


def load_command(name: str, module: str) -> Any:
    """The real command of this name, its module imported."""
    command = typer.main.get_command(import_module(f"studio.cli.{module}").app)
    command.name = name
    return command
