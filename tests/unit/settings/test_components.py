"""Settings of shared endpoints and of the components on them: what fits, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from autogluon_constructs.predictor.image_registry import ResolvedImage
from autogluon_constructs.predictor.predictor_spec import predictor_spec
from autogluon_constructs.settings import (
    ComponentEndpoint,
    Environment,
    SettingsError,
    load_environment,
    parse_environment,
)
from autogluon_contracts.documents.predictor_spec import ComponentSpec

EXAMPLES = Path(__file__).parents[3] / "examples/modes"
_SHARED = {"small": {"instance_type": "ml.m5.large", "max_instances": 2}}


def environment(
    endpoint: dict[str, Any] | None = None,
    shared: dict[str, Any] | None = None,
    predictor: dict[str, Any] | None = None,
    **settings: Any,
) -> Environment:
    component = {"mode": "component", "shared_endpoint": "small", **(endpoint or {})}
    values = {
        "shared_endpoints": _SHARED if shared is None else shared,
        "predictors": {
            "p": {"init_args": {"label": "y"}, "endpoint": component, **(predictor or {})}
        },
        **settings,
    }
    return parse_environment("dev", values, file="config/dev.yaml")


def problem(*arguments: Any, **settings: Any) -> str:
    with pytest.raises(SettingsError) as caught:
        environment(*arguments, **settings)
    return str(caught.value)


def small(**settings: Any) -> dict[str, Any]:
    return {"small": {"instance_type": "ml.m5.large", **settings}}


@pytest.mark.parametrize(
    ("endpoint", "sentence"),
    [
        (
            {"shared_endpoint": "smal"},
            "endpoint.shared_endpoint: got 'smal'; shared_endpoints has small",
        ),
        ({"instance_type": "ml.m5.large"}, "its shared endpoint has the instances"),
        ({"initial_instance_count": 2}, "has copies instead of instances"),
        ({"capture": {}}, "not supported with mode 'component' yet"),
        ({"variants": {}}, "not supported with mode 'component' yet"),
        ({"shadow": {}}, "not supported with mode 'component' yet"),
        ({"accelerators": 1}, "accelerators are not supported with mode 'component' yet"),
        ({"success_topic_arn": "arn"}, "only asynchronous endpoints notify topics"),
        ({"min_copies": 0}, "give autoscaling with min_capacity and max_capacity"),
        ({"network": {"mode": "none"}}, "its shared endpoint decides the network"),
        ({"alarms": {"model_setup_ms": 5}}, "alarms.model_setup_ms with mode 'component'"),
        ({"memory_mb": 9000}, "memory_mb: got 9000, but an instance of shared endpoint 'small'"),
        ({"cpus": 3}, "cpus: got 3, but an instance"),
        ({"memory_mb": 2_345_678}, "memory_mb: got 2345678, but an instance"),
        ({"copies": 2, "memory_mb": 5000}, "new copies start beside the old ones"),
        (
            {"autoscaling": {"max_capacity": 100, "target_invocations_per_copy": 1}},
            "autoscaling.max_capacity: got 100, but the 2 x ml.m5.large of shared endpoint 'small' "
            "have room for 4 copies of 1024 MB and 1 vCPUs",
        ),
        (
            {
                # 8 GiB hold two copies of 3,000 MB, and those of two instances hold five at no time
                "memory_mb": 3000,
                "autoscaling": {
                    "max_capacity": 4,
                    "target_invocations_per_copy": 1,
                    "schedules": {
                        "office": {
                            "expression": "cron(0 8 * * ? *)",
                            "min_capacity": 1,
                            "max_capacity": 5,
                        }
                    },
                },
            },
            "autoscaling.schedules.office.max_capacity: got 5",
        ),
        ({"copies": 0}, "copies"),
        ({"autoscaling": {"max_capacity": 2}}, "no target"),
        (
            {"autoscaling": {"max_capacity": 1, "target_invocations_per_copy": 1}, "copies": 2},
            "copies 2 lies outside autoscaling's min_capacity 1 to max_capacity 1",
        ),
    ],
)
def test_what_a_component_cannot_have_is_refused(endpoint: dict[str, Any], sentence: str) -> None:
    assert sentence in problem(endpoint)


@pytest.mark.parametrize(
    ("shared", "sentence"),
    [
        (small(instance_type="ml.g4dn.xlarge"), "a GPU type, which shared endpoints do not"),
        (small(initial_instance_count=1), "instances follow the copies"),
        (small(min_instances=3, max_instances=2), "max_instances 2 is below min_instances 3"),
        (small(network_isolation=False), "all containers of one endpoint have the same"),
        ({**small(max_instances=2), "p": {"instance_type": "ml.m5.large"}}, "rename one of them"),
    ],
)
def test_what_a_shared_endpoint_cannot_be_is_refused(shared: dict[str, Any], sentence: str) -> None:
    assert sentence in problem({}, shared)


def test_a_key_of_volumes_and_gpus_of_batches_are_refused() -> None:
    nvme = {"small": {"instance_type": "ml.m5d.large", "max_instances": 2}}
    assert "shared_endpoints.small.instance_type" in problem(
        {}, nvme, encryption={"volumes": "required"}
    )
    batch = {"batch": {"instance_type": "ml.g4dn.xlarge"}}
    assert "a GPU type, with endpoint.mode 'component'" in problem({}, None, batch)


def test_its_spec_names_the_endpoint_and_a_worker_for_each_processor() -> None:
    settings = environment({"cpus": 2.0, "memory_mb": 2048, "copies": 1})
    spec = predictor_spec(
        environment="dev",
        name="p",
        predictor=settings.predictors["p"],
        tags={},
        network_isolation=True,
        image=ResolvedImage("1.6.3", "image", "image", None),
    )
    assert spec.endpoint is not None
    assert (spec.endpoint.name, spec.endpoint.mode) == ("autogluon-dev-p", "component")
    assert spec.endpoint.component == ComponentSpec(
        shared_endpoint="autogluon-dev-small", copies=1, memory_mb=2048, cpus=2.0
    )
    assert spec.endpoint.instance_type is None
    assert spec.serving.server is not None
    assert spec.serving.server.workers == 2


def test_copies_up_to_the_room_are_accepted() -> None:
    scaling = {"max_capacity": 4, "target_invocations_per_copy": 1}
    assert environment({"autoscaling": scaling}).components["p"].autoscaling is not None


def test_the_example_is_valid() -> None:
    settings = load_environment("components", EXAMPLES)
    assert set(settings.components) == {"prices", "rents"}
    assert isinstance(settings.predictors["prices"].endpoint, ComponentEndpoint)
