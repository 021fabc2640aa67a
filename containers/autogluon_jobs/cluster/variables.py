"""Name what AutoGluon reads from the environment of every process of a cluster."""

from __future__ import annotations


def distribution_variables(folds: str) -> dict[str, str]:
    """Return the variables; `folds` is the folder in S3 through which hosts exchange folds.

    Example:
        >>> distribution_variables("s3://bucket/_folds/income/run/")["AG_MODEL_SYNC_PATH"]
        's3://bucket/_folds/income/run/'
    """
    return {"AG_DISTRIBUTED_MODE": "1", "AG_MODEL_SYNC_PATH": folds}
