"""First experiments: no predictor named, any label, other instances; no YAML to edit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from autogluon_cli.deployment.cdk import Cdk
from autogluon_client import CloudPredictor, TabularCloudPredictor
from autogluon_client.environment.deployment import Deployment
from autogluon_client.errors import ExecutionFailedError, OtherModelError
from autogluon_demo.cdk import ROOT
from tests.e2e.support import Account, endpoint_names, live_model

ENDPOINT = "autogluon-sandbox-sandbox"
FIT_ARGS = {"time_limit": 60, "hyperparameters": {"GBM": {"num_boost_round": 10}}}


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    return pd.read_csv(ROOT / "examples" / "income" / "train.csv", nrows=1500)


@pytest.fixture(scope="module")
def older(
    account: Account,
    deployment: Deployment,
    people: pd.DataFrame,
    tmp_path_factory: pytest.TempPathFactory,
) -> Any:
    """AutoGluon Cloud's older form, word for word, fitted and deployed on another type."""
    assert "sandbox" in deployment.predictors
    folder: Path = tmp_path_factory.mktemp("older")
    people.to_csv(folder / "train.csv", index=False)
    fit_args = {"train_data": str(folder / "train.csv"), **FIT_ARGS}
    predictor = CloudPredictor("tabular", session=account.session, verbosity=0).fit(
        {"label": "class", "eval_metric": "roc_auc"},
        fit_args,
        framework_version="latest",
        instance_type="ml.m5.xlarge",
    )
    predictor.deploy(instance_type="ml.m5.xlarge", initial_instance_count=2)
    return predictor


def _instances(account: Account) -> tuple[str, int]:
    sagemaker = account.client("sagemaker")
    name = sagemaker.describe_endpoint(EndpointName=ENDPOINT)["EndpointConfigName"]
    [variant] = sagemaker.describe_endpoint_config(EndpointConfigName=name)["ProductionVariants"]
    return variant["InstanceType"], variant["InitialInstanceCount"]


def test_the_older_form_works_without_a_word_about_predictors(
    account: Account, older: Any, people: pd.DataFrame
) -> None:
    assert older.predictor == "sandbox"
    assert _instances(account) == ("ml.m5.xlarge", 2)
    rows = people.head(20)
    assert set(older.predict_real_time(rows)) <= {"<=50K", ">50K"}
    assert set(older.predict_real_time(rows, decision_threshold=0.0)) == {">50K"}
    [model] = older.leaderboard()["model"].head(1)
    asked = older.predict_real_time(rows, inference_kwargs={"model": model})
    pd.testing.assert_series_equal(asked, older.predict_real_time(rows))


def test_chosen_instances_outlive_a_deployment_and_the_next_model_with_another_label(
    account: Account, older: Any, people: pd.DataFrame, cdk: Cdk
) -> None:
    assert older.endpoint_name == ENDPOINT
    cdk.deploy()
    assert _instances(account) == ("ml.m5.xlarge", 2)
    newer = TabularCloudPredictor(session=account.session, verbosity=0)
    persons = people.drop(columns=["class"])
    newer.fit(
        persons,
        predictor_init_args={"label": "age", "problem_type": "regression"},
        predictor_fit_args=FIT_ARGS,
    )
    newer.deploy()
    assert _instances(account) == ("ml.m5.xlarge", 2)
    assert newer.predict_real_time(persons.head(5)).between(0, 120).all()
    with pytest.raises(OtherModelError, match=r"not from version .* Call deploy\(\)"):
        older.predict_real_time(people.head(5))
    newer.deploy(instance_type="ml.m5.large")
    assert _instances(account) == ("ml.m5.large", 2)


def test_quantiles_are_columns_by_level_from_the_endpoint_and_in_a_batch(
    account: Account, older: Any, people: pd.DataFrame
) -> None:
    persons = people.drop(columns=["class"])
    predictor = TabularCloudPredictor(session=account.session, verbosity=0)
    predictor.fit(
        persons,
        predictor_init_args={
            "label": "age",
            "problem_type": "quantile",
            "quantile_levels": [0.9, 0.1, 0.5],
        },
        predictor_fit_args=FIT_ARGS,
    )
    predictor.deploy()
    asked = persons.head(40).drop(columns=["age"])
    quantiles = predictor.predict_real_time(asked)
    assert list(quantiles.columns) == [0.1, 0.5, 0.9]
    assert (quantiles[0.1] <= quantiles[0.9]).mean() > 0.9
    pd.testing.assert_frame_equal(predictor.predict(asked, persist=False), quantiles)
    assert "LightGBM" in set(predictor.leaderboard()["model"])


def test_what_the_yaml_does_not_allow_is_refused_and_changes_nothing(
    account: Account, older: Any
) -> None:
    before = _instances(account)
    with pytest.raises(ExecutionFailedError, match=r'got "ml\.m5\.24xlarge"\. Allowed'):
        older.deploy(instance_type="ml.m5.24xlarge")
    with pytest.raises(ExecutionFailedError, match=r"initial_instance_count: got 3\. Allowed"):
        older.deploy(initial_instance_count=3)
    assert _instances(account) == before


@pytest.mark.usefixtures("deployment")
def test_a_run_without_a_label_is_refused(account: Account, people: pd.DataFrame) -> None:
    predictor = TabularCloudPredictor(session=account.session, verbosity=0)
    with pytest.raises(ExecutionFailedError, match=r"init_args\.label: missing"):
        predictor.fit(people, predictor_fit_args=FIT_ARGS)


def test_the_endpoint_starts_on_the_yamls_instances_again_after_it_was_off(
    account: Account, deployment: Deployment, older: Any
) -> None:
    with pytest.raises(OtherModelError):
        older.cleanup_deployment()  # the newer one's model is live
    older.attach_endpoint(ENDPOINT)
    older.cleanup_deployment()
    assert ENDPOINT not in endpoint_names(account)
    assert live_model(account, deployment, "sandbox") == "none"
    older.deploy()
    assert _instances(account) == ("ml.m5.large", 1)
    older.cleanup_deployment()
