"""Tell which gateway answers the call of the current thread.

The library underneath calls its own functions, which services here replace, with its state alone:
where one process holds several gateways, as tests do, this says whose call it was.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_current = threading.local()


@contextmanager
def serving(gateway: object) -> Iterator[None]:
    """Let `gateway` be the one that answers the current thread's call."""
    before = getattr(_current, "gateway", None)
    _current.gateway = gateway
    try:
        yield
    finally:
        _current.gateway = before


def serving_gateway() -> object | None:
    """Return the gateway that answers the current thread's call; None outside of calls."""
    found: object | None = getattr(_current, "gateway", None)
    return found
