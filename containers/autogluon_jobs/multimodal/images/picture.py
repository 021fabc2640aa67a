"""Say what is wrong with one image."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageFile

MOST_PIXELS = 50_000_000
"""A few hundred megabytes decoded; AutoGluon scales an image down only after it has decoded it."""

_DEEP_MODES = ("I", "F")
"""How Pillow's names begin of modes with 16 and 32 bits; `convert` to RGB does not scale them."""


@contextmanager
def only_whole_images() -> Iterator[None]:
    """Have `image_problem` refuse files that are cut off, while nothing else reads images.

    AutoGluon tells Pillow, for the whole process, to fill up what is missing.
    """
    before = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def image_problem(source: Path | bytes) -> str | None:
    """Return a clause about an image that cannot be read, or is too large; None: it is fine.

    AutoGluon would replace such an image by a black one without a word, and one of 16 bits by a
    white one.
    """
    opened = io.BytesIO(source) if isinstance(source, bytes) else source
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(opened) as image:
                if image.format == "EPS":
                    return "is PostScript, a program that Pillow would have Ghostscript run"
                width, height = image.size
                if width * height > MOST_PIXELS:
                    return (
                        f"is an image of {width:,} x {height:,} pixels, and at most "
                        f"{MOST_PIXELS:,} are read"
                    )
                if image.mode.startswith(_DEEP_MODES):
                    return (
                        "has pixels of more than 8 bits, whose values above 255 AutoGluon would "
                        "cut off"
                    )
                image.load()
    except Image.DecompressionBombError:
        return f"is an image of more than the {MOST_PIXELS:,} pixels that are read"
    except Exception:  # noqa: BLE001 - each of Pillow's decoders raises errors of its own
        return "is not an image that Pillow reads"
    return None
