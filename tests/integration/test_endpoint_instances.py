"""An endpoint's instances are processes: each answers, and they come and go by the API."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from botocore.exceptions import ClientError

from tests.integration.served_endpoint import ServedEndpoint, served_endpoint
from tests.waiting import until


@pytest.fixture(scope="module")
def endpoint() -> Iterator[ServedEndpoint]:
    """An endpoint with two instances that take the request of the one with fewer."""
    with served_endpoint("endpoint-instances", ("iam", "sagemaker", "scaling")) as served:
        served.create(instances=2, RoutingConfig={"RoutingStrategy": "LEAST_OUTSTANDING_REQUESTS"})
        yield served


def test_each_instance_is_a_process_that_answers(endpoint: ServedEndpoint) -> None:
    assert endpoint.counts() == (2, 2)
    assert len(endpoint.processes()) == len(endpoint.marks()) == 2


def test_capacity_changes_start_and_end_processes(endpoint: ServedEndpoint) -> None:
    before = endpoint.processes()
    endpoint.set_capacity(3)
    described = endpoint.describe()
    assert described["EndpointStatus"] == "Updating"
    assert described["ProductionVariants"][0]["DesiredInstanceCount"] == 3
    with pytest.raises(ClientError, match="in status Updating"):
        endpoint.set_capacity(1)
    assert endpoint.settled() == "InService"
    assert endpoint.counts() == (3, 3)
    assert set(before) < set(endpoint.processes())
    assert len(endpoint.marks()) == 3

    endpoint.set_capacity(1)
    assert endpoint.settled() == "InService"
    assert endpoint.counts() == (1, 1)
    assert set(endpoint.processes()) < set(before)


def test_no_request_is_lost_while_instances_come_and_go(endpoint: ServedEndpoint) -> None:
    answers: set[str] = set()
    with ThreadPoolExecutor(4) as pool:
        for count in (2, 1):
            endpoint.set_capacity(count)
            while endpoint.describe()["EndpointStatus"] == "Updating":
                answers |= set(pool.map(lambda _: endpoint.invoke("0"), range(4)))
            answers |= set(pool.map(lambda _: endpoint.invoke("0.1"), range(4)))
    assert len(answers) == 2


def test_an_instance_that_dies_is_replaced_while_the_other_answers(
    endpoint: ServedEndpoint,
) -> None:
    endpoint.set_capacity(2)
    endpoint.settled()
    before, processes = endpoint.marks(), endpoint.processes()
    os.kill(psutil.Process(processes[0]).ppid(), signal.SIGKILL)
    until(lambda: processes[0] not in endpoint.processes(), 10, "the process is gone")
    assert until(lambda: endpoint.invoke("0", or_else=""), 10, "the survivor answers") in before
    assert endpoint.counts() == (2, 2)
    after = until(
        lambda: found if len(found := endpoint.marks()) == 2 else set(),
        20,
        "another process has taken the place of the one that was killed",
    )
    assert len(before & after) == 1


def test_a_capacity_that_cannot_be_reached_is_rolled_back(endpoint: ServedEndpoint) -> None:
    before = endpoint.processes()
    endpoint.take_model_away()
    endpoint.set_capacity(4)
    assert endpoint.settled() == "InService"
    assert endpoint.counts() == (2, 2)
    assert endpoint.processes() == before
    endpoint.put_model_back()


def test_a_real_time_endpoint_keeps_one_instance(endpoint: ServedEndpoint) -> None:
    with pytest.raises(ClientError, match="needs at least 1 instance"):
        endpoint.set_capacity(0)


def test_an_update_keeps_the_desired_count_only_on_request(endpoint: ServedEndpoint) -> None:
    assert endpoint.counts() == (2, 2)
    endpoint.update("retained", instances=1, RetainAllVariantProperties=True)
    assert endpoint.settled() == "InService"
    assert endpoint.counts() == (2, 2)
    endpoint.update("as-configured", instances=1)
    assert endpoint.settled() == "InService"
    assert endpoint.counts() == (1, 1)
    until(lambda: len(endpoint.processes()) == 1, 10, "the old instances are gone")


def test_a_scaled_variant_keeps_its_instance_type(endpoint: ServedEndpoint) -> None:
    scaling = endpoint.client("application-autoscaling")
    scaling.register_scalable_target(**endpoint.target, MinCapacity=1, MaxCapacity=2)
    with pytest.raises(ClientError, match=r'variant\(s\) "\[AllTraffic\]" must be deregistered'):
        endpoint.update("larger", instances=1, instance_type="ml.m5.xlarge")
    assert endpoint.describe()["EndpointStatus"] == "InService"
    scaling.deregister_scalable_target(**endpoint.target)
    endpoint.update("larger-still", instances=1, instance_type="ml.m5.xlarge")
    assert endpoint.settled() == "InService"
