"""Fit one fold as AutoGluon does, and say on which host.

Workers of the cluster import this module by its name, so it has nothing else.
"""

from __future__ import annotations

import os
from pathlib import PurePath
from typing import Any

from autogluon.core.models.ensemble.fold_fitting_strategy import _ray_fit

from autogluon_jobs.cluster.host_log import say


def fit_fold(**fold: Any) -> Any:
    """Fit the fold of AutoGluon's task on this host, and say so in its log."""
    fitted = _ray_fit(**fold)
    bag = PurePath(fold["bagged_ensemble_model_path"]).name
    suffix = fold["fold_ctx"]["model_name_suffix"]
    failed = isinstance(fitted, dict)
    host = os.environ.get("SM_CURRENT_HOST", "an unnamed host")
    say(f"Fold {suffix} of {bag} {'failed' if failed else 'fitted'} on {host}")
    return fitted
