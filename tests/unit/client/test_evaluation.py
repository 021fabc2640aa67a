"""Scores of labelled rows: which rows count, however their labels are spelled."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from autogluon_client.data.label_column import label_column
from autogluon_client.errors import InvalidDataError
from autogluon_client.predictors.tabular.evaluation import evaluate
from autogluon_contracts.documents.feature_schema import FeatureSchemaHeader


def header(**changes: Any) -> FeatureSchemaHeader:
    known = {"label": "y", "problem_type": "binary", "positive_class": "yes",
             "classes": ("no", "yes"), "features": ()}  # fmt: skip
    return FeatureSchemaHeader(**{**known, **changes})


def _answers(*said: Any, classes: tuple[Any, ...] = ("no", "yes")) -> pd.DataFrame:
    sure = {f"{name}_proba": [1.0 if item == name else 0.0 for item in said] for name in classes}
    return pd.DataFrame({"y": list(said), **sure})


def test_errors_have_autogluons_sign() -> None:
    found = evaluate(
        header(problem_type="regression", classes=None, positive_class=None),
        pd.Series(["1", "2", "4.5"]),
        pd.DataFrame({"y": [1.0, 2.0, 3.5]}),
        "mae",
    )
    assert next(iter(found.metrics)) == "mean_absolute_error"
    assert found.metrics["mean_absolute_error"] == pytest.approx(-1 / 3)


def test_rows_that_cannot_be_compared_are_left_out_and_counted() -> None:
    labels = pd.Series(["yes", "", "NA", "maybe", "no"])
    found = evaluate(header(), labels, _answers("yes", "yes", "no", "no", "yes"), "roc_auc")
    assert (found.rows, found.metrics["accuracy"]) == (2, 0.5)
    assert found.warnings == (
        "2 rows without a label were left out.",
        '1 rows of classes that the model does not know were left out: "maybe".',
    )


@pytest.mark.parametrize(
    ("classes", "labels", "said"),
    [
        ((0, 1), ["0", "1", "1.0"], (0, 1, 1)),
        ((0, 1), [0, 1, 1], (0, 1, 1)),
        ((False, True), ["false", "True", "TRUE"], (False, True, True)),
        (("01", "1"), ["01", "1", "1"], ("01", "1", "1")),  # texts are codes
        (("NA", "b"), ["NA", "b", "b"], ("NA", "b", "b")),
    ],
)
def test_labels_are_the_classes_however_they_are_spelled(
    classes: tuple[Any, ...], labels: list[Any], said: tuple[Any, ...]
) -> None:
    described = header(classes=classes, positive_class=classes[1])
    found = evaluate(described, pd.Series(labels), _answers(*said, classes=classes), "accuracy")
    assert (found.rows, found.metrics["accuracy"], found.warnings) == (3, 1.0, ())


def test_quantiles_are_scored_by_their_levels() -> None:
    described = header(classes=None, problem_type="quantile", quantile_levels=(0.1, 0.9))
    answers = pd.DataFrame({"0.1": [1.0], "0.9": [2.0]})
    found = evaluate(described, pd.Series(["1.5"]), answers, "pinball_loss")
    assert found.metrics == {"pinball_loss": pytest.approx(-0.05)}


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (["1", "x"], "row 2: 'x' is not a number"),
        (["", ""], 'No row has a value of "y"'),
        (["1"], "1 labels, and the model answered 2 rows"),
    ],
)
def test_labels_that_cannot_be_compared_are_refused(labels: list[str], words: str) -> None:
    described = header(problem_type="regression", classes=None)
    with pytest.raises(InvalidDataError, match=words):
        evaluate(described, pd.Series(labels), pd.DataFrame({"y": [1.0, 2.0]}), None)


def test_a_metric_that_only_training_computes_is_named() -> None:
    found = evaluate(header(), pd.Series(["no", "yes"]), _answers("no", "yes"), "quadratic_kappa")
    assert found.warnings == ("quadratic_kappa is computed in training only.",)


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "json", "parquet"])
def test_the_label_is_read_from_every_format(tmp_path: Path, suffix: str) -> None:
    frame = pd.DataFrame({"n": [1, 2], "y": ["a", "b"]})
    path = tmp_path / f"rows.{suffix}"
    {
        "csv": lambda: frame.to_csv(path, index=False),
        "json": lambda: frame.to_json(path, orient="records"),
        "jsonl": lambda: frame.to_json(path, orient="records", lines=True),
        "parquet": lambda: frame.to_parquet(path),
    }[suffix]()
    assert label_column(None, path, "y").tolist() == ["a", "b"]
    assert label_column(None, frame, "y").tolist() == ["a", "b"]
    with pytest.raises(InvalidDataError, match=r'no column "z"'):
        label_column(None, path, "z")
