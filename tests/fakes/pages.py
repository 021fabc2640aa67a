"""Paginators of boto3."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any


def paginators(**pages: Callable[..., dict[str, Any]]) -> Callable[[str], Any]:
    """Return `get_paginator` of a client, which asks for pages until one has no `NextToken`.

    Args:
        pages: what makes a page of each operation, once it is asked for.
    """

    def get_paginator(operation: str) -> Any:
        def paginate(**asked: Any) -> Iterator[dict[str, Any]]:
            page = pages[operation](**asked)
            yield page
            while "NextToken" in page:
                page = pages[operation](**asked, NextToken=page["NextToken"])
                yield page

        return SimpleNamespace(paginate=paginate)

    return get_paginator
