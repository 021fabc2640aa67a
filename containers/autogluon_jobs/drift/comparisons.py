"""Compare a period's columns with the baseline, and name those that have drifted.

The chance that a report names anything although nothing has changed is at most the rate asked for:
every p-value is valid by itself, and Holm's adjustment bounds all of a report's together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import fisher_exact

from autogluon_contracts.documents.drift_baseline import ColumnBaseline, QualityBaseline
from autogluon_contracts.documents.drift_report import Aspect, DriftComparison, Part
from autogluon_jobs.baseline.answer_values import WRONG
from autogluon_jobs.baseline.column_counts import ColumnCounter
from autogluon_jobs.drift.permutations import (
    Permutations,
    Statistic,
    holm,
    in_buckets,
    largest_step,
    log_likelihood,
    only_in_period,
    rank_sum,
)
from autogluon_jobs.report.number_text import number, percent, short

_MOST_NEW_VALUES = 10


@dataclass(frozen=True)
class Limits:
    """How rare a false report is, and how small a change is not worth one."""

    false_alarm_rate: float
    min_change: float


@dataclass(frozen=True)
class _Measured:
    """One comparison before all p-values are known; `judge` computes its own."""

    part: Part
    column: str
    aspect: Aspect
    change: float
    sentence: str
    judge: Callable[[Permutations], float]
    new_values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Quality:
    """How wrong the period's answers were: their counts, and the measure itself."""

    baseline: QualityBaseline
    counter: ColumnCounter
    value: float


def compare(
    features: Sequence[ColumnCounter],
    answers: Sequence[ColumnCounter],
    quality: Quality | None,
    limits: Limits,
) -> list[DriftComparison]:
    """Return every comparison: those that drifted first, then by ascending p-value."""
    measured = [item for counter in features for item in _of_column("feature", counter)]
    measured += [item for counter in answers for item in _of_column("answer", counter)]
    if quality is not None:
        measured.append(_of_quality(quality))
    if not measured:
        return []
    permutations = Permutations.for_rate(limits.false_alarm_rate, len(measured))
    p_values = [item.judge(permutations) for item in measured]
    judged = [
        DriftComparison(
            part=item.part,
            column=item.column,
            aspect=item.aspect,
            change=item.change,
            p_value=p_value,
            adjusted_p_value=adjusted,
            drifted=adjusted <= limits.false_alarm_rate and _is_large(item, limits),
            sentence=item.sentence,
            new_values=item.new_values,
        )
        for item, p_value, adjusted in zip(measured, p_values, holm(p_values), strict=True)
    ]
    return sorted(judged, key=lambda each: (not each.drifted, each.p_value, -each.change))


def _is_large(item: _Measured, limits: Limits) -> bool:
    # Training knew nothing of a new value, however rare it is.
    return item.aspect == "new values" or item.change >= limits.min_change


def _of_column(part: Part, counter: ColumnCounter) -> list[_Measured]:
    baseline, found = counter.baseline, []
    if part == "feature":
        found.append(_missing(counter))
    # A permutation of values that are all missing, or none, is always the same.
    found = [item for item in found if baseline.missing + counter.missing]
    if baseline.comparison in ("numbers", "lengths"):
        found.append(_numbers(part, counter))
    elif baseline.comparison == "values":
        found.append(_values(part, counter))
        if part == "feature":
            found.append(_new_values(counter))
    return found


def _missing(counter: ColumnCounter) -> _Measured:
    baseline = counter.baseline
    was = _share(baseline.missing, baseline.missing + baseline.present)
    now = _share(counter.missing, counter.missing + counter.present)
    table = [[counter.missing, counter.present], [baseline.missing, baseline.present]]
    return _Measured(
        part="feature",
        column=baseline.name,
        aspect="missing",
        change=abs(now - was),
        sentence=f"missing in {percent(now)} of the rows, in training in {percent(was)}",
        judge=lambda _: min(1.0, float(fisher_exact(table).pvalue)),
    )


def _numbers(part: Part, counter: ColumnCounter) -> _Measured:
    baseline, period = np.array(counter.baseline.counts), counter.cells
    was, now = _cumulative(baseline), _cumulative(period)
    at = int(np.abs(now - was).argmax())
    what = "characters" if counter.baseline.comparison == "lengths" else None
    return _Measured(
        part=part,
        column=counter.baseline.name,
        aspect="distribution",
        change=float(abs(now - was)[at]) if period.any() and baseline.any() else 0.0,
        sentence=(
            f"{percent(now[at])} of the values are {_up_to(counter.baseline, at, what)}, "
            f"{_then(part)} {percent(was[at])}"
        ),
        judge=_by_permutations(f"{part} {counter.baseline.name}", baseline, period, largest_step),
    )


def _up_to(baseline: ColumnBaseline, cell: int, unit: str | None) -> str:
    if not baseline.edges:
        return "numbers"
    edge = min(cell // 2, len(baseline.edges) - 1)
    word = "at most" if cell % 2 else "below"
    return f"{word} {number(baseline.edges[edge])}{f' {unit}' if unit else ''}"


def _values(part: Part, counter: ColumnCounter) -> _Measured:
    values, baseline, period = _joined(counter)
    was, now = _shares(baseline), _shares(period)
    at = int(np.abs(now - was).argmax()) if values else 0
    name = short(values[at]) if values else ""
    return _Measured(
        part=part,
        column=counter.baseline.name,
        aspect="distribution",
        change=float(np.abs(now - was).sum() / 2) if period.any() and baseline.any() else 0.0,
        sentence=(
            f"“{name}” is {percent(now[at])} of the values, {_then(part)} {percent(was[at])}"
            if values
            else "no values"
        ),
        judge=_by_permutations(
            f"{part} {counter.baseline.name}",
            in_buckets(values, baseline),
            in_buckets(values, period),
            log_likelihood,
        ),
    )


def _new_values(counter: ColumnCounter) -> _Measured:
    _, baseline, period = _joined(counter)
    new = counter.new_values
    share = _share(sum(new.values()), counter.present)
    listed = tuple(value for value, _ in new.most_common(_MOST_NEW_VALUES))
    shown = ", ".join(f"“{short(value)}”" for value in listed)
    more = f" and {len(new) - len(listed):,} more" if len(new) > len(listed) else ""
    return _Measured(
        part="feature",
        column=counter.baseline.name,
        aspect="new values",
        change=share,
        sentence=(
            f"{percent(share)} of the values are not in the training data: {shown}{more}"
            if new
            else "all values are in the training data"
        ),
        judge=_by_permutations(f"new {counter.baseline.name}", baseline, period, only_in_period),
        new_values=listed,
    )


def _of_quality(quality: Quality) -> _Measured:
    baseline, counter = quality.baseline, quality.counter
    period, before = counter.cells, np.array(baseline.column.counts)
    if baseline.measure == "absolute error":
        return _Measured(
            part="quality",
            column=baseline.column.name,
            aspect="errors",
            change=_growth(baseline.value, quality.value),
            sentence=(
                f"mean absolute error {number(quality.value)}, on held-out rows "
                f"{number(baseline.value)}"
            ),
            judge=_by_permutations("quality", before, period, rank_sum),
        )
    at = baseline.column.values.index(WRONG)
    table = [
        [period[at], period.sum() - period[at]],
        [before[at], before.sum() - before[at]],
    ]
    return _Measured(
        part="quality",
        column=baseline.column.name,
        aspect="errors",
        change=max(0.0, quality.value - baseline.value),
        sentence=(
            f"{percent(quality.value)} of the answers are wrong, on held-out rows "
            f"{percent(baseline.value)}"
        ),
        # Better answers are no reason to look.
        judge=lambda _: min(1.0, float(fisher_exact(table, alternative="greater").pvalue)),
    )


def _growth(before: float, now: float) -> float:
    if before == 0:
        return float(now > 0)  # nothing is a share of 0: any error counts as 100 %
    return max(0.0, now / before - 1)


def _by_permutations(
    name: str, baseline: Any, period: Any, statistic: Statistic
) -> Callable[[Permutations], float]:
    return lambda permutations: permutations.p_value(name, baseline, period, statistic)


def _joined(counter: ColumnCounter) -> tuple[list[str], Any, Any]:
    """Return all values, those of the period included, with both counts."""
    new = counter.new_values
    values = [*counter.baseline.values, *new]
    baseline = np.array([*counter.baseline.counts, *(0 for _ in new)], dtype=np.int64)
    return values, baseline, np.concatenate([counter.cells, np.array([*new.values()], np.int64)])


def _then(part: Part) -> str:
    return "in training" if part == "feature" else "on held-out rows"


def _cumulative(counts: Any) -> Any:
    return np.cumsum(counts) / max(1, counts.sum())


def _shares(counts: Any) -> Any:
    return counts / max(1, counts.sum())


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
