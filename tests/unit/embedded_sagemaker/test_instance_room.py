"""Copies of inference components are placed by what they reserve."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from embedded_aws.sagemaker.errors import JobError
from embedded_aws.sagemaker.hosting.components.component import Copy, InferenceComponent
from embedded_aws.sagemaker.hosting.components.instance_room import InstanceRoom, Room


def room(fewest: int = 0, most: int = 2, instance_type: str = "ml.m5.large") -> InstanceRoom:
    request: dict[str, Any] = {
        "InstanceType": instance_type,
        "InitialInstanceCount": max(1, fewest),
        "ManagedInstanceScaling": {
            "Status": "ENABLED",
            "MinInstanceCount": fewest,
            "MaxInstanceCount": most,
        },
    }
    return InstanceRoom(request)


@pytest.mark.parametrize(
    ("instance_type", "found"),
    [
        ("ml.m5.large", Room(8192, 2)),
        ("ml.c6i.4xlarge", Room(32768, 16)),
        ("ml.r5d.xlarge", Room(32768, 4)),
        ("ml.p5.48xlarge", None),
    ],
)
def test_what_an_instance_has_follows_from_its_type(instance_type: str, found: Room | None) -> None:
    assert Room.of_type(instance_type) == found


def test_memory_and_processors_are_reserved() -> None:
    instances = room()
    instances.reserve("a", Room(4096, 1))
    instances.reserve("b", Room(4096, 1))
    assert instances.count == 1
    instances.reserve("c", Room(128, 0.25))  # neither memory nor processors are left
    assert instances.count == 2
    with pytest.raises(JobError, match="not enough hardware resources"):
        instances.reserve("d", Room(8192, 1))


def test_instances_without_copies_go_down_to_the_fewest() -> None:
    for fewest in (0, 1):
        instances = room(fewest)
        instances.reserve("a", Room(8192, 1))
        instances.reserve("b", Room(8192, 1))
        instances.release("a")
        assert instances.count == 1
        instances.release("b")
        assert instances.count == fewest


def test_what_replaces_instances_takes_their_copies_or_refuses() -> None:
    before = room()
    before.reserve("a", Room(6000, 1))
    before.reserve("b", Room(6000, 1))
    larger = room(instance_type="ml.m5.xlarge")
    larger.take_over(before)
    assert larger.count == 1
    with pytest.raises(JobError, match="not enough hardware resources"):
        room(most=1).take_over(before)


def test_unmanaged_instances_stay_as_many() -> None:
    instances = InstanceRoom({"InstanceType": "ml.m5.large", "InitialInstanceCount": 2})
    assert (instances.fewest, instances.most, instances.count) == (2, 2, 2)


def test_a_saved_component_has_no_servers() -> None:
    component = InferenceComponent("one", "arn", {}, copies=(Copy("1", None, {}),))  # type: ignore[arg-type]
    assert pickle.loads(pickle.dumps(component)).copies == ()
