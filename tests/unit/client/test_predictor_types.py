"""A predictor type is a folder beside the others: no shared file names it."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from autogluon_client import CloudPredictor, TabularCloudPredictor, TabularEndpoint, predictors
from autogluon_client.errors import NotSupportedError
from autogluon_client.predictors.predictor_types import known_types, predictor_type
from tests.fakes.account import FakeAws

TOY = dedent(
    """
    from autogluon_client.predictors.base_predictor import BaseCloudPredictor
    from autogluon_client.predictors.predictor_types import PredictorType
    from autogluon_client.predictors.tabular.endpoint import TabularEndpoint
    from autogluon_client.workflows.train_request import fit_request

    class ToyCloudPredictor(BaseCloudPredictor):
        predictor_type = "{name}"
        endpoint_class = TabularEndpoint

        def fit(self, train_data):
            self._checked_spec(None)
            self._train(fit_request(train_data=train_data), name="toy", wait=False)

    PREDICTOR_TYPE = PredictorType(
        predictor_class=ToyCloudPredictor,
        endpoint_class=TabularEndpoint,
        label_argument=None,
    )
    """
)


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a type whose folder was dropped beside the others."""
    name = "toy_dropped"
    folder = tmp_path / name
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "predictor_type.py").write_text(TOY.format(name=name))
    (tmp_path / "unrelated").mkdir()
    (tmp_path / "unrelated" / "__init__.py").write_text("")
    monkeypatch.setattr(predictors, "__path__", [*predictors.__path__, str(tmp_path)])
    return name


def test_tabular_is_a_type_like_any_other() -> None:
    assert known_types() == (
        "linear_learner", "multimodal", "script", "tabular", "timeseries", "xgboost"
    )  # fmt: skip
    found = predictor_type("tabular")
    assert found.predictor_class is TabularCloudPredictor
    assert found.endpoint_class is TabularEndpoint
    assert found.label_argument == "label"


def test_a_folder_that_is_dropped_beside_the_others_is_a_type(toy: str, session: FakeAws) -> None:
    assert toy in known_types()
    spec = session.ssm.values["/autogluon/sandbox/predictors/income/spec"]
    session.ssm.values["/autogluon/sandbox/predictors/income/spec"] = {**spec, "type": toy}
    predictor = CloudPredictor(toy, predictor="income", session=session, verbosity=0)
    predictor.fit("s3://data/train.csv")
    assert predictor.get_fit_job_status() == "InProgress"
    assert predictor.attach_endpoint("autogluon-sandbox-income") is None


def test_a_mistyped_type_names_the_near_one() -> None:
    with pytest.raises(NotSupportedError, match=r'did you mean "tabular"\?'):
        predictor_type("tabluar")


def test_a_predictor_of_another_type_names_its_class(toy: str, session: FakeAws) -> None:
    predictor = CloudPredictor(toy, predictor="income", session=session, verbosity=0)
    with pytest.raises(NotSupportedError, match=r"Use CloudPredictor\('tabular'\)"):
        predictor.fit("s3://data/train.csv")
