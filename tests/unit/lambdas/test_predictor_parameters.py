"""The parameters of predictors: written, restored and deleted by custom resources."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import boto3
import pytest
from moto import mock_aws

from autogluon_contracts.documents.declared_predictors import DeclaredPredictors
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.documents.spec_parameter import read_spec
from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.adapters.ssm_parameters import SsmParameters
from autogluon_lambdas.handlers import _custom_resource, keep_live_models
from autogluon_lambdas.handlers import _wiring as wiring
from autogluon_lambdas.logic.deployment.keep_live_models import LiveModelKeeper
from autogluon_lambdas.logic.deployment.write_predictors import PredictorWriter
from tests.fakes.sandbox import spec

PREFIX = "/autogluon/sandbox/predictors"
VERSION = "arn:aws:sagemaker:us-east-1:123456789012:model-package/autogluon-sandbox-income/3"
SOURCE = "/autogluon/sandbox/predictors-source"


class MemoryParameters:
    """A `Parameters` in memory, which counts what it writes."""

    def __init__(self, values: dict[str, str] | None = None) -> None:
        self.values = dict(values or {})
        self.written: list[str] = []

    def value(self, name: str) -> str | None:
        return self.values.get(name)

    def below(self, path: str) -> dict[str, str]:
        return {name: text for name, text in self.values.items() if name.startswith(f"{path}/")}

    def put(self, name: str, value: str, description: str) -> None:
        assert description
        self.written.append(name)
        self.values[name] = value

    def create(self, name: str, value: str, description: str) -> None:
        if name not in self.values:
            self.put(name, value, description)

    def delete(self, names: Sequence[str]) -> None:
        for name in names:
            self.values.pop(name, None)


class Deployment:
    """What CloudFormation does with the custom resource."""

    def __init__(self, values: dict[str, str] | None = None) -> None:
        self.parameters = MemoryParameters(values)
        self.files: dict[S3Location, bytes] = {}
        self.status = "UPDATE_IN_PROGRESS"
        self.writer = PredictorWriter(
            self.parameters, self.files.__getitem__, lambda _: self.status
        )

    def write(self, source: str, *specs: dict[str, Any]) -> str:
        declared = DeclaredPredictors(specs={entry["name"]: entry for entry in specs})
        self.files[S3Location("the-assets", f"{source}.json")] = declared.to_text().encode()
        return self.send("Create", source)

    def send(self, kind: str, source: str) -> str:
        return self.writer.act(
            {
                "RequestType": kind,
                "StackId": "stack",
                "PhysicalResourceId": f"s3://the-assets/{source}.json",
                "ResourceProperties": {
                    "Environment": "sandbox",
                    "Source": f"s3://the-assets/{source}.json",
                    "Registry": "1.dkr.ecr.eu-west-1.amazonaws.com",
                    "Algorithms": {"xgboost": "x.dkr.ecr", "linear_learner": "l.dkr.ecr"},
                },
            }
        )

    @property
    def predictors(self) -> dict[str, str]:
        found = self.parameters.below(PREFIX)
        return {name.removeprefix(f"{PREFIX}/"): value for name, value in found.items()}

    def spec(self, predictor: str) -> PredictorSpec:
        folder = f"{PREFIX}/{predictor}"
        return read_spec(
            self.parameters.values[f"{folder}/spec"],
            lambda part: self.parameters.values.get(f"{folder}/{part}"),
        )


def declared(name: str = "income", **changes: Any) -> dict[str, Any]:
    image = "{registry}/autogluon:1"
    return spec(name=name, image_uri=image, inference_image_uri=image, **changes)


LONG = {"hyperparameters": "x" * 20_000}


def test_each_algorithm_has_the_host_of_its_own_registry() -> None:
    deployment = Deployment()
    facts = {"init_args": {"label": "y", "problem_type": "binary"}, "fit_args": {"num_round": 1}}
    deployment.write(
        "first",
        spec(
            name="trees", type="xgboost", image_uri="{algorithms}/sagemaker-xgboost:1.7-1", **facts
        ),
        spec(
            name="lines", type="linear_learner", image_uri="{algorithms}/linear-learner:1", **facts
        ),
    )
    assert deployment.spec("trees").image_uri == "x.dkr.ecr/sagemaker-xgboost:1.7-1"
    assert deployment.spec("lines").image_uri == "l.dkr.ecr/linear-learner:1"


def test_a_first_deployment_has_specs_and_no_live_models() -> None:
    deployment = Deployment()

    deployment.write("one", declared(), declared("housing"))

    assert set(deployment.predictors) == {
        "income/spec",
        "income/live-model",
        "housing/spec",
        "housing/live-model",
    }
    assert deployment.predictors["income/live-model"] == "none"
    assert deployment.spec("income").image_uri == "1.dkr.ecr.eu-west-1.amazonaws.com/autogluon:1"


def test_variants_have_live_models_of_their_own_while_the_settings_name_them() -> None:
    deployment = Deployment()
    beside = {"weight": 0.1, "instance_type": "ml.m5.large", "initial_instance_count": 1}
    endpoint = {**spec()["endpoint"], "variants": {"challenger": beside, "shadow": beside}}
    deployment.write("one", declared(endpoint=endpoint))
    assert deployment.predictors["income/variants/challenger/live-model"] == "none"
    for name in ("live-model", "variants/challenger/live-model"):
        deployment.parameters.values[f"{PREFIX}/income/{name}"] = VERSION

    deployment.write(
        "two", declared(endpoint={**endpoint, "variants": {"challenger": {**beside, "weight": 1}}})
    )
    deployment.send("Delete", "one")

    assert set(deployment.predictors) == {
        "income/spec",
        "income/live-model",
        "income/variants/challenger/live-model",
    }
    assert deployment.predictors["income/variants/challenger/live-model"] == VERSION


def test_a_deployment_keeps_live_models_and_writes_only_what_changed() -> None:
    deployment = Deployment()
    deployment.write("one", declared(), declared("housing"))
    deployment.parameters.values[f"{PREFIX}/income/live-model"] = VERSION
    deployment.parameters.written.clear()

    deployment.write("two", declared(), declared("housing", fit_args={"time_limit": 1}))

    assert deployment.predictors["income/live-model"] == VERSION
    assert deployment.parameters.written == [f"{PREFIX}/housing/spec", SOURCE]


def test_a_long_spec_is_written_in_parts_and_the_old_parts_go_last() -> None:
    deployment = Deployment()
    one = deployment.write("one", declared(fit_args=LONG))
    deployment.write("two", declared(fit_args={**LONG, "presets": None}))

    assert deployment.spec("income").fit_args == {**LONG, "presets": None}
    assert len([name for name in deployment.predictors if "/spec/" in name]) == 6

    assert deployment.send("Delete", "one") == one
    assert len([name for name in deployment.predictors if "/spec/" in name]) == 3
    assert deployment.spec("income").fit_args == {**LONG, "presets": None}


def test_a_predictor_that_is_declared_no_longer_goes_once_the_update_has_succeeded() -> None:
    deployment = Deployment()
    deployment.write("one", declared(), declared("housing"))

    deployment.write("two", declared())
    assert "housing/live-model" in deployment.predictors

    deployment.send("Delete", "one")
    assert set(deployment.predictors) == {"income/spec", "income/live-model"}


def test_an_update_that_is_rolled_back_leaves_everything_as_it_was() -> None:
    deployment = Deployment()
    deployment.write("one", declared(), declared("housing"))
    deployment.parameters.values[f"{PREFIX}/housing/live-model"] = VERSION
    before = dict(deployment.parameters.values)
    deployment.write("two", declared(fit_args={"time_limit": 1}), declared("new"))

    deployment.send("Update", "one")
    deployment.send("Delete", "two")

    assert deployment.parameters.values == before


@pytest.mark.parametrize("status", ["DELETE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS"])
def test_nothing_is_left_of_a_stack_that_is_deleted(status: str) -> None:
    deployment = Deployment()
    deployment.write("one", declared(fit_args=LONG))
    deployment.status = status

    deployment.send("Delete", "one")

    assert deployment.parameters.values == {}


@pytest.mark.parametrize("wrote", [True, False])
def test_an_upgrade_that_is_rolled_back_leaves_the_parameters_to_the_code_of_before(
    wrote: bool,
) -> None:
    deployment = Deployment({f"{PREFIX}/income/live-model": VERSION})
    if wrote:
        deployment.write("one", declared())
    deployment.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    before = dict(deployment.parameters.values)

    deployment.send("Delete", "one")

    assert deployment.parameters.values == before


def _keeper_event(kind: str) -> dict[str, Any]:
    return {"RequestType": kind, "ResourceProperties": {"Environment": "sandbox"}}


REQUEST = {"LogicalResourceId": "Resource", "RequestId": "1"}
EARLIER = {
    f"{PREFIX}/income/spec": "{}",
    f"{PREFIX}/income/live-model": VERSION,
    f"{PREFIX}/housing/live-model": "none",
}


def test_an_upgrade_keeps_the_live_models_that_cloudformation_deletes() -> None:
    parameters = MemoryParameters(EARLIER)
    LiveModelKeeper(parameters).act(_keeper_event("Create"))
    parameters.delete(list(EARLIER))
    deployment = Deployment(parameters.values)

    deployment.write("one", declared(), declared("housing"))

    assert deployment.predictors["income/live-model"] == VERSION
    assert deployment.predictors["housing/live-model"] == "none"
    assert deployment.parameters.below("/autogluon/sandbox/kept-live-models") == {}


def test_a_promotion_after_half_an_upgrade_wins_over_the_copy() -> None:
    parameters = MemoryParameters(EARLIER)
    LiveModelKeeper(parameters).act(_keeper_event("Create"))
    parameters.put(f"{PREFIX}/income/live-model", VERSION.replace("/3", "/4"), "promoted")
    deployment = Deployment(parameters.values)

    deployment.write("one", declared())

    assert deployment.predictors["income/live-model"].endswith("/4")


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_a_new_deployment_and_later_ones_have_nothing_to_keep(kind: str) -> None:
    parameters = MemoryParameters({} if kind == "Create" else EARLIER)
    before = dict(parameters.values)

    LiveModelKeeper(parameters).act(_keeper_event(kind))

    assert parameters.values == before


def test_an_upgrade_of_foundation_that_is_rolled_back_leaves_no_copies() -> None:
    parameters = MemoryParameters(EARLIER)
    LiveModelKeeper(parameters).act(_keeper_event("Create"))

    LiveModelKeeper(parameters).act(_keeper_event("Delete"))

    assert parameters.values == EARLIER


@pytest.mark.parametrize(
    ("event", "answered"),
    [
        ({"RequestType": "Create"}, "kept-live-models"),
        ({"RequestType": "Delete", "PhysicalResourceId": "Resource-1"}, "Resource-1"),
    ],
)
def test_copies_are_deleted_under_the_id_that_a_failed_creation_got(
    event: dict[str, str], answered: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids: list[str] = []

    def send(_: dict[str, Any], *, physical_id: str, failure: str | None) -> None:
        assert failure is None
        ids.append(physical_id)

    monkeypatch.setattr(wiring, "parameters", MemoryParameters)
    monkeypatch.setattr(_custom_resource, "send_response", send)

    keep_live_models.handler({**_keeper_event("Create"), **event, **REQUEST}, None)

    assert ids == [answered]


@pytest.fixture
def ssm(monkeypatch: pytest.MonkeyPatch) -> Iterator[SsmParameters]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield SsmParameters(boto3.client("ssm", region_name="us-east-1"))


def test_parameters_are_written_read_and_deleted(ssm: SsmParameters) -> None:
    names = [f"{PREFIX}/p{number}/spec" for number in range(23)]
    for name in names:
        ssm.put(name, "{}", "a spec")
    ssm.put(names[0], json.dumps({"x": "y" * 5000}), "a longer spec")
    ssm.create(names[1], "none", "not written")

    assert set(ssm.below(PREFIX)) == set(names)
    assert ssm.value(names[1]) == "{}"
    assert ssm.value(f"{PREFIX}/never") is None
    ssm.delete([*names, f"{PREFIX}/never"])
    assert ssm.below(PREFIX) == {}


def test_an_error_that_is_not_about_the_parameter_stays_what_it_is() -> None:
    from tests.unit.lambdas.test_adapters import _stubbed

    for operation, call in (
        ("put_parameter", lambda ssm: ssm.create("/a", "b", "c")),
        ("get_parameter", lambda ssm: ssm.value("/a")),
    ):
        denied = SsmParameters(_stubbed("ssm", (operation, ("AccessDeniedException", "no"))))
        with pytest.raises(Exception, match="AccessDenied"):
            call(denied)
