"""Contributions add up to what the booster says, column by input column."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from autogluon.tabular import TabularPredictor

from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.requests.request import Request
from autogluon_jobs.schema.feature_schema import Feature, FeatureSchema
from autogluon_jobs.serving.served_model import ServedModel
from autogluon_jobs.tabular.explanations.contributions import Contributions
from tests.unit.containers import shop_data
from tests.unit.containers.shop_data import FEATURES, record

BOOSTERS = {
    "GBM": {"num_boost_round": 15},
    "XGB": {"n_estimators": 15},
    "CAT": {"iterations": 15},
    "XT": {"n_estimators": 10},
}
NAMES = ("LightGBM", "XGBoost", "CatBoost")
MARGIN = 1e-5  # boosters add up in 32 bits


def table() -> pd.DataFrame:
    dice = np.random.default_rng(2)
    colour = dice.choice(["red", "green", "blue"], 400)
    columns = {"size [cm]": dice.normal(size=400), "age": dice.integers(0, 9, 400)}
    frame = pd.DataFrame({**columns, "colour": colour})
    score = frame["size [cm]"] + (frame["colour"] == "red") + dice.normal(size=400) / 4
    return frame.assign(
        sign=score > 0, band=pd.cut(score, 3, labels=["low", "mid", "high"]).astype(str),
        score=score,
    )  # fmt: skip


class Explained:
    """A predictor of one target, with its contributions."""

    def __init__(self, folder: Path, label: str, problem_type: str, **fit_args: Any) -> None:
        frame = table()
        self.rows = frame[["size [cm]", "age", "colour"]]
        self.predictor = TabularPredictor(
            label=label, problem_type=problem_type, path=str(folder), verbosity=0
        ).fit(
            self.rows.assign(**{label: frame[label]}),
            hyperparameters=BOOSTERS,
            num_cpus=1,
            **fit_args,
        )
        features = tuple(Feature(name, "float", "float64", True) for name in self.rows)
        classes = None if problem_type == "regression" else tuple(self.predictor.class_labels)
        schema = FeatureSchema(label, problem_type, features, classes)
        self.contributions = Contributions(folder, schema)

    def sums(self, model: str, part: str = "") -> Any:
        columns = self.contributions.columns(Request(self.rows, options={"model": model}))
        assert list(columns) == self.contributions.names
        names = [*self.rows, "base"]
        return sum(columns[f"{name}{part}_contribution"] for name in names)


@pytest.fixture(scope="module")
def binary(tmp_path_factory: pytest.TempPathFactory) -> Explained:
    return Explained(tmp_path_factory.mktemp("contributions") / "binary", "sign", "binary")


@pytest.mark.parametrize("model", NAMES)
def test_they_add_up_to_the_log_odds_of_the_positive_class(binary, model):
    odds = 1 / (1 + np.exp(-binary.sums(model)))
    expected = binary.predictor.predict_proba(binary.rows, model=model)[True]
    np.testing.assert_allclose(odds, expected, rtol=0, atol=MARGIN)


@pytest.mark.parametrize("model", NAMES)
def test_a_column_that_decides_contributes_most(binary, model):
    columns = binary.contributions.columns(Request(binary.rows, options={"model": model}))
    parts = {name: np.abs(values).mean() for name, values in columns.items() if "base" not in name}
    assert max(parts, key=parts.__getitem__) == "size [cm]_contribution"


def test_with_several_classes_each_has_its_own(tmp_path):
    explained = Explained(tmp_path / "multiclass", "band", "multiclass")
    for model in NAMES:
        classes = explained.predictor.class_labels
        scores = np.stack([explained.sums(model, f"_{item}") for item in classes], axis=1)
        odds = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
        expected = explained.predictor.predict_proba(explained.rows, model=model)
        np.testing.assert_allclose(odds, expected, rtol=0, atol=MARGIN)


def test_in_a_regression_folds_and_ensembles_add_up_too(tmp_path):
    members = {name: args for name, args in BOOSTERS.items() if name != "XT"}
    explained = Explained(
        tmp_path / "regression", "score", "regression", num_bag_folds=2, num_stack_levels=0,
        dynamic_stacking=False, excluded_model_types=["XT"],
    )  # fmt: skip
    models = explained.predictor.model_names()
    assert len(models) == len(members) + 1
    for model in models:
        expected = explained.predictor.predict(explained.rows, model=model)
        np.testing.assert_allclose(explained.sums(model), expected, rtol=0, atol=MARGIN)


def test_models_without_contributions_are_refused_by_name(binary):
    with pytest.raises(
        InputError, match='Model "ExtraTrees" has no contributions: it is a XTModel'
    ) as caught:
        binary.sums("ExtraTrees")
    assert caught.value.facts.code == "no_contributions"
    assert set(caught.value.facts.allowed or ()) == set(NAMES)
    for name in NAMES:
        assert f'"{name}"' in caught.value.advice
    with pytest.raises(InputError, match='Model "Forest" not found in this artifact'):
        binary.sums("Forest")


def test_averaged_probabilities_are_refused_by_name(tmp_path):
    explained = Explained(
        tmp_path / "bagged", "sign", "binary", num_bag_folds=2, num_stack_levels=0,
        dynamic_stacking=False,
    )  # fmt: skip
    with pytest.raises(
        InputError,
        match='"LightGBM_BAG_L1" has no contributions: it averages the probabilities of 2',
    ) as caught:
        explained.sums("LightGBM_BAG_L1")
    assert "see the feature importance in the report" in caught.value.advice


def test_a_model_that_learnt_from_other_models_is_refused_by_name(tmp_path):
    explained = Explained(
        tmp_path / "stacked", "score", "regression", num_bag_folds=2, num_stack_levels=1,
        dynamic_stacking=False,
    )  # fmt: skip
    with pytest.raises(
        InputError, match=r'"LightGBM_BAG_L2" has no contributions: it learned from the answers'
    ) as caught:
        explained.sums("LightGBM_BAG_L2")
    named = caught.value.facts.allowed or ()
    assert set(named) == {"LightGBM_BAG_L1", "XGBoost_BAG_L1", "CatBoost_BAG_L1"}
    for model in named:
        expected = explained.predictor.predict(explained.rows, model=model)
        np.testing.assert_allclose(explained.sums(model), expected, rtol=0, atol=MARGIN)


def ask(model: ServedModel, body: Any, attributes: str) -> list[dict[str, Any]]:
    text, *_ = model.answer(json.dumps(body), "application/json", "application/json", attributes)
    answers: list[dict[str, Any]] = json.loads(text)
    return answers


def test_callers_get_them_beside_the_answer(shop):
    rows = [record(row) for row in shop_data.rows(5, seed=3)]
    plain = ask(shop, rows, "")
    explained = ask(shop, rows, "contributions=true")
    for before, after in zip(plain, explained, strict=True):
        assert list(after) == [
            *before, *(f"{name}_contribution" for name in FEATURES), "base_contribution"
        ]  # fmt: skip
        assert {name: after[name] for name in before} == before
        score = sum(value for name, value in after.items() if name.endswith("_contribution"))
        assert 1 / (1 + np.exp(-score)) == pytest.approx(before["yes_proba"], abs=MARGIN)


def test_bad_rows_have_none(shop):
    rows = [record(row) for row in shop_data.rows(2, seed=3)]
    rows[0]["age"] = "old"
    bad, good = ask(shop, rows, "contributions=true;on_error=row")
    assert list(bad) == list(good)
    assert bad["age_contribution"] is None
    assert isinstance(good["age_contribution"], float)
