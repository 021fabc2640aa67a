"""What the generated requests rely on to see that a read shows a write."""

from moto.core.utils import get_service_model

from tests.unit.embedded_core.read_after_write import differences, read_of, reads_of


def test_a_write_has_the_reads_of_its_noun() -> None:
    sns = get_service_model("sns")
    found = [read.name for read in reads_of(sns.operation_model("CreateTopic"))]
    assert found == ["ListTopics"]
    assert reads_of(sns.operation_model("DeleteTopic")) == []


def test_a_read_is_asked_with_what_request_and_answer_name() -> None:
    write = get_service_model("events").operation_model("PutRule")
    read = read_of(write, {"Name": "r", "EventBusName": "b", "State": "ENABLED"}, {"RuleArn": "x"})
    assert read is not None
    assert (read.operation_model.name, read.members) == (
        "DescribeRule",
        {"Name": "r", "EventBusName": "b"},
    )


def test_a_read_that_requires_what_is_not_named_is_not_asked() -> None:
    write = get_service_model("iam").operation_model("CreateAccessKey")
    assert read_of(write, {}, {}) is not None  # ListAccessKeys
    write = get_service_model("iam").operation_model("CreatePolicy")
    assert read_of(write, {"PolicyName": "p"}, {"Policy": {"Arn": "a"}}) is not None
    write = get_service_model("iam").operation_model("PutRolePolicy")
    assert read_of(write, {"RoleName": "r"}, {}) is None


def test_what_is_renamed_is_read_by_its_new_name() -> None:
    write = get_service_model("iam").operation_model("UpdateUser")
    written = {"UserName": "a", "NewUserName": "b"}
    read = read_of(write, written, {})
    assert read is not None
    assert read.members == {"UserName": "b"}
    assert differences(read.operation_model, written, {"User": {"UserName": "b"}}) == []


def test_what_a_read_shows_otherwise_or_leaves_out_is_told() -> None:
    read = get_service_model("secretsmanager").operation_model("DescribeSecret")
    written = {"Name": "a", "Description": "d", "Rows": [1], "ForceOverwriteReplicaSecret": True}
    assert (
        differences(read, written, {"Things": [{"name": "b"}, {"name": "a"}, {"Description": "d"}]})
        == []
    )
    assert differences(read, written, {"Thing": {"name": "b"}}) == [
        "Name was written as 'a' and is read as ['b']",
        "Description was written as 'd' and is read as 'nothing'",
    ]
