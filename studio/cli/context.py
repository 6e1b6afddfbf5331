"""What a command has at hand: the studio, the output, the person. Everything is opened when it is first asked for."""

from __future__ import annotations

import os
import sys
from functools import cached_property
from typing import TYPE_CHECKING

import typer

from studio.cli.output import Output
from studio.domain.errors import UsageError

if TYPE_CHECKING:
    from studio.app import Studio
    from studio.config import Settings
    from studio.services.login import Login


class Context:
    """One run of the command line."""

    def __init__(self, *, wants_json: bool = False, is_verbose: bool = False) -> None:
        self.output = Output(wants_json=wants_json, is_verbose=is_verbose)
        self.command: typer.Context | None = None
        self.no_input = False
        self.yes = False

    @cached_property
    def settings(self) -> Settings:
        from studio.config import load_settings, state_folder
        from studio.logs import start_logging

        settings = load_settings()
        start_logging(
            state_folder(), level=settings.log_level.value, verbose=self.output.is_verbose, secrets=settings.secrets
        )
        return settings

    @cached_property
    def login(self) -> Login | None:
        """The API key of the settings or of `studio login`; None where nobody logged in."""
        from studio.cli.credentials import find_login

        return find_login(self.settings)

    @cached_property
    def studio(self) -> Studio:
        # Late: --help and --version must not load SQLModel.
        from studio.app import open_studio

        return open_studio(self.settings, self.login)

    @property
    def can_prompt(self) -> bool:
        """Whether there is a person to ask."""
        has_terminal = sys.stdin.isatty() and sys.stderr.isatty()
        return has_terminal and not self.no_input and "CI" not in os.environ and not self.output.wants_json

    def confirm(self, question: str) -> None:
        """Go on only with the person's yes. Raises UsageError where there is nobody to ask."""
        if self.yes:
            return
        if not self.can_prompt:
            raise UsageError(
                f"{question} There is no terminal to answer on.", hint="Add --yes to go on without asking."
            )
        import questionary

        if not questionary.confirm(question, default=False).ask():
            raise typer.Exit(1)

    def report_bug(self, error: Exception) -> int:
        """Write the traceback to the log and a sentence to the terminal; returns exit code 70."""
        import logging
        import traceback

        from studio.config import state_folder
        from studio.logs import start_logging

        file = start_logging(state_folder(), level="INFO")
        logging.getLogger("studio").error("unexpected error", exc_info=error)
        if self.output.is_verbose or os.environ.get("STUDIO_DEBUG"):
            traceback.print_exception(error, file=sys.stderr)
        self.output.bug(type(error).__name__, str(file))
        return 70

    def close(self) -> None:
        if "studio" in self.__dict__:
            self.studio.close()


def context_of(ctx: typer.Context) -> Context:
    """The context that `main` made, from any command."""
    context = ctx.find_object(Context)
    assert context is not None
    context.command = ctx
    return context
