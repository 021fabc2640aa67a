"""Read the images of a request: base64 texts, or addresses of objects in S3."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence

import pandas as pd

from autogluon_jobs.messages.errors import RowError
from autogluon_jobs.multimodal.images.picture import image_problem
from autogluon_jobs.multimodal.images.stored_images import SCHEME, Read, StoredImages

_ADVICE = "Send the bytes of a JPEG, PNG or similar file as base64, or null."
_ADVICE_ON_ADDRESSES = (
    "Send its bytes as base64, or the address of an image below serving.image_locations of the "
    "settings."
)


def sent_images(rows: pd.DataFrame, columns: Sequence[str], stored: StoredImages) -> pd.DataFrame:
    """Return the rows with bytes in place of base64 and addresses; missing images stay missing.

    It does not look at the images, so that no other request has to wait for downloads.

    Raises:
        RowError: rows whose image cannot be read; the text is that of the first.
        InputError: images of S3 that are too large together.
    """
    read = rows.copy(deep=False)
    for column in columns:
        cells = _read(list(rows[column]), stored)
        _require_none(column, [problem for _, problem in cells], list(rows[column]))
        read[column] = pd.Series([image for image, _ in cells], dtype=object, index=rows.index)
    return read


def require_images(rows: pd.DataFrame, columns: Sequence[str]) -> None:
    """Refuse bytes that are not an image, or a wrong one.

    Raises:
        RowError: rows with such bytes; the text is that of the first.
    """
    for column in columns:
        problems = [None if image is None else image_problem(image) for image in rows[column]]
        _require_none(column, problems, list(rows[column]))


def _require_none(
    column: str, problems: Sequence[str | None], cells: Sequence[str | bytes | None]
) -> None:
    wrong = [at for at, problem in enumerate(problems) if problem is not None]
    if not wrong:
        return
    problem = problems[wrong[0]]
    same = [at for at in wrong if problems[at] == problem]
    first = cells[wrong[0]]
    is_address = isinstance(first, str) and first.startswith(SCHEME)
    raise RowError(
        same,
        f'Column "{column}", {{row}}: the cell {problem}.',
        advice=_ADVICE_ON_ADDRESSES if is_address else _ADVICE,
    )


def _read(cells: Sequence[str | None], stored: StoredImages) -> list[Read]:
    """Return each image's bytes, or what is wrong with its cell."""
    named = (cell for cell in cells if cell is not None and cell.startswith(SCHEME))
    addresses = list(dict.fromkeys(named))
    found = dict(zip(addresses, stored.read(addresses), strict=True)) if addresses else {}
    return [found[cell] if cell in found else _decoded(cell) for cell in cells]


def _decoded(cell: str | None) -> Read:
    if cell is None or cell == "":
        return None, None
    try:
        # A data URL has a head: data:image/png;base64,.... Many programs write base64 in lines.
        text = "".join((cell.partition("base64,")[2] or cell).split())
        return base64.b64decode(text, validate=True), None
    except (binascii.Error, ValueError):
        return None, "is not base64"
