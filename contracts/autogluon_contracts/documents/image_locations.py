"""Define which images of S3 a model server reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from autogluon_contracts.document import Document, key


@dataclass(frozen=True, kw_only=True)
class ImageLocations(Document):
    """Where images may be that requests name by their `s3://` addresses.

    The code inside the model's artifact reads it.

    Example:
        >>> ImageLocations(locations=("s3://data/photos/",)).covers("s3://data/photos/1.png")
        True
    """

    NAME: ClassVar[str] = "AUTOGLUON_IMAGE_LOCATIONS"
    ADVICE: ClassVar[str] = "Register the model again."

    locations: tuple[str, ...] = key("folders, `s3://<bucket>/<prefix>/`, below which images are")

    def covers(self, address: str) -> bool:
        """Return whether an image may be read."""
        return address.startswith(self.locations)
