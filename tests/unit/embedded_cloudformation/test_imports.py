"""Change sets of the type IMPORT bring existing resources under a stack and change nothing."""

from __future__ import annotations

from typing import Any

import pytest

from embedded_aws.gateway import ApiError
from tests.unit.embedded_cloudformation.fake_cloud import FakeCloud, template, thing

OLD = thing(Name="old", DeletionPolicy="Retain")


@pytest.fixture
def cloud(cloud: FakeCloud) -> FakeCloud:
    """An account with a stack, and a thing that was made without it."""
    cloud.world.things["old"] = {"Name": "old", "Size": 3}
    cloud.create("s", {"A": thing(Size=1)}, Outputs={"Size": {"Value": "1"}})
    return cloud


def asked(logical_id: str = "Old", kind: str = "Test::Thing", **identifier: str) -> dict[str, Any]:
    return {
        "ResourceType": kind,
        "LogicalResourceId": logical_id,
        "ResourceIdentifier": identifier or {"Name": "old"},
    }


def plan(cloud: FakeCloud, resources: dict[str, Any], *wanted: dict[str, Any], **more: Any) -> Any:
    return cloud.change_set(
        "s",
        resources,
        ChangeSetType="IMPORT",
        ResourcesToImport=list(wanted or [asked()]),
        **{"Outputs": {"Size": {"Value": "1"}}, **more},
    )


def run(cloud: FakeCloud, resources: dict[str, Any]) -> str:
    plan(cloud, resources)
    cloud("ExecuteChangeSet", StackName="s", ChangeSetName="changes")
    return cloud.settled("s")


def test_an_existing_resource_is_the_stacks_from_then_on(cloud: FakeCloud) -> None:
    described = plan(cloud, {"A": thing(Size=1), "Old": OLD})
    [change] = [item["ResourceChange"] for item in described["Changes"]]
    assert (change["Action"], change["PhysicalResourceId"]) == ("Import", "old")
    assert "import Old" not in cloud.world.history

    cloud("ExecuteChangeSet", StackName="s", ChangeSetName="changes")
    assert cloud.settled("s") == "IMPORT_COMPLETE"
    assert cloud.world.history == ["create A", "import Old"]

    resized = thing(Name="old", Size=4, DeletionPolicy="Retain")
    assert cloud.update("s", {"A": thing(Size=1), "Old": resized}) == "UPDATE_COMPLETE"
    assert cloud.world.history[-1] == "update Old to 4"
    assert cloud.update("s", {"A": thing(Size=1)}) == "UPDATE_COMPLETE"
    assert "old" in cloud.world.things, "its policy retains it"


def test_an_imported_resource_can_be_referred_to_later(cloud: FakeCloud) -> None:
    assert run(cloud, {"A": thing(Size=1), "Old": OLD}) == "IMPORT_COMPLETE"
    linked = {"A": thing(Size=1), "Old": OLD, "B": thing(Link={"Fn::GetAtt": ["Old", "Size"]})}
    assert cloud.update("s", linked) == "UPDATE_COMPLETE"
    assert "3" in [item.get("Link") for item in cloud.world.things.values()]


def test_an_import_of_nothing_is_rolled_back(cloud: FakeCloud) -> None:
    del cloud.world.things["old"]
    assert run(cloud, {"A": thing(Size=1), "Old": OLD}) == "IMPORT_ROLLBACK_COMPLETE"
    found = [(name, status) for name, status, _ in cloud.events("s")]
    assert ("Old", "IMPORT_FAILED") in found
    assert cloud.update("s", {"A": thing(Size=2)}) == "UPDATE_COMPLETE"


def test_one_failure_lets_go_of_all(cloud: FakeCloud) -> None:
    resources = {
        "A": thing(Size=1),
        "Old": OLD,
        "Gone": thing(Name="gone", DeletionPolicy="Delete", Link={"Ref": "Old"}),
    }
    plan(cloud, resources, asked(), asked("Gone", Name="gone"))
    cloud("ExecuteChangeSet", StackName="s", ChangeSetName="changes")
    assert cloud.settled("s") == "IMPORT_ROLLBACK_COMPLETE"
    assert "old" in cloud.world.things
    cloud("DeleteChangeSet", StackName="s", ChangeSetName="changes")
    assert run(cloud, {"A": thing(Size=1), "Old": OLD}) == "IMPORT_COMPLETE", "no stack has it"


@pytest.mark.parametrize(
    ("resources", "wanted", "problem"),
    [
        (
            {"A": thing(Size=1), "Old": thing(Name="old")},
            asked(),
            r"resources to import \[Old\] must have DeletionPolicy",
        ),
        (
            {"A": thing(Size=2), "Old": OLD},
            asked(),
            r"You have modified resources \[A\] in your template that are not being imported",
        ),
        (
            {"A": thing(Size=1), "Old": OLD, "New": thing()},
            asked(),
            r"You have modified resources \[New\]",
        ),
        ({"Old": OLD}, asked(), r"You have modified resources \[A\]"),
        (
            {"A": thing(Size=1), "Old": {**OLD, "Type": "Test::Other"}},
            asked(kind="Test::Other"),
            "types are not supported for resource import: Test::Other",
        ),
        ({"A": thing(Size=1), "Old": OLD}, asked("Older"), "no resource Older of type Test::Thing"),
        ({"A": thing(Size=1), "Old": OLD}, asked(Id="old"), r"is identified by \[Name\]"),
        ({"A": thing(Size=1, DeletionPolicy="Delete")}, asked("A"), r"\[A\] are in the stack"),
    ],
)
def test_only_imports_change_and_each_says_what_becomes_of_it(
    cloud: FakeCloud, resources: dict[str, Any], wanted: dict[str, Any], problem: str
) -> None:
    with pytest.raises(ApiError, match=problem):
        plan(cloud, resources, wanted)


def test_an_import_changes_no_outputs(cloud: FakeCloud) -> None:
    with pytest.raises(ApiError, match=r"you cannot modify or add \[Outputs\]"):
        plan(cloud, {"A": thing(Size=1), "Old": OLD}, Outputs={})


def test_what_another_stack_has_is_not_imported(cloud: FakeCloud) -> None:
    cloud.create("other", {"Mine": thing(Name="mine")})
    resources = {"A": thing(Size=1), "Old": thing(Name="mine", DeletionPolicy="Retain")}
    with pytest.raises(ApiError, match=r"mine already exists in stack arn:.*stack/other/"):
        plan(cloud, resources, asked(Name="mine"))


def test_an_import_needs_resources_and_a_stack(cloud: FakeCloud) -> None:
    with pytest.raises(ApiError, match="ResourcesToImport must be specified"):
        cloud.change_set("s", {"A": thing(Size=1)}, ChangeSetType="IMPORT")
    with pytest.raises(ApiError, match="does not support the ChangeSetType IMPORT for a new stack"):
        cloud.change_set("new", {"Old": OLD}, ChangeSetType="IMPORT", ResourcesToImport=[asked()])


def test_a_templates_summary_says_how_to_identify_what_can_be_imported(cloud: FakeCloud) -> None:
    other = {"Type": "Test::Other", "Properties": {}}
    found = cloud("GetTemplateSummary", **template({"Old": OLD, "Other": other}, {}))
    assert found["ResourceIdentifierSummaries"] == [
        {
            "ResourceType": "Test::Thing",
            "LogicalResourceIds": ["Old"],
            "ResourceIdentifiers": ["Name"],
        }
    ]
