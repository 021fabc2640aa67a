"""What SageMaker reads out of a training job's log."""

from collections.abc import Iterable

_NUMBER = r"([-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?)"


def metric_definitions(wanted: Iterable[str | None]) -> list[dict[str, str]]:
    """Return definitions for the `AGMETRIC` lines: per-model scores, and each wanted metric.

    SageMaker takes at most 40.
    """
    names = dict.fromkeys(name for name in wanted if name)
    return [
        {"Name": "validation:score", "Regex": rf"AGMETRIC model=.+ val_score={_NUMBER}"},
        {"Name": "fit:seconds", "Regex": rf"AGMETRIC model=.+ fit_seconds={_NUMBER}"},
        *(
            {"Name": f"{data}:{name}", "Regex": rf"AGMETRIC {data}_{name}={_NUMBER}"}
            for data in ("test", "holdout")
            for name in names
        ),
    ]
