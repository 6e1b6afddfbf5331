"""Opening the pictures of a film: PNG, JPEG and WebP of any shape, refused when they cannot or should not be read."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from studio.domain.errors import Invalid, NotFound

FORMATS = ("PNG", "JPEG", "WEBP")

MAXIMUM_PIXELS = 50_000_000
"""A 50-megapixel picture takes 150 MB while it is read; nothing larger gives a better film."""

# Pillow would warn between its own limit and twice that; the limit above has refused such a picture by then.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)


def load_picture(path: Path, at_least: tuple[int, int] | None = None) -> NDArray[np.uint8]:
    """Read a picture upright and opaque as height x width x 3 RGB.

    A large JPEG is read at a fraction of its size that still covers `at_least` (width, height).
    Raises NotFound when there is no such file and Invalid when it is no picture studio takes."""
    try:
        with Image.open(path, formats=FORMATS) as image:
            _check_size(path, image)
            if at_least:
                image.draft(None, (max(at_least), max(at_least)))
            return np.asarray(_opaque(ImageOps.exif_transpose(image)))
    except FileNotFoundError as error:
        raise NotFound(f"There is no picture at {path}.") from error
    except UnidentifiedImageError as error:
        raise Invalid(f"{path.name} is not a PNG, JPEG or WebP picture.", hint="Convert it and try again.") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(path) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise Invalid(f"{path.name} cannot be read as a picture: {error}.", hint="Is the file whole?") from error


EXTENSIONS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp"}


def picture_facts(data: bytes) -> tuple[int, int, str]:
    """Width and height in pixels and the usual file extension of an encoded picture that is whole.

    A PNG is held to its checksums, the others are decoded, a JPEG at an eighth of its size: a picture that broke off
    is found without the time of decoding all of it. Raises Invalid for bytes that are no whole picture studio takes."""
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            _check_size(Path("the picture"), image)
            facts = image.width, image.height, EXTENSIONS[str(image.format)]
            if image.format == "PNG":
                image.verify()
            else:
                image.draft(None, (image.width // 8, image.height // 8))
                image.load()
            return facts
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(Path("the picture")) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise Invalid(f"What was delivered is no picture: {type(error).__name__}.") from error


def _check_size(path: Path, image: Image.Image) -> None:
    if image.width * image.height > MAXIMUM_PIXELS:
        raise _too_large(path)


def _too_large(path: Path) -> Invalid:
    megapixels = MAXIMUM_PIXELS // 1_000_000
    return Invalid(f"{path.name} has more than {megapixels} megapixels.", hint="Make it smaller and try again.")


def _opaque(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16") or image.mode == "I":
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8)).convert("RGB")
    if not image.has_transparency_data:
        return image if image.mode == "RGB" else image.convert("RGB")
    image = image.convert("RGBA")
    ground = Image.new("RGBA", image.size, _ground(image))
    return Image.alpha_composite(ground, image).convert("RGB")


def _ground(image: Image.Image) -> tuple[int, int, int, int]:
    """Black or white, whichever the visible pixels stand out from."""
    small = np.asarray(image.resize((32, 32)), np.float32)
    weight = small[..., 3] + 1e-6
    brightness = float(np.average(small[..., :3].mean(axis=2), weights=weight))
    return (0, 0, 0, 255) if brightness > 127 else (255, 255, 255, 255)
