"""Wide tables: names are compared in sets, and not every column is shuffled."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from autogluon_contracts.data.column_names import only_in
from autogluon_jobs.data import leaks
from autogluon_jobs.data.channel_table import ChannelTable
from autogluon_jobs.profile import columns
from autogluon_jobs.schema.feature_schema import Feature, FeatureSchema
from autogluon_jobs.tabular.direct.sample_rows import sample_rows
from autogluon_jobs.tabular.evaluation import feature_importance as module
from autogluon_jobs.tabular.evaluation.feature_importance import feature_importance


class CountedNames(list[str]):
    """Names that count how often they are searched one by one."""

    searched = 0

    def __contains__(self, name: object) -> bool:
        self.searched += 1
        return super().__contains__(name)


def test_columns_of_files_are_compared_without_searching_each_name() -> None:
    names = CountedNames(f"f{at}" for at in range(100))
    others = CountedNames(reversed(names))
    assert only_in(names, others) == []
    assert only_in([*names, "more"], others) == ["more"]
    assert others.searched == 0


def test_a_channel_lists_its_columns_once() -> None:
    class Table:
        asked = 0
        num_rows = 1

        @property
        def column_names(self) -> list[str]:
            self.asked += 1
            return ["a", "b"]

    table = Table()
    channel = ChannelTable("train", table, typed=True, row_name=str)
    assert [name for name in ("a", "b") if name in channel.columns] == ["a", "b"]
    assert table.asked == 1


class FakePredictor:
    """Counts what is shuffled; each prediction takes as long as the test says."""

    label = "y"

    def __init__(self, width: int) -> None:
        self.names = [f"f{at}" for at in range(width)]
        self.asked: list[str] = []

    def features(self) -> list[str]:
        return self.names

    def transform_labels(self, labels: pd.Series) -> pd.Series:
        return labels

    def feature_importance(
        self, _: pd.DataFrame, features: list[str], **_how: object
    ) -> pd.DataFrame:
        self.asked = features
        return pd.DataFrame({"importance": 1.0}, index=features)


@pytest.mark.parametrize(("seconds", "measured"), [(0.0001, 200), (0.05, 100), (10.0, 50)])
def test_the_features_most_related_to_the_label_are_measured(
    monkeypatch: pytest.MonkeyPatch, seconds: float, measured: int
) -> None:
    monkeypatch.setattr(module, "_seconds_of_a_prediction", lambda *_: seconds)
    predictor = FakePredictor(200)
    values = np.random.default_rng(0).normal(size=(60, 200))
    rows = pd.DataFrame(values, columns=predictor.names).assign(y=values[:, 150])
    table, note = feature_importance(predictor, rows)
    assert len(table) == len(predictor.asked) == measured
    assert "f150" in predictor.asked
    assert (note is None) == (measured == 200)
    if note is not None:
        assert predictor.asked[0] == "f150"
        assert note.startswith(f"Feature importance was measured for {measured} of 200 features")


@pytest.mark.parametrize(
    "values",
    [
        [1.5, 2.5, 2.5, None], [3, 1, 2, 1], [2**53, 2**53 + 1], [None, None], [-0.0, 0.0],
        [1e300, -1e300, 2.0],
    ],
)  # fmt: skip
def test_a_sort_tells_what_pandas_tells_of_a_column(
    monkeypatch: pytest.MonkeyPatch, values: list[float | None]
) -> None:
    column = pd.DataFrame({"v": pd.Series(values)}).astype(
        "float64" if None in values else type(values[0]).__name__ + "64"
    )
    feature = Feature("v", "int" if column["v"].dtype.kind == "i" else "float", "", True)
    (found,) = columns.profile((feature,), column, None)
    monkeypatch.setattr(columns, "_numbers", lambda *_: None)
    assert columns.profile((feature,), column, None) == [found]


def test_rows_are_equal_whatever_types_their_columns_have() -> None:
    whole = pd.DataFrame({"n": [1, 2], "c": ["a", "b"]})
    other = pd.DataFrame({"n": [2.0, 1.0], "c": pd.Categorical(["b", "a"])})
    assert leaks.row_hashes(whole).tolist() == leaks.row_hashes(other).tolist()[::-1]


@pytest.mark.parametrize(("width", "count"), [(10, 256), (5_000, 80)])
def test_the_direct_path_is_proved_on_fewer_rows_where_they_are_wide(
    width: int, count: int
) -> None:
    features = tuple(Feature(f"f{at}", "float", "float64", True) for at in range(width))
    frame = pd.DataFrame(np.zeros((300, width)), columns=[item.name for item in features])
    rows = sample_rows(FeatureSchema("y", "regression", features), frame)
    assert len(rows) == count
    assert sum(None in row for row in rows) >= min(count // 2, 10)
