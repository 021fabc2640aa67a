"""Define the metrics that SageMaker reads from a training job's log."""

from collections.abc import Iterable

from autogluon_contracts.jobs.log_lines import metric_pattern, model_metric_pattern


def metric_definitions(wanted: Iterable[str | None]) -> list[dict[str, str]]:
    """Return definitions for the `AGMETRIC` lines: per-model scores, and each wanted metric.

    SageMaker takes at most 40.
    """
    names = dict.fromkeys(name for name in wanted if name)
    return [
        {"Name": "validation:score", "Regex": model_metric_pattern("val_score")},
        {"Name": "fit:seconds", "Regex": model_metric_pattern("fit_seconds")},
        *(
            {"Name": f"{data}:{name}", "Regex": metric_pattern(f"{data}_{name}")}
            for data in ("test", "holdout")
            for name in names
        ),
    ]
