"""Updates change what differs, and nothing remains of an update that fails."""

from __future__ import annotations

from typing import Any

import pytest

from embedded_aws.gateway import ApiError
from tests.unit.embedded_cloudformation.fake_cloud import FakeCloud, thing


def chain(kind: str = "x", size: Any = 1, **last: Any) -> dict[str, Any]:
    """Last -> First: replacing First changes Last in place."""
    return {"First": thing(Kind=kind), "Last": thing(Link={"Ref": "First"}, Size=size, **last)}


def test_only_what_differs_is_touched(cloud: FakeCloud) -> None:
    cloud.create("s", {"A": thing(Size=1), "B": thing(Size=1)})
    cloud.world.history.clear()
    assert cloud.update("s", {"A": thing(Size="1"), "B": thing(Size=2)}) == "UPDATE_COMPLETE"
    assert cloud.world.history == ["update B to 2"], '"1" equals 1'


def test_replacement_creates_first_rewires_and_deletes_last(cloud: FakeCloud) -> None:
    cloud.create("s", chain())
    before = cloud.physical_ids("s")
    cloud.world.history.clear()
    assert cloud.update("s", chain(kind="y")) == "UPDATE_COMPLETE"
    after = cloud.physical_ids("s")
    assert cloud.world.history == ["create First", "update Last to 1", "delete First"]
    assert before["First"] not in cloud.world.things
    assert cloud.world.things[after["Last"]]["Link"] == after["First"]
    assert after["Last"] == before["Last"]


def test_replaced_and_removed_resources_are_kept_where_policies_say_so(cloud: FakeCloud) -> None:
    kept = {"Old": thing(Name="old", DeletionPolicy="Retain"), "Gone": thing(Name="gone")}
    cloud.create("s", {"A": thing(Name="a1", UpdateReplacePolicy="Retain"), **kept})
    cloud.update("s", {"A": thing(Name="a2", UpdateReplacePolicy="Retain")})
    assert sorted(cloud.world.things) == ["a1", "a2", "old"]
    assert list(cloud.physical_ids("s")) == ["A"]
    assert ("Old", "DELETE_SKIPPED", "") in cloud.events("s")


def test_nothing_to_do_is_a_validation_error_with_awss_words(cloud: FakeCloud) -> None:
    cloud.create("s", chain())
    with pytest.raises(ApiError) as caught:
        cloud.update("s", chain())
    assert caught.value.code == "ValidationError"
    assert caught.value.message == "No updates are to be performed."
    assert cloud.stack("s")["StackStatus"] == "CREATE_COMPLETE"


def test_a_change_of_outputs_alone_is_an_update(cloud: FakeCloud) -> None:
    cloud.create("s", {"A": thing(Name="a")})
    cloud.update("s", {"A": thing(Name="a")}, Outputs={"Name": {"Value": {"Ref": "A"}}})
    assert cloud.outputs("s") == {"Name": "a"}
    assert cloud.world.history == ["create A"]


def test_failed_update_restores_everything_in_reverse_order(cloud: FakeCloud) -> None:
    cloud.create("s", chain(), Outputs={"Size": {"Value": {"Fn::GetAtt": "Last.Size"}}})
    things, ids = dict(cloud.world.things), cloud.physical_ids("s")
    cloud.world.history.clear()
    resources = chain(kind="y", size=2) | {
        "New": thing(DependsOn="Last"),
        "Bad": thing(Fail="create", DependsOn="New"),
    }
    assert cloud.update("s", resources) == "UPDATE_ROLLBACK_COMPLETE"
    assert cloud.world.things == things
    assert cloud.physical_ids("s") == ids
    assert cloud.outputs("s") == {"Size": "1"}
    assert cloud.world.history[:4] == [
        "create First",
        "update Last to 2",
        "create New",
        "create Bad",
    ]
    assert cloud.world.history[4] == "update Last to 1"
    assert sorted(cloud.world.history[5:]) == ["delete Bad", "delete First", "delete New"]
    reasons = [r for _, status, r in cloud.events("s") if status == "UPDATE_ROLLBACK_IN_PROGRESS"]
    assert reasons == ["The following resource(s) failed to create: [Bad]. "]
    cloud.update("s", chain(size=3))
    assert cloud.world.things[ids["Last"]]["Size"] == 3, "the stack can be updated again"


def test_a_resource_whose_own_update_failed_is_put_back(cloud: FakeCloud) -> None:
    cloud.create("s", {"A": thing(Size=1)})
    cloud.world.fail_updating_to.add("huge")
    assert cloud.update("s", {"A": thing(Size="huge")}) == "UPDATE_ROLLBACK_COMPLETE"
    assert [item["Size"] for item in cloud.world.things.values()] == [1]
    assert ("A", "UPDATE_FAILED", "size huge does not fit") in cloud.events("s")
    assert '"Size": "huge"' not in cloud("GetTemplate", StackName="s")["TemplateBody"]


def test_reasons_tell_creations_from_updates(cloud: FakeCloud) -> None:
    cloud.create("s", {"A": thing(Size=1)})
    cloud.world.fail_updating_to.add("huge")
    cloud.update("s", {"A": thing(Size="huge"), "New": thing(Hold=True)})
    reasons = [r for _, status, r in cloud.events("s") if status == "UPDATE_ROLLBACK_IN_PROGRESS"]
    assert reasons == [
        "The following resource(s) failed to create: [New]. "
        "The following resource(s) failed to update: [A]. "
    ]
    assert ("New", "CREATE_FAILED", "Resource creation cancelled") in cloud.events("s")


def test_a_rollback_that_fails_can_be_continued_or_skipped(cloud: FakeCloud) -> None:
    cloud.create("s", {"A": thing(Size="old"), "B": thing(Size=1)})
    cloud.world.fail_updating_to |= {"old", "huge"}
    assert cloud.update("s", {"A": thing(Size="huge"), "B": thing(Size=1)}) == (
        "UPDATE_ROLLBACK_FAILED"
    )
    assert "[A]" in cloud.stack("s")["StackStatusReason"]
    with pytest.raises(ApiError, match=r"UPDATE_ROLLBACK_FAILED state and can not be updated"):
        cloud.update("s", {"A": thing(Size=2)})
    with pytest.raises(ApiError, match=r"not waiting for a rollback: \[B\]"):
        cloud("ContinueUpdateRollback", StackName="s", ResourcesToSkip=["B"])
    cloud("ContinueUpdateRollback", StackName="s")
    assert cloud.settled("s") == "UPDATE_ROLLBACK_FAILED", "the cause is still there"
    cloud.world.fail_updating_to.clear()
    cloud("ContinueUpdateRollback", StackName="s")
    assert cloud.settled("s") == "UPDATE_ROLLBACK_COMPLETE"
    assert sorted(str(item["Size"]) for item in cloud.world.things.values()) == ["1", "old"]


def test_skipping_a_resource_lets_a_failed_rollback_end(cloud: FakeCloud) -> None:
    cloud.create("s", {"A": thing(Size="old")})
    cloud.world.fail_updating_to |= {"old", "huge"}
    cloud.update("s", {"A": thing(Size="huge")})
    cloud("ContinueUpdateRollback", StackName="s", ResourcesToSkip=["A"])
    assert cloud.settled("s") == "UPDATE_ROLLBACK_COMPLETE"


def test_one_operation_at_a_time(cloud: FakeCloud) -> None:
    cloud.create("s", {"A": thing(Hold=True)}, wait=False)
    with pytest.raises(ApiError, match="is in CREATE_IN_PROGRESS state and can not be updated"):
        cloud.update("s", {"A": thing()})
    with pytest.raises(ApiError, match="is in CREATE_IN_PROGRESS state and can not be deleted"):
        cloud("DeleteStack", StackName="s")
    cloud.world.gate.set()
    assert cloud.settled("s") == "CREATE_COMPLETE"


def test_same_request_token_updates_once(cloud: FakeCloud) -> None:
    cloud.create("s", {"A": thing(Size=1)})
    cloud.update("s", {"A": thing(Size=2)}, ClientRequestToken="t")
    assert cloud.update("s", {"A": thing(Size=2)}, ClientRequestToken="t") == "UPDATE_COMPLETE"
    with pytest.raises(ApiError, match="already used for UpdateStack"):
        cloud("DeleteStack", StackName="s", ClientRequestToken="t")


def test_a_resources_type_cannot_change(cloud: FakeCloud) -> None:
    cloud.create("s", {"A": thing()})
    with pytest.raises(ApiError, match=r"Update of resource type is not permitted.*\[A\]"):
        cloud.update("s", {"A": {"Type": "Test::Other"}})


def test_stack_tags_reach_resources_and_their_own_tags_win(cloud: FakeCloud) -> None:
    own = [{"Key": "team", "Value": "own"}]
    tags = [{"Key": "team", "Value": "stack"}, {"Key": "env", "Value": "x"}]
    cloud.create("s", {"A": thing(Name="a", Tags=own)}, Tags=tags)
    assert cloud.world.things["a"]["Tags"] == [*own, tags[1]]
    cloud.update("s", {"A": thing(Name="a", Tags=own)}, Tags=tags[:1])
    assert cloud.world.things["a"]["Tags"] == own
    cloud.update("s", {"A": thing(Name="a", Tags=own, Size=2)})
    assert cloud.stack("s")["Tags"] == tags[:1], "tags that are not mentioned stay"


def test_cleanup_that_fails_is_tried_again_and_then_left_behind(cloud: FakeCloud) -> None:
    cloud.create("s", {"A": thing(Name="a"), "B": thing(Name="b")})
    cloud.world.fail_deleting.add("B")
    assert cloud.update("s", {"A": thing(Name="a")}) == "UPDATE_COMPLETE"
    failures = [event for event in cloud.events("s") if event[1] == "DELETE_FAILED"]
    assert failures == [("B", "DELETE_FAILED", "still in use")] * 3
    assert list(cloud.physical_ids("s")) == ["A"]
