"""Split a list into pages, with the position as the token."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from embedded_aws.gateway import ApiError


def page(
    items: Sequence[Any], params: dict[str, Any], *, largest: int, default: int = 100
) -> tuple[list[Any], dict[str, str]]:
    """Return the page that `maxResults` and `nextToken` ask for, and the answer's `nextToken`.

    Raises:
        ApiError: InvalidToken.
    """
    token = params.get("nextToken") or "0"
    if not token.isdigit():
        raise ApiError("InvalidToken", f"Invalid Token: '{token}'")
    start, size = int(token), min(params.get("maxResults") or default, largest)
    following = {"nextToken": str(start + size)} if start + size < len(items) else {}
    return list(items[start : start + size]), following
