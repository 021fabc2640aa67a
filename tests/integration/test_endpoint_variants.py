"""Several variants and a shadow are processes that answer, or only listen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.integration.served_endpoint import ServedEndpoint, served_endpoint
from tests.waiting import until


def variant(name: str, weight: float = 1.0) -> dict[str, Any]:
    return {
        "VariantName": name,
        "ModelName": "tiny",
        "InstanceType": "ml.m5.large",
        "InitialInstanceCount": 1,
        "InitialVariantWeight": weight,
    }


@pytest.fixture(scope="module")
def endpoint() -> Iterator[ServedEndpoint]:
    with served_endpoint("endpoint-variants", ("iam", "sagemaker", "scaling")) as served:
        served.sagemaker.create_endpoint_config(
            EndpointConfigName="two", ProductionVariants=[variant("a"), variant("b", 0)]
        )
        served.sagemaker.create_endpoint(EndpointName=served.name, EndpointConfigName="two")
        assert served.settled() == "InService"
        yield served


def answered_by(endpoint: ServedEndpoint, **members: str) -> tuple[str, str]:
    answer = endpoint.client("sagemaker-runtime").invoke_endpoint(
        EndpointName=endpoint.name, Body=b"0", ContentType="text/csv", **members
    )
    return answer["InvokedProductionVariant"], answer["Body"].read().decode()


def test_each_variant_has_processes_of_its_own(endpoint: ServedEndpoint) -> None:
    (first, mark), (other, other_mark) = (
        answered_by(endpoint),
        answered_by(endpoint, TargetVariant="b"),
    )

    assert (first, other) == ("a", "b")
    assert mark != other_mark
    assert len(endpoint.processes()) == 2
    assert _weights(endpoint) == {"a": 1.0, "b": 0.0}


def _weights(endpoint: ServedEndpoint) -> dict[str, float]:
    running = endpoint.describe()["ProductionVariants"]
    return {each["VariantName"]: each["CurrentWeight"] for each in running}


def test_weights_are_kept_in_single_precision(endpoint: ServedEndpoint) -> None:
    changes = [{"VariantName": "b", "DesiredWeight": weight} for weight in (0.1, 0.0)]
    for change, kept in zip(changes, (0.10000000149011612, 0.0), strict=True):
        endpoint.sagemaker.update_endpoint_weights_and_capacities(
            EndpointName=endpoint.name, DesiredWeightsAndCapacities=[change]
        )
        endpoint.settled()
        assert _weights(endpoint)["b"] == kept


def test_a_scaled_variant_cannot_be_removed(endpoint: ServedEndpoint) -> None:
    scaling = endpoint.client("application-autoscaling")
    target = {**endpoint.target, "ResourceId": f"endpoint/{endpoint.name}/variant/b"}
    scaling.register_scalable_target(**target, MinCapacity=1, MaxCapacity=2)
    endpoint.sagemaker.create_endpoint_config(
        EndpointConfigName="one", ProductionVariants=[variant("a")]
    )
    with pytest.raises(ClientError, match=r'variant\(s\) "\[b\]" must be deregistered'):
        endpoint.sagemaker.update_endpoint(EndpointName=endpoint.name, EndpointConfigName="one")
    scaling.deregister_scalable_target(**target)


def test_a_shadow_listens_and_is_described_apart(endpoint: ServedEndpoint) -> None:
    endpoint.sagemaker.create_endpoint_config(
        EndpointConfigName="shadowed",
        ProductionVariants=[variant("a")],
        ShadowProductionVariants=[variant("s")],
    )
    endpoint.sagemaker.update_endpoint(EndpointName=endpoint.name, EndpointConfigName="shadowed")
    assert endpoint.settled() == "InService"

    described = endpoint.describe()
    assert [each["VariantName"] for each in described["ProductionVariants"]] == ["a"]
    [shadow] = described["ShadowProductionVariants"]
    assert (shadow["VariantName"], shadow["CurrentInstanceCount"]) == ("s", 1)
    assert {answered_by(endpoint)[0] for _ in range(5)} == {"a"}
    until(lambda: len(endpoint.processes()) == 2, 10, "the removed variant has ended")


def test_answers_of_a_shadow_are_not_captured(endpoint: ServedEndpoint) -> None:
    with pytest.raises(ClientError, match="DataCaptureConfig with ShadowProductionVariants"):
        endpoint.sagemaker.create_endpoint_config(
            EndpointConfigName="captured",
            ProductionVariants=[variant("a")],
            ShadowProductionVariants=[variant("s")],
            DataCaptureConfig={
                "InitialSamplingPercentage": 100,
                "DestinationS3Uri": "s3://bucket/captured",
                "CaptureOptions": [{"CaptureMode": "Input"}],
            },
        )


@pytest.mark.parametrize(
    ("production", "shadows"),
    [
        ([variant("a"), variant("b")], [variant("s")]),
        ([variant("a")], [variant("s"), variant("t")]),
    ],
)
def test_a_shadow_copies_the_only_variant(
    endpoint: ServedEndpoint, production: list[dict[str, Any]], shadows: list[dict[str, Any]]
) -> None:
    with pytest.raises(ClientError, match="only specify one variant for ProductionVariants"):
        endpoint.sagemaker.create_endpoint_config(
            EndpointConfigName="refused",
            ProductionVariants=production,
            ShadowProductionVariants=shadows,
        )


def test_shadows_of_asynchronous_endpoints_are_refused(endpoint: ServedEndpoint) -> None:
    with pytest.raises(ClientError, match="not supported with ShadowProductionVariants"):
        endpoint.sagemaker.create_endpoint_config(
            EndpointConfigName="refused",
            ProductionVariants=[variant("a")],
            ShadowProductionVariants=[variant("s")],
            AsyncInferenceConfig={"OutputConfig": {"S3OutputPath": "s3://bucket/answers"}},
        )


def test_a_shadow_that_would_get_a_share_of_the_requests_is_refused(
    endpoint: ServedEndpoint,
) -> None:
    with pytest.raises(ClientError, match="of another weight than the production variant's"):
        endpoint.sagemaker.create_endpoint_config(
            EndpointConfigName="refused",
            ProductionVariants=[variant("a")],
            ShadowProductionVariants=[variant("s", 0.5)],
        )
