"""Condition keys about rows of a table, and tags of resources that one service alone stores."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from embedded_aws.runtime import Runtime
from tests.unit.embedded_iam.calls import refused
from tests.unit.embedded_iam.policies import allow

AsRole = Callable[..., Callable[[str], Any]]
DENIED = "AccessDeniedException"


def test_a_caller_reaches_only_its_own_partition_keys(
    runtime: Runtime, as_role: AsRole, unique: Callable[[str], str]
) -> None:
    table = unique("table")
    runtime.client("dynamodb").create_table(
        TableName=table,
        AttributeDefinitions=[{"AttributeName": "owner", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "owner", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    mine = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["me"]}}
    dynamodb = as_role(allow("dynamodb:*", Condition=mine))("dynamodb")
    row, other = {"owner": {"S": "me"}}, {"owner": {"S": "you"}}
    dynamodb.put_item(TableName=table, Item=row)
    assert dynamodb.get_item(TableName=table, Key=row)["Item"] == row
    query = {
        "TableName": table,
        "KeyConditionExpression": "#o = :o",
        "ExpressionAttributeNames": {"#o": "owner"},
    }
    assert dynamodb.query(**query, ExpressionAttributeValues={":o": {"S": "me"}})["Count"] == 1
    for call in (
        lambda: dynamodb.put_item(TableName=table, Item=other),
        lambda: dynamodb.get_item(TableName=table, Key=other),
        lambda: dynamodb.query(**query, ExpressionAttributeValues={":o": {"S": "you"}}),
        lambda: dynamodb.batch_get_item(RequestItems={table: {"Keys": [row, other]}}),
        lambda: dynamodb.batch_write_item(
            RequestItems={table: [{"PutRequest": {"Item": row}}, {"PutRequest": {"Item": other}}]}
        ),
        lambda: dynamodb.transact_write_items(
            TransactItems=[{"Delete": {"TableName": table, "Key": other}}]
        ),
    ):
        assert refused(call)[0] == DENIED


def test_tags_of_queues_and_parameters_decide(
    runtime: Runtime, as_role: AsRole, unique: Callable[[str], str]
) -> None:
    of_team = {"StringEquals": {"aws:ResourceTag/team": "a"}}
    in_own_words = {"StringEquals": {"ssm:resourceTag/team": "a"}}
    role = as_role(
        allow("sqs:SendMessage", Condition=of_team),
        allow("ssm:GetParameter", Condition=in_own_words),
    )
    sqs, ssm = runtime.client("sqs"), runtime.client("ssm")
    for team, is_allowed in (("a", True), ("b", False)):
        url = sqs.create_queue(QueueName=unique("queue"), tags={"team": team})["QueueUrl"]
        name = f"/{unique('parameter')}"
        tags = [{"Key": "team", "Value": team}]
        ssm.put_parameter(Name=name, Value="1", Type="String", Tags=tags)
        calls = (
            lambda url=url: role("sqs").send_message(QueueUrl=url, MessageBody="x"),
            lambda name=name: role("ssm").get_parameter(Name=name),
        )
        for call in calls:
            if is_allowed:
                assert call()
            else:
                assert refused(call)[0].startswith("AccessDenied")
