"""Deleting stacks."""

from __future__ import annotations

import pytest

from embedded_aws.gateway import ApiError
from tests.unit.embedded_cloudformation.fake_cloud import FakeCloud, thing


def test_what_cannot_be_deleted_is_named_and_what_it_needs_stays(cloud: FakeCloud) -> None:
    resources = {
        "Needed": thing(Name="needed"),
        "Stuck": thing(Name="stuck", DependsOn="Needed"),
        "Free": thing(Name="free"),
    }
    cloud.create("s", resources)
    cloud.world.fail_deleting.add("Stuck")
    assert cloud.delete("s") == "DELETE_FAILED"
    assert cloud.stack("s")["StackStatusReason"] == (
        "The following resource(s) failed to delete: [Stuck]. "
    )
    assert sorted(cloud.world.things) == ["needed", "stuck"]

    cloud.world.history.clear()
    cloud.world.fail_deleting.clear()
    assert cloud.delete("s") == "DELETE_COMPLETE"
    assert cloud.world.history == ["delete Stuck", "delete Needed"], "Free is not deleted twice"


def test_a_stuck_resource_can_be_left_behind_once_deletion_has_failed(cloud: FakeCloud) -> None:
    cloud.create("s", {"Stuck": thing(Name="stuck")})
    cloud.world.fail_deleting.add("Stuck")
    with pytest.raises(ApiError, match="DELETE_FAILED only"):
        cloud("DeleteStack", StackName="s", RetainResources=["Stuck"])
    cloud.delete("s")
    assert cloud.delete("s", RetainResources=["Stuck"]) == "DELETE_COMPLETE"
    assert list(cloud.world.things) == ["stuck"]


@pytest.mark.parametrize("policy", ["Retain", "RetainExceptOnCreate"])
def test_retained_resources_survive_their_stack(cloud: FakeCloud, policy: str) -> None:
    cloud.create("s", {"A": thing(Name="a", DeletionPolicy=policy)})
    assert cloud.delete("s") == "DELETE_COMPLETE"
    assert list(cloud.world.things) == ["a"]


def test_termination_protection_protects(cloud: FakeCloud) -> None:
    cloud.create("s", {"A": thing()}, EnableTerminationProtection=True)
    with pytest.raises(ApiError, match="TerminationProtection is enabled"):
        cloud("DeleteStack", StackName="s")
    cloud("UpdateTerminationProtection", StackName="s", EnableTerminationProtection=False)
    assert cloud.delete("s") == "DELETE_COMPLETE"


def test_deleting_what_is_not_there_succeeds(cloud: FakeCloud) -> None:
    assert cloud("DeleteStack", StackName="never-existed") is None


def test_a_deleted_stack_is_found_by_id_and_its_name_is_free(cloud: FakeCloud) -> None:
    cloud.create("s", {"A": thing()})
    stack_id = cloud.stack("s")["StackId"]
    cloud.delete("s")
    assert cloud.stack(stack_id)["StackStatus"] == "DELETE_COMPLETE"
    assert cloud.create("s", {"A": thing()}) == "CREATE_COMPLETE"
    assert cloud.stack("s")["StackId"] != stack_id
    summaries = cloud("ListStacks", StackStatusFilter=["DELETE_COMPLETE"])["StackSummaries"]
    assert [item["StackId"] for item in summaries] == [stack_id]
