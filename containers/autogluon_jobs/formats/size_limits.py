"""Limit what one request may hold, so that a small body cannot exhaust memory or time."""

from __future__ import annotations

from dataclasses import dataclass

from autogluon_jobs.messages.errors import InputError

RESPONSE_BYTES = 6 * 1024 * 1024
"""What an endpoint passes on of an answer (SageMaker's quotas: invocation payload 6 MB)."""

_FEWER_ROWS = "Send fewer rows per request, or start BatchPredict on the file."


@dataclass(frozen=True)
class SizeLimits:
    """What one body may hold: rows, and bytes of its decoded columns; and what to do instead."""

    rows: int
    decoded_bytes: int
    advice: str


# One number takes 8 bytes of a Parquet answer, the shortest there is for most models.
REAL_TIME = SizeLimits(RESPONSE_BYTES // 8, 256 * 1024**2, _FEWER_ROWS)

# Batch Transform posts up to 100 MB at once. Parquet packs tables about five- to tenfold, and the
# smallest instances of a batch have 8 GB.
BATCH = SizeLimits(
    20_000_000, 2 * 1024**3, 'Split the file, or start BatchPredict with "engine": "bulk".'
)


def require_rows_within(count: int, limits: SizeLimits) -> None:
    """Refuse more rows than one body may hold.

    Raises:
        InputError: naming both numbers.
    """
    if count > limits.rows:
        raise InputError(
            f"The body holds {count:,} rows, and one request may hold {limits.rows:,}.",
            advice=limits.advice,
        )


def require_bytes_within(size: int, limits: SizeLimits) -> None:
    """Refuse columns that are larger, once decoded, than one body may hold.

    Raises:
        InputError: naming both numbers.
    """
    if size > limits.decoded_bytes:
        raise InputError(
            f"The body's columns take at least {size:,} bytes uncompressed, and one request may "
            f"take {limits.decoded_bytes:,}.",
            advice=limits.advice,
        )


def require_answer_fits(count: int, row_bytes: int) -> None:
    """Refuse an answer that an endpoint could not return; where possible, before predicting.

    Args:
        count: the answer's rows.
        row_bytes: of one answered row at the least.

    Raises:
        InputError: even one character for each value would be too many.
    """
    size = count * row_bytes
    if size > RESPONSE_BYTES:
        raise InputError(
            f"An answer of {count:,} rows takes at least {size:,} bytes, and an endpoint returns "
            f"up to {RESPONSE_BYTES:,}.",
            advice=_FEWER_ROWS,
        )
