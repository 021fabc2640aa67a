"""Fill dates and the environment's bucket into the locations of a scheduled run."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

DATA_BUCKET = "{data_bucket}"
"""Stands for the bucket that users put data into, whose name CloudFormation makes."""
_DATES = {
    "{date}": "%Y-%m-%d",
    "{year}": "%Y",
    "{month}": "%m",
    "{day}": "%d",
    "{hour}": "%H",
}
PLACEHOLDERS = (DATA_BUCKET, *_DATES)
"""What a location of a schedule's input may contain."""

_IN_BRACES = re.compile(r"\{[^{}]*\}?")


def unknown_placeholders(location: str) -> Iterable[str]:
    """Return what a location has in braces and is not a placeholder.

    Example:
        >>> list(unknown_placeholders("s3://sales/{date}/{week}/"))
        ['{week}']
    """
    return [found for found in _IN_BRACES.findall(location) if found not in PLACEHOLDERS]


def filled(location: str, moment: datetime, data_bucket: str) -> str:
    """Return a location with its placeholders replaced.

    Example:
        >>> filled("s3://{data_bucket}/{year}/{date}.csv", datetime(2026, 11, 29), "sales")
        's3://sales/2026/2026-11-29.csv'
    """
    for name, form in _DATES.items():
        location = location.replace(name, moment.strftime(form))
    return location.replace(DATA_BUCKET, data_bucket)
