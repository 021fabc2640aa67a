"""Read locations in S3 below which an environment's containers and functions may read."""

import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator

from autogluon_constructs.settings.fields import refuse
from autogluon_contracts.jobs.scheduled_locations import DATA_BUCKET

_LOCATION = re.compile(
    rf"s3://({re.escape(DATA_BUCKET)}|[a-z0-9][a-z0-9.\-]{{1,61}}[a-z0-9])(/.*)?"
)


def _location(location: str) -> str:
    if not _LOCATION.fullmatch(location):
        raise refuse(
            f"allowed: 's3://{DATA_BUCKET}/<prefix>', or 's3://<bucket>/<prefix>' of a bucket that "
            "data_access names"
        )
    key = location.removeprefix("s3://").partition("/")[2]
    if any(sign in key for sign in "*?{}"):
        raise refuse(
            "neither wildcards nor dates are allowed; a prefix means all that starts with it"
        )
    if key.startswith("/") or "//" in key:
        raise refuse("it has an empty folder name ('//')")
    return location


def _folder(location: str) -> str:
    if not location.endswith("/"):
        raise refuse(f"a folder ends in '/'; allowed: '{location}/'")
    return location


ReadableLocation = Annotated[str, AfterValidator(_location)]
"""What begins with it, in the bucket for data or one that `data_access` names."""
ReadableFolder = Annotated[ReadableLocation, AfterValidator(_folder)]
"""Likewise, all of a folder or of a bucket."""


def unreadable_problem(location: str, data_access: Sequence[str]) -> str | None:
    """Return why an environment cannot read a valid location; None: it can.

    Example:
        >>> unreadable_problem("s3://{data_bucket}/photos/", ()) is None
        True
    """
    if location.removeprefix("s3://").partition("/")[0] == DATA_BUCKET:
        return None
    # `data_access` has a slash behind a bucket alone.
    whole = location if "/" in location.removeprefix("s3://") else f"{location}/"
    if any(whole.startswith(allowed) for allowed in data_access):
        return None
    return (
        "which no predictor may read; add it to data_access, or give a location in "
        f"'s3://{DATA_BUCKET}/'"
    )
