"""Write the performance section: metrics with intervals, and charts of the problem type."""

from __future__ import annotations

from collections.abc import Callable

from autogluon_jobs.report.number_text import MISSING
from autogluon_jobs.report.page_parts import Note, Part, Section, Table
from autogluon_jobs.tabular.evaluation.evaluation import metrics_of
from autogluon_jobs.tabular.evaluation.judged_rows import JudgedRows
from autogluon_jobs.tabular.report.binary_charts import binary_parts
from autogluon_jobs.tabular.report.confusion import confusion_chart
from autogluon_jobs.tabular.report.intervals import Intervals, bootstrap
from autogluon_jobs.tabular.report.metric_text import MetricText
from autogluon_jobs.tabular.report.multiclass_charts import multiclass_parts
from autogluon_jobs.tabular.report.quantile_charts import quantile_parts
from autogluon_jobs.tabular.report.regression_charts import regression_parts
from autogluon_jobs.tabular.report.report_facts import ReportFacts

_SECONDS = 1.5
_CHARTS: dict[str, Callable[[ReportFacts, JudgedRows], list[Part]]] = {
    "binary": binary_parts,
    "multiclass": multiclass_parts,
    "regression": regression_parts,
    "quantile": quantile_parts,
}


def measured_intervals(facts: ReportFacts) -> Intervals:
    """Bootstrap intervals of every metric; none where AutoGluon did not keep the rows."""
    if facts.judged is None:
        return Intervals({}, 0)
    scores = facts.metrics["metrics"]
    return bootstrap(facts.judged, metrics_of(facts.predictor), scores, seconds=_SECONDS)


def quality_section(facts: ReportFacts, intervals: Intervals) -> Section:
    """Write metrics, then charts of the problem type, then the confusion matrix."""
    lead = f"Measured on {facts.judged_on}. The table says whether lower or higher is better."
    parts: list[Part] = [_metrics(facts, intervals)]
    drawn = facts.drawn
    if facts.judged is None or drawn is None:
        note = Note("No charts: AutoGluon did not keep the held-out rows.")
        return Section("quality", "Performance", lead, [*parts, note])
    if len(drawn) < len(facts.judged):
        parts.append(Note(f"The charts show a random sample of {len(drawn):,} rows."))
    parts.extend(_CHARTS[facts.problem_type](facts, drawn))
    if facts.is_classification:
        parts.append(confusion_chart(facts.classes, drawn))
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
    caption = "Metrics"
    if intervals.resamples:
        caption += f", with 95 % intervals from {intervals.resamples} resamples of the rows"
    return Table(
        caption,
        ("metric", "score", "95 % interval", "better"),
        rows,
        frozenset(("score", "95 % interval")),
    )
