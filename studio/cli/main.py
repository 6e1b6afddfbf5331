"""The way in: runs the command, and turns every error into a sentence and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

from studio import __version__

if TYPE_CHECKING:
    from studio.cli.context import Context


def main() -> NoReturn:
    """Run the command line and end the process with the exit code of the interface."""
    arguments = sys.argv[1:]
    if arguments == ["--version"]:
        # Answered before anything is imported.
        print(f"studio {__version__}")  # noqa: T201 - this is the command line's own output
        sys.exit(0)
    # Looking for plugins of pydantic reads the list of every package that is installed.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from studio.cli.output import prepare_streams

    prepare_streams()
    sys.exit(run(arguments))


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    from studio.cli.context import Context
    from studio.cli.tree import build_app
    from studio.domain.errors import StudioError

    context = Context(wants_json="--json" in arguments, is_verbose="--verbose" in arguments)
    try:
        code = build_app()(list(arguments), prog_name="studio", standalone_mode=False, obj=context)
        return code if isinstance(code, int) else 0
    except StudioError as error:
        context.output.error(error)
        return error.exit_code
    except BrokenPipeError:
        # Whoever read our output has seen enough; Python would complain when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001 - the last resort: a bug must not show a person a traceback
        return _other(error, context)
    finally:
        context.close()


def _other(error: Exception, context: Context) -> int:
    from studio.cli.failures import foreign_error

    known = foreign_error(error, context.command)
    if known is None:
        return context.report_bug(error)
    context.output.error(known)
    return known.exit_code
