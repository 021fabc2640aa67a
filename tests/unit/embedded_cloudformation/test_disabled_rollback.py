"""A failure without a rollback leaves a stack that takes another attempt, or goes back."""

from __future__ import annotations

from typing import Any

import pytest

from embedded_aws.gateway import ApiError
from tests.unit.embedded_cloudformation.fake_cloud import FakeCloud, thing

GOOD = {"Good": thing(Name="good", Size=1), "Bad": thing(Name="bad")}
FAILING = {"Good": thing(Name="good", Size=1), "Bad": thing(Name="bad", Fail="create")}


def sizes(cloud: FakeCloud) -> dict[str, Any]:
    return {name: item.get("Size") for name, item in cloud.world.things.items()}


def test_a_creation_that_failed_can_be_tried_again(cloud: FakeCloud) -> None:
    assert cloud.create("s", FAILING, DisableRollback=True) == "CREATE_FAILED"
    assert cloud.stack("s")["DisableRollback"] is True
    with pytest.raises(ApiError, match=r"non-terminal \[CREATE_FAILED\] state.*disable-rollback"):
        cloud.update("s", GOOD)
    cloud.world.history.clear()
    assert cloud.update("s", GOOD, DisableRollback=True) == "UPDATE_COMPLETE"
    assert cloud.world.history == ["delete Bad", "create Bad"], "what failed is made anew"
    assert sorted(cloud.world.things) == ["bad", "good"]


def test_the_same_template_is_an_update_of_a_failed_stack(cloud: FakeCloud) -> None:
    cloud.create("s", FAILING, DisableRollback=True)
    assert cloud.update("s", FAILING, DisableRollback=True) == "UPDATE_FAILED"
    assert cloud("RollbackStack", StackName="s")["StackId"]
    assert cloud.settled("s") == "ROLLBACK_COMPLETE", "there never was a stable state"
    assert ("s", "ROLLBACK_IN_PROGRESS", "Rollback requested by user.") in cloud.events("s")
    assert cloud.world.things == {}


def test_a_creation_that_failed_can_be_deleted(cloud: FakeCloud) -> None:
    cloud.create("s", FAILING, DisableRollback=True)
    assert cloud.delete("s") == "DELETE_COMPLETE"
    assert cloud.world.things == {}


def test_a_failure_does_not_stop_independent_resources(cloud: FakeCloud) -> None:
    cloud.world.gate.set()
    resources = {"Bad": thing(Fail="create"), "Slow": thing(Name="slow", Hold=True)}
    assert cloud.create("s", resources, DisableRollback=True) == "CREATE_FAILED"
    assert ("Slow", "CREATE_COMPLETE", "") in cloud.events("s")


def test_a_failed_update_stays_until_the_stack_is_rolled_back(cloud: FakeCloud) -> None:
    cloud.create("s", {"A": thing(Name="a", Size=1), "B": thing(Name="b", Size=1)})
    cloud.world.fail_updating_to.add("huge")
    changed = {
        "A": thing(Name="a", Size=2),
        "B": thing(Name="b", Size="huge", DependsOn="A"),
        "New": thing(Name="new"),
    }
    assert cloud.update("s", changed, DisableRollback=True) == "UPDATE_FAILED"
    assert "[B]" in cloud.stack("s")["StackStatusReason"]
    assert sizes(cloud) == {"a": 2, "b": "huge", "new": None}
    cloud("RollbackStack", StackName="s")
    assert cloud.settled("s") == "UPDATE_ROLLBACK_COMPLETE"
    assert sizes(cloud) == {"a": 1, "b": 1}
    assert cloud.update("s", {"A": thing(Name="a", Size=5)}) == "UPDATE_COMPLETE"


def test_a_second_attempt_starts_from_what_the_first_one_left(cloud: FakeCloud) -> None:
    cloud.create("s", {"A": thing(Name="a", Size=1), "B": thing(Name="b", Size=1)})
    cloud.world.fail_updating_to.add("huge")
    first = {"A": thing(Name="a", Size=2), "B": thing(Name="b", Size="huge", DependsOn="A")}
    cloud.update("s", first, DisableRollback=True)
    cloud.world.history.clear()
    second = {"A": thing(Name="a", Size=2), "B": thing(Name="b", Size=3)}
    assert cloud.update("s", second, DisableRollback=True) == "UPDATE_COMPLETE"
    assert cloud.world.history == ["update B to 1", "update B to 3"], "A is as it should be"
    assert sizes(cloud) == {"a": 2, "b": 3}


def test_a_rollback_undoes_every_attempt_since_the_stable_state(cloud: FakeCloud) -> None:
    cloud.create("s", {"A": thing(Name="a", Size=1)})
    cloud.world.fail_updating_to.add("huge")
    for size in (2, 3):
        resources = {
            "A": thing(Name="a", Size=size),
            "New": thing(Name="new", Size=size),
            "Bad": thing(Fail="create", DependsOn=["A", "New"]),
        }
        assert cloud.update("s", resources, DisableRollback=True) == "UPDATE_FAILED"
    cloud("RollbackStack", StackName="s")
    assert cloud.settled("s") == "UPDATE_ROLLBACK_COMPLETE"
    assert sizes(cloud) == {"a": 1}
    assert list(cloud.physical_ids("s")) == ["A"]


def test_a_replacement_is_refused_without_rollback_and_changes_nothing(cloud: FakeCloud) -> None:
    cloud.create("s", {"A": thing(Name="a")})
    assert cloud.update("s", {"A": thing(Name="b")}, DisableRollback=True) == "UPDATE_FAILED"
    reason = "Replacement type updates not supported on stack with disable-rollback."
    assert ("A", "UPDATE_FAILED", reason) in cloud.events("s")
    assert cloud.physical_ids("s") == {"A": "a"}
    assert cloud.delete("s") == "DELETE_COMPLETE"
    assert cloud.world.things == {}


def test_a_change_set_without_rollback_names_what_failed(cloud: FakeCloud) -> None:
    cloud.create("s", FAILING, DisableRollback=True)
    described = cloud.change_set("s", GOOD)
    assert [
        (item["ResourceChange"]["Action"], item["ResourceChange"]["LogicalResourceId"])
        for item in described["Changes"]
    ] == [("Add", "Bad")]
    with pytest.raises(ApiError, match="use the disable-rollback parameter"):
        cloud("ExecuteChangeSet", StackName="s", ChangeSetName="changes")
    cloud("ExecuteChangeSet", StackName="s", ChangeSetName="changes", DisableRollback=True)
    assert cloud.settled("s") == "UPDATE_COMPLETE"


def test_a_stable_stack_cannot_be_rolled_back(cloud: FakeCloud) -> None:
    cloud.create("s", {"A": thing()})
    with pytest.raises(ApiError, match="CREATE_COMPLETE state and can not be rolled back"):
        cloud("RollbackStack", StackName="s")
