"""Refitted bags and stacks, as `high_quality` trains them, have a direct path of equal bits."""

from __future__ import annotations

import numpy as np

from autogluon_jobs.requests.parse_csv import parse_csv
from autogluon_jobs.requests.request import Request
from autogluon_jobs.requests.small_requests import RowReader
from tests.unit.containers.direct.conftest import FOREST, GBM, Train, head, holdout


def test_every_refitted_model_equals_autogluon_on_the_whole_file(train: Train) -> None:
    models = {"GBM": GBM, "CAT": {"iterations": 12}, "XGB": {"n_estimators": 8}, "XT": FOREST}
    refitted = train(
        "refitted", head("income", 600), {"label": "class", "eval_metric": "roc_auc"},
        hyperparameters=models, num_bag_folds=2, num_stack_levels=1, dynamic_stacking=False,
        refit_full=True, set_best_to_refit_full=True, save_bag_folds=False,
    )  # fmt: skip
    rows = parse_csv(RowReader(refitted.schema), holdout("income")).given
    names = refitted.autogluon.predictor.model_names(can_infer=True)
    assert sorted(names) == sorted(refitted.direct.models)
    assert all(name.endswith("_FULL") for name in names)
    for name in names:
        asked = Request(rows, options={"model": name})
        got, wanted = refitted.direct.predict(asked), refitted.autogluon.predict(asked)
        for column, values in wanted.cells().items():
            np.testing.assert_array_equal(got.cells()[column], values, name)
