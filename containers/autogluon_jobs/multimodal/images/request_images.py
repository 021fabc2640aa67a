"""Decode the images of a request, which are base64 texts."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence

import pandas as pd

from autogluon_jobs.messages.errors import RowError
from autogluon_jobs.multimodal.images.picture import image_problem

_ADVICE = "Send the bytes of a JPEG, PNG or similar file as base64, or null."


def decoded_images(rows: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Return the rows with bytes in place of base64; a missing image stays missing.

    Raises:
        RowError: rows whose image cannot be read; the text is that of the first.
    """
    decoded = rows.copy(deep=False)
    for column in columns:
        cells = [_decoded(cell) for cell in rows[column]]
        wrong = [at for at, (_, problem) in enumerate(cells) if problem is not None]
        if wrong:
            problem = cells[wrong[0]][1]
            same = [at for at in wrong if cells[at][1] == problem]
            raise RowError(same, f'Column "{column}", {{row}}: the cell {problem}.', advice=_ADVICE)
        decoded[column] = pd.Series([image for image, _ in cells], dtype=object, index=rows.index)
    return decoded


def _decoded(cell: str | None) -> tuple[bytes | None, str | None]:
    """Return the image's bytes, and what is wrong with them."""
    if cell is None or cell == "":
        return None, None
    if cell.startswith("s3://"):
        return None, "is an S3 address, which a server without network access cannot read"
    try:
        # A data URL has a head: data:image/png;base64,.... Many programs write base64 in lines.
        text = "".join((cell.partition("base64,")[2] or cell).split())
        image = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None, "is not base64"
    return image, image_problem(image)
