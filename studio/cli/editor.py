"""Changing a text in the person's own editor."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from studio.cli.context import Context
from studio.cli.failures import foreign_error
from studio.domain.errors import Refused, StudioError, UsageError


def edited(text: str, *, suffix: str, can_prompt: bool) -> str:
    """The text as the person left it. Raises Refused when the editor fails, UsageError when there is none to open."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if editor is None:
        if not can_prompt:
            raise UsageError(
                "There is no editor to open.", hint="Set EDITOR, or export the text, change and import it."
            )
        editor = "vi"
    with tempfile.TemporaryDirectory(prefix="studio-") as folder:
        file = Path(folder) / f"text{suffix}"
        file.write_text(text, encoding="utf-8")
        try:
            # EDITOR may hold options ("code --wait"); the text's own name is never read by a shell.
            result = subprocess.run([*shlex.split(editor), str(file)], check=False)
        except OSError as error:
            raise Refused(f"The editor {editor} cannot be started: {error.strerror}.", hint="Set EDITOR.") from error
        if result.returncode != 0:
            raise Refused(f"The editor ended with code {result.returncode}; nothing was changed.")
        return file.read_text(encoding="utf-8")


@contextmanager
def kept(context: Context, text: str, *, suffix: str, again: str) -> Iterator[None]:
    """Keep the person's words in a file when they are refused; `again` says how to give them again, with {file}."""
    try:
        yield
    except Exception as error:
        file = _keep(text, suffix)
        told = f"Your text is kept in {file}: correct it and {again.format(file=shlex.quote(str(file)))}"
        known = error if isinstance(error, StudioError) else foreign_error(error)
        if known is None:
            context.output.note(told)
            raise
        known.hint = told
        if known is error:
            raise
        raise known from error


def _keep(text: str, suffix: str) -> Path:
    """Write the text where only its author can read it, and nobody tidies up."""
    from studio.places import state_folder

    folder: Path | None = state_folder()
    try:
        state_folder().mkdir(parents=True, exist_ok=True)
    except OSError:
        folder = None
    # mkstemp makes the file readable for its owner alone.
    number, name = tempfile.mkstemp(prefix="edited-", suffix=suffix, dir=folder)
    with os.fdopen(number, "w", encoding="utf-8") as stream:
        stream.write(text)
    return Path(name)
