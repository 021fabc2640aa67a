"""Settings of serverless endpoints: what they say by default, and what cannot be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from autogluon_constructs.predictor.image_registry import ResolvedImage
from autogluon_constructs.predictor.predictor_spec import predictor_spec
from autogluon_constructs.settings import (
    Environment,
    ServerlessEndpoint,
    SettingsError,
    load_environment,
    parse_environment,
)
from autogluon_contracts.documents.predictor_spec import ServerlessSpec

EXAMPLES = Path(__file__).parents[3] / "examples" / "modes"
SCALING = {"min_capacity": 1, "max_capacity": 3}
GROUP = {"subnets": ["subnet-0123456789abcdef0"], "security_groups": ["sg-0123456789abcdef0"]}


def environment(
    predictor: dict[str, Any] | None = None, others: dict[str, Any] | None = None, **endpoint: Any
) -> Environment:
    declared = {
        "init_args": {"label": "y"},
        "endpoint": {"mode": "serverless", "network_isolation": False, **endpoint},
        **(predictor or {}),
    }
    document = {**(others or {}), "predictors": {"p": declared}}
    return parse_environment("dev", document, file="config/dev.yaml")


def parsed(**endpoint: Any) -> ServerlessEndpoint:
    found = environment(**endpoint).predictors["p"].endpoint
    assert isinstance(found, ServerlessEndpoint)
    return found


def test_the_defaults_keep_nothing_warm() -> None:
    endpoint = parsed()
    assert (endpoint.memory_mb, endpoint.max_concurrency) == (4096, 5)
    assert endpoint.provisioned_concurrency is None
    variant = endpoint.main_variant
    assert variant.memory_mb == 4096
    assert endpoint.all_instance_types == ()


@pytest.mark.parametrize(
    ("endpoint", "refusal"),
    [
        ({"memory_mb": 4000}, "memory_mb: got 4000; allowed: 1024, 2048, 3072, 4096, 5120 or 6144"),
        ({"max_concurrency": 201}, "max_concurrency: got 201; allowed: less than or equal to 200"),
        (
            {"max_concurrency": 2, "provisioned_concurrency": 3},
            "provisioned_concurrency 3 is above max_concurrency 2",
        ),
        ({"autoscaling": SCALING}, "autoscaling without provisioned_concurrency: SageMaker itself"),
        (
            {"provisioned_concurrency": 4, "autoscaling": SCALING},
            "provisioned_concurrency 4 lies outside autoscaling's min_capacity 1 to max_capacity 3",
        ),
        (
            {"max_concurrency": 2, "provisioned_concurrency": 1, "autoscaling": SCALING},
            "autoscaling.max_capacity: got 3 with max_concurrency 2",
        ),
        (
            {
                "provisioned_concurrency": 1,
                "autoscaling": {
                    **SCALING,
                    "schedules": {
                        "night": {
                            "expression": "cron(0 20 * * ? *)",
                            "min_capacity": 0,
                            "max_capacity": 1,
                        }
                    },
                },
            },
            "schedules.night.min_capacity: got 0, and SageMaker scales provisioned concurrency",
        ),
        ({"instance_type": "ml.m5.large"}, "instance_type: a serverless endpoint has no instances"),
        ({"initial_instance_count": 2}, "a serverless endpoint has no instances to count"),
        ({"accelerator_type": "ml.eia2.medium"}, "Elastic Inference is retired; .* 'serverless'"),
        ({"data_capture": {}}, "SageMaker captures no data of serverless endpoints"),
        ({"variants": {}}, "a serverless endpoint has one variant"),
        ({"volume_size_gb": 50}, "a serverless container has 5 GB of storage"),
        ({"success_topic_arn": "x"}, "only asynchronous endpoints notify topics"),
        ({"network": {"mode": "existing", **GROUP}}, "cannot run in a VPC"),
        ({"network_isolation": True}, "whose containers cannot be isolated"),
        ({"alarms": {"oldest_request_seconds": 9}}, "whose requests do not wait in a queue"),
    ],
)
def test_what_cannot_be_is_refused_with_an_alternative(
    endpoint: dict[str, Any], refusal: str
) -> None:
    with pytest.raises(SettingsError, match=refusal):
        parsed(**endpoint)


@pytest.mark.parametrize(
    ("predictor", "refusal"),
    [
        (
            {"batch": {"instance_type": "ml.g5.xlarge"}},
            "batch.instance_type: got 'ml.g5.xlarge', a GPU type, with endpoint.mode 'serverless'",
        ),
        ({"serving": {"workers": 2}}, "serving.workers: got 2 with endpoint.mode 'serverless'"),
        (
            {"serving": {"request_timeout_seconds": 61}},
            "request_timeout_seconds: got 61 with endpoint.mode 'serverless'; allowed: at most 60",
        ),
    ],
)
def test_other_sections_must_suit_it(predictor: dict[str, Any], refusal: str) -> None:
    with pytest.raises(SettingsError, match=refusal):
        environment(predictor)


@pytest.mark.parametrize(
    ("others", "endpoint", "refusal"),
    [
        ({}, {"network_isolation": None}, "give network_isolation: false to serve without"),
        ({"network": {"mode": "created"}}, {}, "give network: {mode: none} to serve outside of it"),
        ({"encryption": {"volumes": "required"}}, {}, "its storage takes no key of yours"),
        ({"region": "cn-north-1"}, {}, "in region cn-north-1, where SageMaker has no serverless"),
    ],
)
def test_what_the_environment_gives_is_given_up_knowingly(
    others: dict[str, Any], endpoint: dict[str, Any], refusal: str
) -> None:
    with pytest.raises(SettingsError, match=refusal):
        environment(None, others, **endpoint)


def test_jobs_stay_isolated_and_in_the_vpc_beside_it() -> None:
    settings = environment(None, {"network": {"mode": "created"}}, network={"mode": "none"})
    assert settings.is_isolated("p")
    assert not settings.is_endpoint_isolated("p")
    settings = environment(None, {"network_isolation": False}, network_isolation=None)
    assert not settings.is_endpoint_isolated("p")


@pytest.mark.parametrize("mode", ["real-time", "asynchronous"])
@pytest.mark.parametrize("alarm", ["concurrency_percent", "model_setup_ms"])
def test_its_alarms_are_refused_where_their_metrics_do_not_exist(mode: str, alarm: str) -> None:
    endpoint = {"mode": mode, "instance_type": "ml.m5.large", "alarms": {alarm: 90}}
    predictors = {"p": {"init_args": {"label": "y"}, "endpoint": endpoint}}
    with pytest.raises(SettingsError, match=f"alarms.{alarm}: only serverless endpoints have"):
        parse_environment("dev", {"predictors": predictors}, file="config/dev.yaml")


@pytest.mark.parametrize(
    "chosen", [{"instance_type": "ml.m5.large"}, {"initial_instance_count": 2}]
)
def test_a_schedule_cannot_choose_its_instances(chosen: dict[str, Any]) -> None:
    promote = {
        "workflow": "promote",
        "expression": "rate(7 days)",
        "input": {"model": "latest-approved", **chosen},
    }
    with pytest.raises(SettingsError, match="the endpoint is serverless, without instances"):
        environment({"schedules": {"weekly": promote}})


def test_its_spec_has_no_instances_and_one_worker() -> None:
    settings = environment(provisioned_concurrency=2)
    spec = predictor_spec(
        environment="dev",
        name="p",
        predictor=settings.predictors["p"],
        tags={},
        network_isolation=True,
        image=ResolvedImage("1.6.3", "image", "image", None),
    )
    assert spec.endpoint is not None
    assert spec.endpoint.serverless == ServerlessSpec(
        memory_mb=4096, max_concurrency=5, provisioned_concurrency=2
    )
    assert (spec.endpoint.mode, spec.endpoint.instance_type) == ("serverless", None)
    assert spec.endpoint.allowed_instance_types == ()
    assert spec.serving.server is not None
    assert (spec.serving.server.workers, spec.serving.server.preload) == (1, False)


def test_the_example_is_valid() -> None:
    settings = load_environment("serverless", EXAMPLES)
    assert isinstance(settings.predictors["homes"].endpoint, ServerlessEndpoint)
