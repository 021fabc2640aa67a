"""Write the performance section: metrics with intervals, and which classes are confused."""

from __future__ import annotations

from autogluon_jobs.multimodal.report.report_facts import ReportFacts
from autogluon_jobs.report.number_text import MISSING
from autogluon_jobs.report.page_parts import Part, Section, Table
from autogluon_jobs.tabular.report.confusion import confusion_chart
from autogluon_jobs.tabular.report.intervals import Intervals, bootstrap
from autogluon_jobs.tabular.report.metric_text import MetricText

_SECONDS = 1.5


def measured_intervals(facts: ReportFacts) -> Intervals:
    """Bootstrap intervals of every metric."""
    evaluation = facts.evaluation
    return bootstrap(evaluation.judged, evaluation.judged_by, evaluation.metrics, seconds=_SECONDS)


def performance_section(facts: ReportFacts, intervals: Intervals) -> Section:
    """Write metrics, and for classification the confusion matrix."""
    lead = f"Measured on {facts.judged_on}. The table says whether lower or higher is better."
    parts: list[Part] = [_metrics(facts, intervals)]
    if facts.classes:
        parts.append(confusion_chart(facts.classes, facts.evaluation.judged))
    return Section("quality", "Performance", lead, parts)


def _metrics(facts: ReportFacts, intervals: Intervals) -> Table:
    chosen = facts.metrics["eval_metric"]
    rows = []
    for name, score in facts.metrics["metrics"].items():
        found = intervals.by_metric.get(name)
        metric = MetricText(name)
        spread = MISSING if found is None else metric.interval(found.low, found.high)
        title = name + (" (eval metric)" if name == chosen else "")
        rows.append((title, metric.text(score), spread, "lower" if metric.is_error else "higher"))
    return Table(
        f"Metrics, with 95 % intervals from {intervals.resamples} resamples of the rows",
        ("metric", "score", "95 % interval", "better"),
        rows,
        frozenset(("score", "95 % interval")),
    )
