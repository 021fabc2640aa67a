"""Predictors with a direct path, each trained once on few rows, through the training job."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from autogluon.tabular import TabularPredictor

from autogluon_jobs.data.channel_table import load_channel
from autogluon_jobs.data.training_frames import prepare_data
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.tabular.direct.engine import DirectEngine
from autogluon_jobs.tabular.direct.load import load_proved
from autogluon_jobs.tabular.engines.autogluon_engine import AutoGluonEngine
from autogluon_jobs.tabular.training.export_direct import export_direct
from autogluon_jobs.tabular.training.schema_building import build_schema, feature_metadata
from tests.unit.containers.job_folder import JobFolder
from tests.unit.containers.trained_once import finish_once, train_once

EXAMPLES = Path(__file__).parents[4] / "examples"
GBM: dict[str, Any] = {"num_boost_round": 20}
FOREST: dict[str, Any] = {"n_estimators": 12, "max_leaf_nodes": 60}
LINEAR: dict[str, Any] = {"max_iter": 50}
CANBERRA: dict[str, Any] = {"metric": "canberra"}
"""Nearest neighbours that are left to AutoGluon: by a metric that has no export."""


@dataclass
class Trained:
    """A finished job's artifact."""

    artifact: Path

    @cached_property
    def schema(self) -> FeatureSchema:
        return FeatureSchema.load(self.artifact)

    @cached_property
    def direct(self) -> DirectEngine:
        return load_proved(self.artifact, self.schema, cores=2)

    @cached_property
    def autogluon(self) -> AutoGluonEngine:
        return AutoGluonEngine.load(self.artifact, self.schema, cores=2)


Train = Callable[..., Trained]


def fitted(folder: Path, data: str, init_args: dict[str, Any], **fit_args: Any) -> Trained:
    """An artifact with all its models, none left out for being weak; faster than a whole job."""

    def fit(empty: Path) -> None:
        _fit(empty, data, init_args, **fit_args)

    return Trained(train_once(folder, (data, init_args, fit_args), fit) / "model")


def _fit(folder: Path, data: str, init_args: dict[str, Any], **fit_args: Any) -> None:
    (folder / "train.csv").write_text(data, encoding="utf-8")
    label = init_args["label"]
    rows = prepare_data({"train": load_channel("train", folder)}, label)
    features = [item for item in rows.columns if item.name != label]
    predictor = TabularPredictor(**init_args, path=str(folder / "model"), verbosity=0).fit(
        rows.train, num_cpus=1, feature_metadata=feature_metadata(features, rows.train),
        **{"ag_args_ensemble": {"fold_fitting_strategy": "sequential_local"}} | fit_args,
    )  # fmt: skip
    schema = build_schema(predictor, features, (), rows.train)
    schema.save(folder / "model")
    assert export_direct(folder / "model", schema, rows.train) is None


@pytest.fixture(scope="session")
def train(tmp_path_factory: pytest.TempPathFactory) -> Train:
    """Runs a job on CSV text."""

    def run(name: str, data: str, init_args: dict[str, Any], **fit_args: Any) -> Trained:
        folder = JobFolder(tmp_path_factory.mktemp(name))
        folder.put("train", "train.csv", data)
        fit = {"num_cpus": 1, "ag_args_ensemble": {"fold_fitting_strategy": "sequential_local"}}
        folder.put_job(init_args["label"], init_args=init_args, fit_args=fit | fit_args)
        return Trained(finish_once(folder).model)

    return run


def head(example: str, rows: int) -> str:
    """The header and the first rows of an example's training file."""
    text = (EXAMPLES / example / "train.csv").read_text(encoding="utf-8")
    return "\n".join(text.splitlines()[: rows + 1]) + "\n"


def holdout(example: str) -> bytes:
    """The whole test file of an example."""
    return (EXAMPLES / example / "test.csv").read_bytes()


@pytest.fixture(scope="session")
def ensemble(train: Train) -> Trained:
    """LightGBM and ExtraTrees, weighted."""
    models = {"GBM": GBM, "XT": FOREST}
    init_args = {"label": "class", "eval_metric": "accuracy"}
    return train("ensemble", head("income", 1500), init_args, hyperparameters=models)


@pytest.fixture(scope="session")
def stack(train: Train) -> Trained:
    """Three folds, two layers; the metric has AutoGluon keep probabilities off 0 and 1."""
    return train(
        "stack", head("income", 900), {"label": "class", "eval_metric": "log_loss"},
        hyperparameters={"GBM": GBM, "RF": FOREST}, num_bag_folds=3, num_bag_sets=1,
        num_stack_levels=1, dynamic_stacking=False,
    )  # fmt: skip


@pytest.fixture(scope="session")
def housing(train: Train) -> Trained:
    """Regression with missing numbers, by trees that are too large for tables among others."""
    init_args = {"label": "Price", "problem_type": "regression"}
    large_trees = FOREST | {"max_leaf_nodes": 100}
    models = {"GBM": GBM, "XT": large_trees}
    return train("housing", head("housing", 1500), init_args, hyperparameters=models)


@pytest.fixture(scope="session")
def digits(train: Train) -> Trained:
    """Ten classes."""
    init_args = {"label": "digit", "problem_type": "multiclass"}
    models = {"GBM": {"num_boost_round": 8}, "XT": FOREST, "RF": FOREST}
    return train("digits", digits_csv(slice(None)), init_args, hyperparameters=models)


@pytest.fixture(scope="session")
def quantiles(train: Train) -> Trained:
    """Three quantiles by LightGBM; a forest's quantiles are AutoGluon's own."""
    levels = {"problem_type": "quantile", "quantile_levels": [0.1, 0.5, 0.9]}
    init_args = {"label": "Price"} | levels
    models = {"GBM": GBM, "XT": {"n_estimators": 4, "max_leaf_nodes": 30}}
    return train("quantiles", head("housing", 600), init_args, hyperparameters=models)


def digits_csv(part: slice) -> str:
    """scikit-learn's digits as CSV."""
    from sklearn.datasets import load_digits

    data = load_digits()
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([*(f"p{at}" for at in range(64)), "digit"])
    for pixels, digit in zip(data.data[part], data.target[part], strict=True):
        writer.writerow([*(int(pixel) for pixel in pixels), int(digit)])
    return buffer.getvalue()
