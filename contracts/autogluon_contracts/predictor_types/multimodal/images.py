"""Tell which columns hold images: paths below a run's `images`, base64 in requests."""

from collections.abc import Mapping
from typing import Any

IMAGE_TYPE = "image_path"
"""The type of a column of images in `fit_args.column_types`."""
ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz")
"""Endings of files in the folder `images` that a job unpacks."""
_KEY = "images"


def declared_images(fit_args: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the columns that a run declares as images."""
    types = fit_args.get("column_types") or {}
    return tuple(name for name, kind in types.items() if kind == IMAGE_TYPE)


def image_details(columns: tuple[str, ...]) -> dict[str, Any] | None:
    """Return what `feature_schema.json` says of image columns in `details`; None without them."""
    return {_KEY: list(columns)} if columns else None


def image_columns(details: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Return the image columns that the `details` of a schema name."""
    return tuple((details or {}).get(_KEY, ()))
