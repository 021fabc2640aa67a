"""Find the line of a user's own that a warning is about."""

from __future__ import annotations

import inspect

_PACKAGE = __name__.partition(".")[0]


def callers_level() -> int:
    """Return the `stacklevel` of `warnings.warn` that names the first line outside of the package.

    Calls of the package take several ways through it, so that no number is right for all.
    """
    frame, level = inspect.currentframe(), 0
    while frame is not None and str(frame.f_globals.get("__name__")).split(".")[0] == _PACKAGE:
        frame, level = frame.f_back, level + 1
    return level
