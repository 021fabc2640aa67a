"""Tell whether a column names image files."""

from __future__ import annotations

from autogluon_contracts.data.column import Column

_ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".gif", ".webp")


def names_images(column: Column) -> bool:
    """Return whether every present value of a column ends like the name of an image file.

    Example:
        >>> names_images(Column("photo", ["a.png", "", "b.JPG"]))
        True
    """
    found = column.distinct
    return bool(found) and all(value.strip().lower().endswith(_ENDINGS) for value in found)
