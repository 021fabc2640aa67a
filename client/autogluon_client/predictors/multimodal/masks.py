"""Write the masks that a model answers as files."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from pathlib import Path

from autogluon_client.errors import InvalidDataError


def write_masks(masks: Iterable[object], folder: str | Path) -> list[Path]:
    """Write each mask as a PNG file, and return the paths in the order of the masks.

    Its pixels have the values of the training masks: 0 and 255, or the number of a class.

    Args:
        masks: n answers of the column of masks, base64 texts.
        folder: made if there is none; the files are `1.png` to `<n>.png`.

    Raises:
        InvalidDataError: an answer that is not a PNG, such as that of a row with an error; by row.

    Example:
        >>> masks = cloud_predictor.predict_real_time(photos)  # doctest: +SKIP
        >>> write_masks(masks, "masks")  # doctest: +SKIP
        [PosixPath('masks/1.png')]
    """
    contents = [_content(row, mask) for row, mask in enumerate(masks, start=1)]
    target = Path(folder).expanduser()
    target.mkdir(parents=True, exist_ok=True)
    paths = []
    for row, content in enumerate(contents, start=1):
        paths.append(target / f"{row}.png")
        paths[-1].write_bytes(content)
    return paths


def _content(row: int, mask: object) -> bytes:
    try:
        content = base64.b64decode(str(mask), validate=True)
    except (binascii.Error, ValueError):
        content = b""
    if not content.startswith(b"\x89PNG"):
        raise InvalidDataError(
            f"masks: row {row} is not a mask.",
            advice="Give the column of masks, without rows that have an error.",
        )
    return content
