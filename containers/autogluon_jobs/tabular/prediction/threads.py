"""Choose the threads of a prediction by its rows, so that answers do not depend on them.

Left to themselves the libraries take all cores for a single row, and waking them costs more than
the prediction. Forests are worse: scikit-learn gives each thread some trees and adds up their
answers as the threads finish, so two runs may differ in the last bit. Here a forest's threads take
rows instead, and each row's trees are added up in their order.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import numpy as np

ROWS_PER_THREAD = 256
"""From this many rows on, a second thread gains more than it costs (platform: one LightGBM thread
was 0.86 of two at 1,000 rows and ahead below some hundreds, 2 cores, November 2026)."""


def threads_for(rows: int, cores: int) -> int:
    """Return the threads for a prediction of `rows` rows where `cores` may be used."""
    return max(1, min(cores, rows // ROWS_PER_THREAD))


def apply_thread_policy(models: Iterable[Any], cores: int) -> None:
    """Let loaded AutoGluon models follow this policy; bagged models through their folds.

    Args:
        models: AutoGluon models; those of libraries other than trees' and torch are left alone.
        cores: what one prediction may use at most.
    """
    for model in models:
        for member in members_of(model):
            estimator = getattr(member, "model", None)
            if _is_forest(estimator):
                _by_rows(estimator, cores)
            elif _takes_cpus(member):
                _with_cpus(member, cores)
            elif type(estimator).__module__.startswith("catboost."):
                _with_thread_count(estimator, cores)
            else:
                _with_torch_threads(member, cores)


def members_of(model: Any) -> list[Any]:
    """Return the folds of a bagged AutoGluon model that is in memory, or the model itself."""
    folds = [fold for fold in getattr(model, "models", ()) if not isinstance(fold, str)]
    return folds or [model]


def _is_forest(estimator: Any) -> bool:
    return hasattr(estimator, "estimators_") and hasattr(estimator, "n_jobs")


def _takes_cpus(model: Any) -> bool:
    return type(model).__name__ in ("LGBModel", "XGBoostModel")


def _with_cpus(model: Any, cores: int) -> None:
    predict = model._predict_proba

    def with_cpus(X: Any, **kwargs: Any) -> Any:  # noqa: N803 - AutoGluon's name
        return predict(X, **{**kwargs, "num_cpus": threads_for(len(X), cores)})

    model._predict_proba = with_cpus


def _with_torch_threads(model: Any, cores: int) -> None:
    predict = model._predict_proba

    def with_threads(X: Any, **kwargs: Any) -> Any:  # noqa: N803 - AutoGluon's name
        torch = sys.modules.get("torch")  # which a fitted network has loaded
        if torch is None:
            return predict(X, **kwargs)
        before = torch.get_num_threads()
        torch.set_num_threads(threads_for(len(X), cores))  # of the calling thread
        try:
            return predict(X, **kwargs)
        finally:
            torch.set_num_threads(before)

    model._predict_proba = with_threads


def _with_thread_count(booster: Any, cores: int) -> None:
    for name in ("predict_proba", "predict"):
        if hasattr(booster, name):
            setattr(booster, name, _counted(getattr(booster, name), cores))


def _counted(predict: Callable[..., Any], cores: int) -> Callable[..., Any]:
    def counted(X: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N803 - CatBoost's name
        return predict(X, *args, **{**kwargs, "thread_count": threads_for(len(X), cores)})

    return counted


def _by_rows(forest: Any, cores: int) -> None:
    forest.n_jobs = 1
    for name in ("predict_proba", "predict"):
        if name == "predict" and hasattr(forest, "predict_proba"):
            continue  # which a classifier's `predict` calls
        if hasattr(forest, name):
            setattr(forest, name, _in_slices(getattr(forest, name), cores))


def _in_slices(predict: Callable[..., Any], cores: int) -> Callable[..., Any]:
    def in_slices(X: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N803 - scikit-learn's name
        threads = threads_for(len(X), cores)
        if threads == 1:
            return predict(X, *args, **kwargs)
        slices = [
            X.iloc[part[0] : part[-1] + 1] if hasattr(X, "iloc") else X[part[0] : part[-1] + 1]
            for part in np.array_split(np.arange(len(X)), threads)
        ]
        answers = _pool(cores).map(lambda rows: predict(rows, *args, **kwargs), slices)
        return np.concatenate(list(answers))

    return in_slices


@cache
def _pool(cores: int) -> ThreadPoolExecutor:
    # Made by the first prediction, so in the worker process, after gunicorn has forked.
    return ThreadPoolExecutor(cores, thread_name_prefix="forest")
