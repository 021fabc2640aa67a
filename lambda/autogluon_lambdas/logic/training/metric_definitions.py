"""What SageMaker reads out of a training job's log."""

from collections.abc import Iterable

_NUMBER = r"([-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?)"

# What TabularPredictor.evaluate reports for each problem type.
_USUAL_METRICS = (
    "accuracy", "balanced_accuracy", "mcc", "roc_auc", "f1", "precision", "recall", "log_loss",
    "root_mean_squared_error", "mean_squared_error", "mean_absolute_error", "r2", "pearsonr",
    "median_absolute_error",
)  # fmt: skip


def metric_definitions(wanted: Iterable[str | None]) -> list[dict[str, str]]:
    """Definitions for the `AGMETRIC` lines: per-model scores, and each metric of the evaluation.

    `wanted` are the predictor's own metrics (evaluation, gate); SageMaker takes at most 40.
    """
    names = dict.fromkeys([*(name for name in wanted if name), *_USUAL_METRICS])
    return [
        {"Name": "validation:score", "Regex": rf"AGMETRIC model=.+ val_score={_NUMBER}"},
        {"Name": "fit:seconds", "Regex": rf"AGMETRIC model=.+ fit_seconds={_NUMBER}"},
        *(
            {"Name": f"{data}:{name}", "Regex": rf"AGMETRIC {data}_{name}={_NUMBER}"}
            for data in ("test", "holdout")
            for name in names
        ),
    ]
