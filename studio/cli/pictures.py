"""Pictures in the terminal, as half blocks of colour: two pixels a character."""

from __future__ import annotations

import io
import os
import shutil

COLUMNS = 100


def draw_in_terminal(data: bytes) -> None:
    """Draw an encoded picture as wide as the terminal allows; nothing where colour is not wanted."""
    if os.environ.get("NO_COLOR"):
        return
    from PIL import Image
    from rich.color import Color
    from rich.console import Console
    from rich.style import Style
    from rich.text import Text

    with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as picture:
        columns = min(COLUMNS, shutil.get_terminal_size().columns, picture.width)
        rows = max(2, round(picture.height * columns / picture.width) // 2 * 2)
        pixels = picture.convert("RGB").resize((columns, rows))
    text = Text()
    for row in range(0, rows, 2):
        for column in range(columns):
            upper = Color.from_rgb(*_rgb(pixels.getpixel((column, row))))
            lower = Color.from_rgb(*_rgb(pixels.getpixel((column, row + 1))))
            text.append("▀", Style(color=upper, bgcolor=lower))
        text.append("\n")
    Console().print(text, end="", no_wrap=True)


def _rgb(pixel: object) -> tuple[int, int, int]:
    assert isinstance(pixel, tuple)
    return pixel[0], pixel[1], pixel[2]
