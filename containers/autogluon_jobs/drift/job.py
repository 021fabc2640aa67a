"""Compare a period with the baseline, and write what was found."""

from __future__ import annotations

from autogluon_contracts.documents.drift_baseline import FILE_NAME as BASELINE
from autogluon_contracts.documents.drift_baseline import DriftBaseline
from autogluon_contracts.documents.drift_job import FILE_NAME as CONFIG
from autogluon_contracts.documents.drift_job import DriftJobConfig
from autogluon_contracts.documents.drift_report import FILE_NAME, PAGE_NAME, DriftReport
from autogluon_jobs.drift.captured import captured_requests
from autogluon_jobs.drift.comparisons import Limits, compare
from autogluon_jobs.drift.labels import Truth, read_labels
from autogluon_jobs.drift.page import render
from autogluon_jobs.drift.paths import DriftPaths
from autogluon_jobs.drift.period import Period
from autogluon_jobs.messages.documents import read_document
from autogluon_jobs.schema.feature_schema import FeatureSchema


def run(paths: DriftPaths) -> None:
    """Write `drift.json` and `drift.html`.

    Raises:
        InputError: an input that cannot be read, in one sentence.
    """
    config = read_document(
        DriftJobConfig, paths.input("config") / CONFIG, 'the processing job\'s input "config"'
    )
    model = paths.input("model")
    baseline = read_document(DriftBaseline, model / BASELINE, 'the input "model"')
    schema = FeatureSchema.load(model)
    truth: Truth = read_labels(paths.input("labels"), schema) if config.has_labels else {}
    period = Period(schema, baseline, truth, config.columns or schema.names)
    period.count(captured_requests(paths.input("captured"), config.start, config.end))
    report = report_of(config, period)
    paths.output.mkdir(parents=True, exist_ok=True)
    (paths.output / FILE_NAME).write_text(report.to_text(indent=1), encoding="utf-8")
    (paths.output / PAGE_NAME).write_text(render(report, period), encoding="utf-8")
    print(
        f"AGDRIFT requests={report.requests} rows={report.rows} "
        f"comparisons={len(report.comparisons)} drifted={len(report.drifted)}",
        flush=True,
    )


def report_of(config: DriftJobConfig, period: Period) -> DriftReport:
    """Return the document."""
    enough = period.rows >= config.min_rows
    limits = Limits(config.false_alarm_rate, config.min_change)
    answered = [each for each in period.answers if each.present]
    quality = period.quality if period.labelled_rows >= config.min_rows else None
    comparisons = compare(period.features, answered, quality, limits) if enough else []
    return DriftReport(
        predictor=config.predictor,
        job_name=config.job_name,
        model_package_arn=config.model_package_arn,
        start=config.start,
        end=config.end,
        outcome="compared" if enough else "too few rows",
        requests=period.requests,
        rows=period.rows,
        unreadable_requests=period.unreadable,
        labelled_rows=period.labelled_rows,
        min_rows=config.min_rows,
        false_alarm_rate=config.false_alarm_rate,
        min_change=config.min_change,
        comparisons=tuple(comparisons),
        notes=tuple(_notes(config, period)),
    )


def _notes(config: DriftJobConfig, period: Period) -> list[str]:
    notes = []
    if period.rows < config.min_rows:
        notes.append(
            f"The period has {period.rows:,} rows; at least {config.min_rows:,} (min_rows) are "
            "compared. Take a longer period, or capture more requests."
        )
    notes += [
        f"“{each.baseline.name}” is not compared: {each.baseline.note}"
        for each in period.features
        if each.baseline.note is not None
    ]
    if period.baseline.note is not None:
        notes.append(period.baseline.note)
    if period.unreadable:
        notes.append(
            f"{period.unreadable:,} captured requests could not be read by the model's schema, and "
            "are not among the rows."
        )
    if period.unanswered:
        notes.append(
            f"The answers to {period.unanswered:,} requests are in a form that is not compared."
        )
    elif period.answers and not any(each.present for each in period.answers):
        notes.append("No answers were captured; set capture.output to true to compare them.")
    if config.has_labels and period.labelled_rows < config.min_rows:
        notes.append(
            f"{period.labelled_rows:,} rows have a label; at least {config.min_rows:,} (min_rows) "
            "are judged. Labels are found by the InferenceId of their request."
        )
    return notes
