"""An endpoint starts on the first of its instance pools that has capacity."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded_aws.faults.fault import Fault
from tests.integration.served_endpoint import ServedEndpoint, served_endpoint

POOLS = [
    {"InstanceType": "ml.m5.xlarge", "Priority": 2},
    {"InstanceType": "ml.m5.large", "Priority": 1},
]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[ServedEndpoint]:
    with served_endpoint("instance-pools", ("iam", "sagemaker", "scaling")) as served:
        yield served


@pytest.fixture(autouse=True)
def without_faults(endpoint: ServedEndpoint) -> Iterator[None]:
    yield
    endpoint.aws.faults.clear()


def lack(endpoint: ServedEndpoint, operation: str, instance_type: str) -> None:
    where = {"InstanceType": instance_type}
    endpoint.aws.faults.add(Fault(at=f"sagemaker:{operation}", fault="capacity", where=where))


def running(endpoint: ServedEndpoint) -> dict[str, int]:
    pools = endpoint.describe()["ProductionVariants"][0]["InstancePools"]
    return {pool["InstanceType"]: pool["CurrentInstanceCount"] for pool in pools}


def test_the_next_pool_is_taken_where_the_first_has_no_capacity(endpoint: ServedEndpoint) -> None:
    lack(endpoint, "CreateEndpoint", "ml.m5.large")

    endpoint.create(instances=1, InstanceType=None, InstancePools=POOLS)

    assert running(endpoint) == {"ml.m5.large": 0, "ml.m5.xlarge": 1}
    assert endpoint.invoke("0")


def test_an_update_goes_back_to_the_first_pool_that_has_capacity(endpoint: ServedEndpoint) -> None:
    endpoint.update("second", instances=1, instance_type=None, pools=POOLS)

    assert endpoint.settled() == "InService"
    assert running(endpoint) == {"ml.m5.large": 1, "ml.m5.xlarge": 0}


def test_without_capacity_for_any_pool_the_endpoint_stays_as_it_is(
    endpoint: ServedEndpoint,
) -> None:
    lack(endpoint, "UpdateEndpoint", "ml.m5.*")

    endpoint.update("third", instances=1, instance_type=None, pools=POOLS)

    assert endpoint.settled() == "InService"
    assert endpoint.describe()["EndpointConfigName"] == "second"


@pytest.mark.parametrize(
    ("variant", "problem"),
    [
        ({"InstancePools": POOLS}, "either InstanceType or InstancePools"),
        ({"InstanceType": None}, "either InstanceType or InstancePools"),
        (
            {"InstanceType": None, "InstancePools": [{**POOLS[0], "Priority": 1}, POOLS[1]]},
            "a Priority is in two of its InstancePools",
        ),
    ],
)
def test_a_variant_has_one_type_or_pools(
    endpoint: ServedEndpoint, variant: dict[str, Any], problem: str
) -> None:
    with pytest.raises(ClientError, match=problem):
        endpoint.configure("odd", 1, variant)
