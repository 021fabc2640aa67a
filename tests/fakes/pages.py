"""Paginators of boto3."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any


def paginators(**pages: Callable[..., dict[str, Any]]) -> Callable[[str], Any]:
    """Return `get_paginator` of a client whose every list fits one page.

    Args:
        pages: what makes the page of each operation, once it is asked for.
    """

    def get_paginator(operation: str) -> Any:
        def paginate(**asked: Any) -> Iterator[dict[str, Any]]:
            yield pages[operation](**asked)

        return SimpleNamespace(paginate=paginate)

    return get_paginator
