"""Values that stacks share."""

from __future__ import annotations

from typing import Any

import pytest

from embedded_aws.gateway import ApiError
from tests.unit.embedded_cloudformation.fake_cloud import FakeCloud, thing

USER = {"U": thing(Link={"Fn::ImportValue": "shared"})}


def export(name: str = "shared") -> dict[str, Any]:
    return {"Out": {"Value": {"Ref": "A"}, "Export": {"Name": name}}}


def test_imported_values_arrive_and_are_listed(cloud: FakeCloud) -> None:
    cloud.create("owner", {"A": thing(Name="a")}, Outputs=export())
    cloud.create("user", USER)
    assert cloud.world.things[cloud.physical_ids("user")["U"]]["Link"] == "a"
    assert [(e["Name"], e["Value"]) for e in cloud("ListExports")["Exports"]] == [("shared", "a")]
    assert cloud("ListImports", ExportName="shared") == {"Imports": ["user"]}


def test_an_export_in_use_can_neither_go_nor_change(cloud: FakeCloud) -> None:
    cloud.create("owner", {"A": thing(Name="a")}, Outputs=export())
    cloud.create("user", USER)
    assert cloud.delete("owner") == "CREATE_COMPLETE", "the former status"
    assert "DeletionTime" not in cloud.stack("owner")
    assert cloud.stack("owner")["StackStatusReason"] == (
        "Delete canceled. Cannot delete export shared as it is in use by user."
    )
    assert "a" in cloud.world.things
    more = {"A": thing(Name="a"), "B": thing(Name="b")}
    assert cloud.update("owner", more, Outputs=export()) == "UPDATE_COMPLETE"
    cloud.delete("user")
    assert cloud.delete("owner") == "DELETE_COMPLETE"


@pytest.mark.parametrize(
    ("resources", "outputs", "words"),
    [
        ({"A": thing(Name="other")}, export(), "Cannot update export shared"),
        ({"A": thing(Name="a", Size=2)}, {}, "Cannot delete export shared"),
    ],
)
def test_an_update_that_breaks_an_import_is_rolled_back(
    cloud: FakeCloud, resources: Any, outputs: Any, words: str
) -> None:
    cloud.create("owner", {"A": thing(Name="a")}, Outputs=export())
    cloud.create("user", USER)
    assert cloud.update("owner", resources, Outputs=outputs) == "UPDATE_ROLLBACK_COMPLETE"
    reasons = [reason for _, _, reason in cloud.events("owner")]
    assert f"{words} as it is in use by user." in reasons
    assert cloud.world.things["a"] == {"Name": "a"}


def test_an_export_has_one_owner(cloud: FakeCloud) -> None:
    cloud.create("owner", {"A": thing()}, Outputs=export())
    assert cloud.create("second", {"A": thing()}, Outputs=export()) == "ROLLBACK_COMPLETE"
    reasons = " ".join(reason for _, _, reason in cloud.events("second"))
    assert "Export with name shared is already exported by stack owner" in reasons


def test_importing_what_nobody_exports_fails_by_name(cloud: FakeCloud) -> None:
    with pytest.raises(ApiError, match="No export named shared found"):
        cloud.change_set("user", USER, ChangeSetType="CREATE")
    assert cloud.create("user", USER) == "ROLLBACK_COMPLETE"
    assert ("U", "CREATE_FAILED", "No export named shared found.") in cloud.events("user")
