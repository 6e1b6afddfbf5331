"""What a command has at hand: the studio, the output, the person. Everything is opened when it is first asked for."""

from __future__ import annotations

import os
import sys
from functools import cached_property
from typing import TYPE_CHECKING, cast

import typer

from studio.cli.interruption import Farewell
from studio.cli.output import Output
from studio.domain.errors import UsageError

if TYPE_CHECKING:
    from studio.app import Studio
    from studio.cli.target import Target
    from studio.config import Settings
    from studio.domain.login import Login


class Context:
    """One run of the command line."""

    def __init__(self, *, wants_json: bool = False, is_verbose: bool = False) -> None:
        self.output = Output(wants_json=wants_json, is_verbose=is_verbose)
        self.command: typer.Context | None = None
        self.no_input = False
        self.yes = False
        self.farewell = Farewell(self)

    @cached_property
    def settings(self) -> Settings:
        from studio.config import load_settings
        from studio.logs import start_logging
        from studio.places import state_folder

        settings = load_settings()
        start_logging(
            state_folder(), level=settings.log_level.value, verbose=self.output.is_verbose, secrets=settings.secrets
        )
        return settings

    @cached_property
    def target(self) -> Target:
        """The server or the database to work on."""
        from studio.cli.target import find_target

        return find_target()

    @cached_property
    def studio(self) -> Studio:
        # Late: --help and --version load neither; a server is spoken to without SQLModel.
        if self.target.server is not None:
            from studio.cli.opening import open_server

            # The same attributes, made from the same contracts.
            return cast("Studio", open_server(self.target, self.target.server))
        from studio.app import open_studio

        return open_studio(self.settings, self.login)

    @cached_property
    def login(self) -> Login | None:
        """The token of the settings or of `studio login`; None where nobody logged in."""
        from studio.cli.opening import login_of

        return login_of(self)

    @property
    def database_url(self) -> str:
        """The database, for what is done beside it. Raises Misconfigured where one works on a server."""
        if self.target.server is not None:
            from studio.cli.target import only_here

            raise only_here(self.target.server)
        return self.settings.effective_database_url

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

        from studio.logs import start_logging
        from studio.places import state_folder

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
