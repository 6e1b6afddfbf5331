"""Changing a text in the person's own editor."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from studio.domain.errors import Refused, UsageError


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
