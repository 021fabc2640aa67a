"""Several people deploy to one endpoint; each is warned before getting another model's answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from autogluon_client import TabularCloudPredictor
from autogluon_client.errors import EndpointOffError, OtherModelError
from tests.fakes.account import FakeAws
from tests.fakes.sandbox import PACKAGE, SPEC_PARAMETER, spec

LIVE = "/autogluon/sandbox/predictors/income/live-model"
ENDPOINT = "autogluon-sandbox-income"
ANOTHER = PACKAGE.replace("/3", "/4")
ROWS = pd.DataFrame({"n": [1]})


@pytest.fixture
def account(trained: FakeAws) -> FakeAws:
    trained.states.finish("promote", {"live_model": PACKAGE})
    trained.ssm.values[LIVE] = PACKAGE
    trained.runtime.container = lambda *_: json.dumps({"class": "a", "a_proba": 1.0}).encode()
    return trained


@pytest.fixture
def mine(predictor: TabularCloudPredictor, account: FakeAws) -> TabularCloudPredictor:
    """An object that trained and deployed version 3."""
    predictor.fit("s3://data/train.csv", job_name="monday")
    predictor.deploy()
    return predictor


def _calls(predictor: TabularCloudPredictor) -> list[Callable[[Any], Any]]:
    return [predictor.predict_real_time, predictor.predict_proba_real_time]


def test_ones_own_live_model_answers(mine: TabularCloudPredictor) -> None:
    assert mine.predict_real_time(ROWS).tolist() == ["a"]
    assert mine.predict_proba_real_time(ROWS)["a"].tolist() == [1.0]


def test_another_ones_live_model_is_not_asked(
    mine: TabularCloudPredictor, account: FakeAws
) -> None:
    account.ssm.values[LIVE] = ANOTHER
    for call in _calls(mine):
        with pytest.raises(OtherModelError) as caught:
            call(ROWS)
        sentence = str(caught.value)
        assert "answers from version 4 of predictor 'income', not from version 3" in sentence
        assert "Call deploy() " in sentence
        assert f"attach_endpoint('{ENDPOINT}')" in sentence
    assert account.runtime.bodies == []


def test_deploying_again_and_attaching_mend_it(
    mine: TabularCloudPredictor, account: FakeAws
) -> None:
    account.ssm.values[LIVE] = ANOTHER
    mine.attach_endpoint(ENDPOINT)
    assert mine.predict_real_time(ROWS).tolist() == ["a"]
    mine.deploy()
    with pytest.raises(OtherModelError):
        mine.predict_real_time(ROWS)
    account.ssm.values[LIVE] = PACKAGE
    assert mine.predict_real_time(ROWS).tolist() == ["a"]


def test_an_endpoint_that_somebody_took_down_is_off(
    mine: TabularCloudPredictor, account: FakeAws
) -> None:
    account.ssm.values[LIVE] = "none"
    with pytest.raises(EndpointOffError, match=r"no model in service.*Call deploy\(\)"):
        mine.predict_real_time(ROWS)


def test_cleaning_up_leaves_another_ones_model_in_service(
    mine: TabularCloudPredictor, account: FakeAws
) -> None:
    account.ssm.values[LIVE] = ANOTHER
    with pytest.raises(OtherModelError, match="version 4"):
        mine.cleanup_deployment()
    assert account.states.only_input("promote")["model"] == PACKAGE  # the deployment, no `none`
    assert mine.endpoint_name == ENDPOINT


@pytest.mark.parametrize("live", [PACKAGE, "none"])
def test_cleaning_up_takes_ones_own_model_away_and_goes_on_after_an_interruption(
    mine: TabularCloudPredictor, account: FakeAws, live: str
) -> None:
    account.ssm.values[LIVE] = live
    mine.cleanup_deployment()
    assert account.states.inputs_of("promote")[-1] == {"predictor": "income", "model": "none"}


def test_an_attached_endpoint_of_another_predictor_is_the_one_taken_down(
    predictor: TabularCloudPredictor, account: FakeAws
) -> None:
    account.sagemaker.add_endpoint(name="autogluon-sandbox-unserved")
    predictor.attach_endpoint("autogluon-sandbox-unserved")
    predictor.cleanup_deployment()
    assert account.states.only_input("promote") == {"predictor": "unserved", "model": "none"}


def test_without_an_endpoint_of_ones_own_nothing_is_cleaned_up(
    mine: TabularCloudPredictor, account: FakeAws
) -> None:
    fresh = TabularCloudPredictor(predictor="income", session=account, verbosity=0)
    mine.detach_endpoint()
    before = dict(account.states.executions)
    for stranger in (fresh, mine):
        with pytest.raises(EndpointOffError, match="No endpoint is attached"):
            stranger.cleanup_deployment()
    assert account.states.executions == before


def test_a_saved_object_still_knows_what_it_deployed(
    mine: TabularCloudPredictor, account: FakeAws, tmp_path: Path
) -> None:
    mine.save(silent=True)
    account.ssm.values[LIVE] = ANOTHER
    loaded = TabularCloudPredictor.load(tmp_path / "out", verbosity=0, session=account)
    with pytest.raises(OtherModelError):
        loaded.predict_real_time(ROWS)


@pytest.mark.parametrize(("model", "refused"), [(3, True), (4, False), ("latest-approved", False)])
def test_a_version_that_was_asked_for_counts_and_a_name_for_many_does_not(
    mine: TabularCloudPredictor, account: FakeAws, model: int | str, refused: bool
) -> None:
    mine.deploy(model=model)
    account.ssm.values[LIVE] = ANOTHER
    if refused:
        with pytest.raises(OtherModelError):
            mine.predict_real_time(ROWS)
    else:
        assert mine.predict_real_time(ROWS).tolist() == ["a"]


def test_objects_without_a_model_of_their_own_use_what_is_live(account: FakeAws) -> None:
    predictor = TabularCloudPredictor(predictor="income", session=account, verbosity=0)
    for attach in (predictor.deploy, lambda: predictor.attach_endpoint(ENDPOINT)):
        attach()
        account.ssm.values[LIVE] = ANOTHER
        assert predictor.predict_real_time(ROWS).tolist() == ["a"]


def test_a_job_of_another_predictor_does_not_confuse_the_endpoints_model(
    account: FakeAws,
) -> None:
    predictor = TabularCloudPredictor(session=account, verbosity=0)
    predictor.attach_job(_fitted(account, "income"))
    predictor.deploy()
    predictor.attach_job(_fitted(account, "unserved"))
    assert predictor.predict_real_time(ROWS).tolist() == ["a"]


def _fitted(account: FakeAws, name: str) -> str:
    other = TabularCloudPredictor(predictor=name, session=account, verbosity=0)
    other.fit("s3://data/train.csv", job_name=f"fit-{name}")
    return f"fit-{name}"


def test_the_main_variant_answers_for_who_deployed_the_live_model(
    predictor: TabularCloudPredictor, account: FakeAws
) -> None:
    beside = {"weight": 9.0, "instance_type": "ml.m5.large", "initial_instance_count": 1}
    endpoint = {**spec()["endpoint"], "variants": {"challenger": beside}}
    account.ssm.values[SPEC_PARAMETER] = json.dumps(spec(endpoint=endpoint))
    account.runtime.variants = ("challenger", "AllTraffic")
    predictor.fit("s3://data/train.csv", job_name="monday")
    predictor.deploy()
    predictor.predict_real_time(ROWS)
    predictor.attach_endpoint(ENDPOINT)
    predictor.predict_real_time(ROWS)
    assert account.runtime.asked_variants == ["AllTraffic", None]
