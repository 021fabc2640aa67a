"""Change sets say what will happen, and then it happens."""

from __future__ import annotations

import json
from typing import Any

import pytest

from embedded_aws.gateway import ApiError
from tests.unit.embedded_cloudformation.fake_cloud import FakeCloud, thing


def changes(described: Any) -> dict[str, tuple[str, str | None]]:
    """Logical id -> (action, replacement)."""
    found = [item["ResourceChange"] for item in described["Changes"]]
    return {item["LogicalResourceId"]: (item["Action"], item.get("Replacement")) for item in found}


def test_a_new_stack_waits_in_review_until_its_change_set_is_executed(cloud: FakeCloud) -> None:
    described = cloud.change_set("s", {"A": thing()}, ChangeSetType="CREATE")
    assert changes(described) == {"A": ("Add", None)}
    assert (described["Status"], described["ExecutionStatus"]) == ("CREATE_COMPLETE", "AVAILABLE")
    assert cloud.stack("s")["StackStatus"] == "REVIEW_IN_PROGRESS"
    assert cloud("GetTemplate", StackName="s")["TemplateBody"] == ""
    assert cloud.world.history == []

    cloud("ExecuteChangeSet", StackName="s", ChangeSetName="changes")
    assert cloud.settled("s") == "CREATE_COMPLETE"
    assert cloud.stack("s")["ChangeSetId"] == described["ChangeSetId"]


def test_execution_answers_when_quick_work_is_done(cloud: FakeCloud) -> None:
    cloud.change_set("s", {"A": thing()}, ChangeSetType="CREATE")
    cloud("ExecuteChangeSet", StackName="s", ChangeSetName="changes")
    assert cloud.stack("s")["StackStatus"] == "CREATE_COMPLETE"


def test_actions_and_replacements_are_foretold(cloud: FakeCloud) -> None:
    cloud.create(
        "s",
        {
            "Same": thing(),
            "Resized": thing(Size=1),
            "Replaced": thing(Kind="x"),
            "Follows": thing(Link={"Ref": "Replaced"}),
            "Renamed": thing(Name={"Fn::GetAtt": ["Resized", "Size"]}),
            "Gone": thing(DeletionPolicy="Retain"),
        },
    )
    described = cloud.change_set(
        "s",
        {
            "Same": thing(),
            "Resized": thing(Size=2),
            "Replaced": thing(Kind="y"),
            "Follows": thing(Link={"Ref": "Replaced"}),
            "Renamed": thing(Name={"Fn::GetAtt": ["Resized", "Size"]}),
            "New": thing(),
        },
        IncludePropertyValues=True,
    )
    assert changes(described) == {
        "Resized": ("Modify", "False"),
        "Replaced": ("Modify", "True"),
        "Follows": ("Modify", "False"),
        "Renamed": ("Modify", "Conditional"),
        "New": ("Add", None),
        "Gone": ("Remove", None),
    }
    found = {
        item["ResourceChange"]["LogicalResourceId"]: item["ResourceChange"]
        for item in described["Changes"]
    }
    assert found["Gone"]["PolicyAction"] == "Retain"
    assert found["Follows"]["Details"][0]["Evaluation"] == "Dynamic"
    assert found["Replaced"]["Details"][0]["Target"]["RequiresRecreation"] == "Always"
    assert "AfterContext" not in found["New"], "values are shown only when asked for"


def test_values_are_shown_on_request_and_secrets_are_not(cloud: FakeCloud) -> None:
    cloud.create("s", {"A": thing(Name="a", Size=1)})
    cloud(
        "CreateChangeSet",
        StackName="s",
        ChangeSetName="c",
        TemplateBody=json.dumps(
            {
                "Parameters": {"Password": {"Type": "String", "NoEcho": True}},
                "Resources": {
                    "A": thing(Name="a", Link={"Ref": "Password"}),
                    "B": thing(),
                    "C": thing(Link={"Ref": "B"}),
                },
            }
        ),
        Parameters=[{"ParameterKey": "Password", "ParameterValue": "hunter2"}],
    )
    described = cloud(
        "DescribeChangeSet", StackName="s", ChangeSetName="c", IncludePropertyValues=True
    )
    contexts = {
        item["ResourceChange"]["LogicalResourceId"]: item["ResourceChange"]
        for item in described["Changes"]
    }
    assert json.loads(contexts["A"]["BeforeContext"]) == {"Properties": {"Name": "a", "Size": 1}}
    assert json.loads(contexts["A"]["AfterContext"])["Properties"]["Link"] == "****"
    assert "KNOWN_AFTER_APPLY" in contexts["C"]["AfterContext"]
    assert described["Parameters"] == [{"ParameterKey": "Password", "ParameterValue": "****"}]


def test_metadata_and_policies_are_changes_that_touch_nothing(cloud: FakeCloud) -> None:
    cloud.create("s", {"A": thing()})
    resources = {"A": thing(Metadata={"note": 1}, DeletionPolicy="Retain")}
    described = cloud.change_set("s", resources)
    change = described["Changes"][0]["ResourceChange"]
    assert change["Scope"] == ["Metadata", "DeletionPolicy"]
    cloud("ExecuteChangeSet", StackName="s", ChangeSetName="changes")
    assert cloud.settled("s") == "UPDATE_COMPLETE"
    assert cloud.world.history == ["create A"]
    detail = cloud("DescribeStackResource", StackName="s", LogicalResourceId="A")
    assert detail["StackResourceDetail"]["Metadata"] == '{"note": 1}'
    cloud.delete("s")
    assert len(cloud.world.things) == 1, "the new policy holds"


def test_an_empty_change_set_fails_in_the_words_cdk_looks_for(cloud: FakeCloud) -> None:
    cloud.create("s", {"A": thing()})
    described = cloud.change_set("s", {"A": thing()})
    assert (described["Status"], described["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
    assert described["StatusReason"].startswith("The submitted information didn't contain changes.")
    with pytest.raises(ApiError, match=r"cannot be executed .* \[UNAVAILABLE\]"):
        cloud("ExecuteChangeSet", StackName="s", ChangeSetName="changes")
    cloud("DeleteChangeSet", StackName="s", ChangeSetName="changes")
    with pytest.raises(ApiError) as caught:
        cloud("DescribeChangeSet", StackName="s", ChangeSetName="changes")
    assert caught.value.code == "ChangeSetNotFound"


def test_executing_one_change_set_makes_the_others_obsolete(cloud: FakeCloud) -> None:
    cloud.create("s", {"A": thing(Size=1)})
    for size in (2, 3):
        cloud.change_set("s", {"A": thing(Size=size)}, name=f"to-{size}")
    cloud("ExecuteChangeSet", StackName="s", ChangeSetName="to-3")
    cloud.settled("s")
    with pytest.raises(ApiError, match="OBSOLETE"):
        cloud("ExecuteChangeSet", StackName="s", ChangeSetName="to-2")
    summaries = cloud("ListChangeSets", StackName="s")["Summaries"]
    assert {item["ChangeSetName"]: item["ExecutionStatus"] for item in summaries} == {
        "to-2": "OBSOLETE",
        "to-3": "EXECUTE_COMPLETE",
    }


def test_types_of_change_sets_fit_the_stacks_state(cloud: FakeCloud) -> None:
    with pytest.raises(ApiError, match=r"Stack \[s\] does not exist"):
        cloud.change_set("s", {"A": thing()})
    cloud.create("s", {"A": thing()})
    with pytest.raises(ApiError, match="already exists and cannot be created again"):
        cloud.change_set("s", {"A": thing()}, ChangeSetType="CREATE")
    with pytest.raises(ApiError, match="ResourcesToImport is valid for the ChangeSetType IMPORT"):
        cloud.change_set(
            "s",
            {"A": thing()},
            ResourcesToImport=[
                {
                    "ResourceType": "Test::Thing",
                    "LogicalResourceId": "A",
                    "ResourceIdentifier": {"Name": "a"},
                }
            ],
        )


def test_an_invalid_template_leaves_no_stack_behind(cloud: FakeCloud) -> None:
    with pytest.raises(ApiError):
        cloud.change_set("s", {"A": {"Type": "Test::Nothing"}}, ChangeSetType="CREATE")
    assert cloud("ListStacks")["StackSummaries"] == []
