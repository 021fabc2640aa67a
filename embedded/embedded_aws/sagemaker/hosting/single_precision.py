"""The precision in which SageMaker keeps weights (botocore, shape VariantWeight: float)."""

from __future__ import annotations

import struct

_FLOAT = struct.Struct("f")


def single_precision(weight: float) -> float:
    """Return the nearest float of 32 bits.

    Example:
        >>> single_precision(0.5), single_precision(0.1)
        (0.5, 0.10000000149011612)
    """
    (kept,) = _FLOAT.unpack(_FLOAT.pack(weight))
    return float(kept)
