"""Define `profile.json`: what a profile says of some data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from autogluon_contracts.document import Document, key

FILE_NAME = "profile.json"
PAGE_NAME = "profile.html"


@dataclass(frozen=True, kw_only=True)
class ProfiledColumn:
    """One column; with more than 100,000 rows, measured on a sample."""

    name: str = key("its name")
    kind: str = key("what a predictor would read it as, such as `float` or `category`")
    missing: float = key("the share of rows without a value", minimum=0, maximum=1)
    distinct: int = key("how many different values it has", minimum=0)
    typical: str = key("its range, or its most frequent value; for people")
    remarks: tuple[str, ...] = key("what is suspicious, in a word or two each", default=())


@dataclass(frozen=True, kw_only=True)
class DataProfile(Document):
    """The result of the step `profile`, written by the container and read by clients."""

    NAME: ClassVar[str] = FILE_NAME
    UNKNOWN_KEYS: ClassVar[Literal["refused", "ignored"]] = "ignored"

    predictor: str = key("the predictor's name")
    job_name: str = key("the job's name")
    data: str = key("the `s3://` address of the data")
    label: str | None = key("the column to predict; null: none is named, or the data lack it")
    rows: int = key("how many rows the data have", minimum=0)
    test_rows: int | None = key("how many the test data have; null: there are none", default=None)
    columns: tuple[ProfiledColumn, ...] = key(
        "all columns, in the order of the files; with more than 100,000 rows, measured on a sample"
    )
    warnings: tuple[str, ...] = key("sentences on what to look at, suspected leaks first")
