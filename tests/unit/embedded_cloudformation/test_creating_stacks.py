"""Stacks are created in order, whole or not at all."""

from __future__ import annotations

import pytest

from embedded_aws.gateway import ApiError
from tests.unit.embedded_cloudformation.fake_cloud import FakeCloud, thing

CHAIN = {
    "Last": thing(Link={"Fn::GetAtt": ["Middle", "Arn"]}),
    "Middle": thing(Link={"Fn::Sub": "to ${First}"}),
    "First": thing(Size=1),
    "Beside": thing(DependsOn="Last"),
}


def test_resources_are_created_after_what_they_need_and_deleted_before_it(cloud: FakeCloud) -> None:
    assert cloud.create("s", CHAIN) == "CREATE_COMPLETE"
    assert cloud.world.history == [f"create {n}" for n in ("First", "Middle", "Last", "Beside")]
    ids = cloud.physical_ids("s")
    assert cloud.world.things[ids["Last"]]["Link"] == f"arn:{ids['Middle']}"
    assert cloud.world.things[ids["Middle"]]["Link"] == f"to {ids['First']}"

    cloud.world.history.clear()
    assert cloud.delete("s") == "DELETE_COMPLETE"
    assert cloud.world.history == [f"delete {n}" for n in ("Beside", "Last", "Middle", "First")]
    with pytest.raises(ApiError, match="Stack with id s does not exist"):
        cloud.stack("s")


def test_events_tell_the_story_newest_first_and_outputs_are_there(cloud: FakeCloud) -> None:
    cloud.create(
        "s",
        {"A": thing(Name="a", Size=3)},
        Outputs={"Size": {"Value": {"Fn::GetAtt": "A.Size"}, "Description": "how big"}},
    )
    assert cloud.outputs("s") == {"Size": "3"}
    assert [event[:2] for event in cloud.events("s")] == [
        ("s", "CREATE_IN_PROGRESS"),
        ("A", "CREATE_IN_PROGRESS"),
        ("A", "CREATE_COMPLETE"),
        ("s", "CREATE_COMPLETE"),
    ]


def test_events_come_in_pages_which_events_that_come_meanwhile_do_not_shift(
    cloud: FakeCloud,
) -> None:
    names = [f"R{number}" for number in range(75)]
    cloud.create("s", {name: thing(Name=name) for name in names})

    first = cloud("DescribeStackEvents", StackName="s")
    cloud.update("s", {name: thing(Name=name) for name in names[:-1]})
    second = cloud("DescribeStackEvents", StackName="s", NextToken=first["NextToken"])

    # Two of each resource, and two of the stack.
    assert (len(first["StackEvents"]), len(second["StackEvents"])) == (100, 52)
    assert "NextToken" not in second
    assert first["StackEvents"][0]["LogicalResourceId"] == "s"
    ids = [each["EventId"] for page in (first, second) for each in page["StackEvents"]]
    assert len(set(ids)) == 152
    assert cloud.events("s")[0][:2] == ("s", "CREATE_IN_PROGRESS")
    for token in ("x", "100000"):
        with pytest.raises(ApiError, match="next token is not valid"):
            cloud("DescribeStackEvents", StackName="s", NextToken=token)


def test_failed_creation_is_rolled_back_and_names_the_resource_and_the_reason(
    cloud: FakeCloud,
) -> None:
    resources = {"Good": thing(), "Bad": thing(Fail="create", DependsOn="Good")}
    assert cloud.create("s", resources) == "ROLLBACK_COMPLETE"
    assert cloud.world.things == {}, "also what failed half-way is deleted"
    events = cloud.events("s")
    assert ("Bad", "CREATE_FAILED", "asked to fail") in events
    reasons = [reason for _, status, reason in events if status == "ROLLBACK_IN_PROGRESS"]
    assert reasons == [
        "The following resource(s) failed to create: [Bad]. Rollback requested by user."
    ]
    with pytest.raises(ApiError, match="ROLLBACK_COMPLETE state and can not be updated"):
        cloud.update("s", {"Good": thing()})
    assert cloud.delete("s") == "DELETE_COMPLETE"


def test_a_failure_stops_resources_that_wait(cloud: FakeCloud) -> None:
    resources = {"Waits": thing(Hold=True), "Bad": thing(Fail="create")}
    assert cloud.create("s", resources) == "ROLLBACK_COMPLETE"
    assert ("Waits", "CREATE_FAILED", "Resource creation cancelled") in cloud.events("s")


@pytest.mark.parametrize(
    ("on_failure", "status"), [("DO_NOTHING", "CREATE_FAILED"), ("DELETE", "DELETE_COMPLETE")]
)
def test_on_failure_decides_what_remains(cloud: FakeCloud, on_failure: str, status: str) -> None:
    body = {"Bad": thing(Fail="create", Name="bad")}
    cloud.create("s", body, wait=False, OnFailure=on_failure)
    stack_id = cloud("ListStacks")["StackSummaries"][0]["StackId"]
    assert cloud.settled(stack_id) == status
    assert list(cloud.world.things) == (["bad"] if on_failure == "DO_NOTHING" else [])


def test_a_failed_creation_that_was_left_can_be_rolled_back(cloud: FakeCloud) -> None:
    cloud.create("s", {"Bad": thing(Fail="create")}, DisableRollback=True)
    cloud("RollbackStack", StackName="s")
    assert cloud.settled("s") == "ROLLBACK_COMPLETE"
    assert cloud.world.things == {}


def test_rollback_keeps_what_is_retained_but_not_what_failed(cloud: FakeCloud) -> None:
    resources = {
        "Kept": thing(Name="kept", DeletionPolicy="Retain"),
        "Gone": thing(Name="gone", DeletionPolicy="RetainExceptOnCreate"),
        "Bad": thing(
            Name="bad", Fail="create", DeletionPolicy="Retain", DependsOn=["Kept", "Gone"]
        ),
    }
    assert cloud.create("s", resources) == "ROLLBACK_COMPLETE"
    assert list(cloud.world.things) == ["kept"]


def test_rollback_that_cannot_delete_ends_failed_and_names_what_is_left(cloud: FakeCloud) -> None:
    cloud.world.fail_deleting.add("Stuck")
    resources = {"Stuck": thing(), "Bad": thing(Fail="create", DependsOn="Stuck")}
    assert cloud.create("s", resources) == "ROLLBACK_FAILED"
    assert "[Stuck]" in cloud.stack("s")["StackStatusReason"]


def test_unsupported_property_fails_the_resource_by_name(cloud: FakeCloud) -> None:
    assert cloud.create("s", {"A": thing(Colour="red", Size=1)}) == "ROLLBACK_COMPLETE"
    reason = next(reason for _, status, reason in cloud.events("s") if status == "CREATE_FAILED")
    assert "[Colour]" in reason
    assert "Size" in reason, "it says what is supported"
    assert cloud.world.history == []


def test_unknown_attribute_fails_the_resource_and_lists_those_there_are(cloud: FakeCloud) -> None:
    resources = {"A": thing(), "B": thing(Link={"Fn::GetAtt": ["A", "Weight"]})}
    assert cloud.create("s", resources) == "ROLLBACK_COMPLETE"
    reason = next(reason for _, status, reason in cloud.events("s") if status == "CREATE_FAILED")
    assert "Weight" in reason
    assert "Arn, Size" in reason


def test_same_request_token_creates_once(cloud: FakeCloud) -> None:
    first = cloud("CreateStack", StackName="s", ClientRequestToken="t", TemplateBody=BODY)
    cloud.settled("s")
    again = cloud("CreateStack", StackName="s", ClientRequestToken="t", TemplateBody=BODY)
    assert first == again
    assert cloud.world.history == ["create A"]
    with pytest.raises(ApiError, match=r"Stack \[s\] already exists"):
        cloud("CreateStack", StackName="s", ClientRequestToken="other", TemplateBody=BODY)


def test_everything_happens_with_the_stacks_role_and_the_role_is_remembered(
    cloud: FakeCloud,
) -> None:
    cloud.create("s", {"A": thing(Size=1)}, RoleARN="arn:role/deployer")
    cloud.world.roles.clear()
    cloud.update("s", {"A": thing(Size=2)})
    cloud.delete("s")
    assert set(cloud.world.roles) == {"arn:role/deployer"}


def test_a_role_that_cannot_be_assumed_is_refused_before_anything_exists(cloud: FakeCloud) -> None:
    with pytest.raises(ApiError, match="arn:role/unknown is invalid or cannot be assumed"):
        cloud.create("s", {"A": thing()}, RoleARN="arn:role/unknown")
    assert cloud("ListStacks")["StackSummaries"] == []


def test_existing_resources_are_imported_when_asked_and_survive_a_rollback(
    cloud: FakeCloud,
) -> None:
    cloud.world.things["mine"] = {}
    resources = {
        "Mine": thing(Name="mine", DeletionPolicy="Retain"),
        "Bad": thing(Fail="create", DependsOn="Mine"),
    }
    cloud.create("refused", {"Mine": resources["Mine"]})
    assert ("Mine", "CREATE_FAILED", "mine already exists") in cloud.events("refused")
    status = cloud.create("s", resources, ImportExistingResources=True, RetainExceptOnCreate=True)
    assert status == "ROLLBACK_COMPLETE"
    assert list(cloud.world.things) == ["mine"]


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("NotificationARNs", ["arn:topic"]),
        ("TimeoutInMinutes", 5),
        ("StackPolicyBody", "{}"),
        ("RollbackConfiguration", {"MonitoringTimeInMinutes": 5}),
        ("DeploymentConfig", {"Mode": "EXPRESS"}),
    ],
)
def test_what_would_be_ignored_is_refused_by_name(
    cloud: FakeCloud, member: str, value: object
) -> None:
    with pytest.raises(ApiError, match=rf"does not support .*{member}"):
        cloud("CreateStack", StackName="s", TemplateBody=BODY, **{member: value})


BODY = '{"Resources": {"A": {"Type": "Test::Thing"}}}'
