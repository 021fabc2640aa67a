"""Read times as Step Functions passes them on."""

from datetime import datetime

# Epoch seconds of the year 5138; a larger number counts milliseconds.
_MOST_SECONDS = 100_000_000_000


def seconds_between(start: object, end: object) -> float | None:
    """Return the seconds from `start` to `end`, each ISO 8601 text, epoch seconds or milliseconds.

    None when one of them is absent.
    """
    first, last = epoch_seconds(start), epoch_seconds(end)
    return None if first is None or last is None else round(last - first, 3)


def epoch_seconds(value: object) -> float | None:
    """Return epoch seconds of one such time; None when it is absent."""
    if isinstance(value, str):
        return datetime.fromisoformat(value).timestamp()
    if isinstance(value, int | float):
        return value / 1000 if value > _MOST_SECONDS else float(value)
    return None
