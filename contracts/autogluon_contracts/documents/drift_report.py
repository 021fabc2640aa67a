"""Define `drift.json`: how a period's requests and answers differ from the baseline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from autogluon_contracts.document import Document, key

FILE_NAME = "drift.json"
PAGE_NAME = "drift.html"

Part = Literal["feature", "answer", "quality"]
Aspect = Literal["distribution", "missing", "new values", "errors"]


@dataclass(frozen=True, kw_only=True)
class DriftComparison:
    """One aspect of one column, compared with the baseline."""

    part: Part = key("what the column is: a feature, of the answers, or how wrong they were")
    column: str = key("its name")
    aspect: Aspect = key("what of it is compared")
    change: float = key(
        "the share of rows that differ; of absolute errors the mean's growth as a share"
    )
    p_value: float = key(
        "how often a change as large is seen among unchanged data", minimum=0, maximum=1
    )
    adjusted_p_value: float = key(
        "the same, for all comparisons of the report together", minimum=0, maximum=1
    )
    drifted: bool = key("whether the report names it")
    sentence: str = key("what was and what is, for people; it may hold values of the data")
    new_values: tuple[str, ...] = key(
        "the most frequent values that the baseline lacks, of `new values`", default=()
    )


@dataclass(frozen=True, kw_only=True)
class DriftReport(Document):
    """The result of a drift job, written by the container and read by `summarize_drift`."""

    NAME: ClassVar[str] = FILE_NAME
    UNKNOWN_KEYS: ClassVar[Literal["refused", "ignored"]] = "ignored"

    predictor: str = key("the predictor's name")
    job_name: str = key("the job's name")
    model_package_arn: str = key("the version whose baseline was compared")
    start: str = key("start of the period, in UTC")
    end: str = key("its end")
    outcome: Literal["compared", "too few rows"] = key("whether there was enough to compare")
    requests: int = key("captured requests of the period", minimum=0)
    rows: int = key("their rows", minimum=0)
    unreadable_requests: int = key("captured requests that could not be read", default=0, minimum=0)
    labelled_rows: int = key("rows whose label has arrived", default=0, minimum=0)
    min_rows: int = key("with fewer rows, nothing is compared", minimum=1)
    false_alarm_rate: float = key("the chance that a report on unchanged data names anything")
    min_change: float = key("the least change that is reported")
    comparisons: tuple[DriftComparison, ...] = key(
        "every comparison; those that drifted come first, then the least likely"
    )
    notes: tuple[str, ...] = key("sentences on what was not compared, and why", default=())

    @property
    def drifted(self) -> tuple[DriftComparison, ...]:
        """Return the comparisons that the report names."""
        return tuple(each for each in self.comparisons if each.drifted)

    @property
    def drifted_columns(self) -> tuple[str, ...]:
        """Return the columns that drifted in any aspect, each once."""
        return tuple(dict.fromkeys(each.column for each in self.drifted))
