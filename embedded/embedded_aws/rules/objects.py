"""Names and metadata of S3 objects.

Source: Amazon S3 user guide, "Naming Amazon S3 objects" and "Working with object metadata".
"""

from __future__ import annotations

from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.rules.payloads import check_digests

_LONGEST_KEY_BYTES = 1_024
_MOST_METADATA_BYTES = 2 * 1024


def check_new_object(call: ApiCall) -> None:
    """Raise ApiError when the name or the metadata of an object is too long."""
    if len(str(call.params.get("Key", "")).encode()) > _LONGEST_KEY_BYTES:
        raise ApiError("KeyTooLongError", "Your key is too long", status=400)
    metadata = call.params.get("Metadata") or {}
    size = sum(len(name.encode()) + len(str(value).encode()) for name, value in metadata.items())
    if size > _MOST_METADATA_BYTES:
        raise ApiError(
            "MetadataTooLarge",
            "Your metadata headers exceed the maximum allowed metadata size",
            status=400,
        )


def check_upload(call: ApiCall) -> None:
    """Raise ApiError when an object cannot be stored as it comes."""
    check_new_object(call)
    check_digests(call)
