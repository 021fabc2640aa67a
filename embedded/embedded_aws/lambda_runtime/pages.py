"""Pages of lists, as Lambda's Marker and MaxItems ask for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from embedded_aws.gateway import ApiError

Item = TypeVar("Item")
_MOST = 50  # what Lambda returns in one answer at most


def page_of(
    items: Sequence[Item], params: Mapping[str, Any]
) -> tuple[Sequence[Item], dict[str, str]]:
    """Return one page, and the answer's NextMarker if there is another one.

    Raises:
        ApiError: InvalidParameterValueException for a Marker that no answer had.
    """
    marker = params.get("Marker") or "0"
    if not marker.isdecimal():
        raise ApiError("InvalidParameterValueException", f"Invalid Marker {marker!r}.", status=400)
    start = int(marker)
    end = start + min(int(params.get("MaxItems") or _MOST), _MOST)
    return items[start:end], ({"NextMarker": str(end)} if end < len(items) else {})
