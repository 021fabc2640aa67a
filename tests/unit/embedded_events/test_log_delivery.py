"""State machines with logging extend the account's policy of CloudWatch Logs, which has an end."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.embedded_iam.calls import refused

POLICY = "AWSLogDeliveryWrite20150319"
LIMIT = 5_120
DEFINITION = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})


@pytest.fixture
def logs(client: Callable[[str], Any]) -> Iterator[Any]:
    found = client("logs")
    yield found
    for policy in found.describe_resource_policies()["resourcePolicies"]:
        found.delete_resource_policy(policyName=policy["policyName"])


@pytest.fixture
def create(
    client: Callable[[str], Any], logs: Any, make_role: Callable[..., str]
) -> Callable[[str], None]:
    """`create(group)` makes a state machine that logs to a new group."""
    role = make_role("states.amazonaws.com")

    def make(group: str) -> None:
        logs.create_log_group(logGroupName=group)
        arn = f"arn:aws:logs:us-east-1:123456789012:log-group:{group}:*"
        client("stepfunctions").create_state_machine(
            name=f"m-{uuid.uuid4().hex[:8]}",
            definition=DEFINITION,
            roleArn=role,
            loggingConfiguration={
                "level": "ERROR",
                "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": arn}}],
            },
        )

    return make


def _policy(logs: Any) -> str:
    found = {
        each["policyName"]: each["policyDocument"]
        for each in logs.describe_resource_policies()["resourcePolicies"]
    }
    return str(found.get(POLICY, ""))


def test_log_groups_fill_the_policy_until_there_is_no_room(
    logs: Any, create: Callable[[str], None]
) -> None:
    def create_all() -> None:
        for number in range(LIMIT // 100):
            create(f"/states/{'m' * 40}-{number}")

    with pytest.raises(ClientError, match="is not authorized to access the Log Destination"):
        create_all()
    assert LIMIT - 200 < len(_policy(logs)) <= LIMIT


def test_log_groups_below_vendedlogs_take_no_room(logs: Any, create: Callable[[str], None]) -> None:
    create("/aws/vendedlogs/states/one")
    assert _policy(logs) == ""


def test_a_policy_of_ones_own_has_the_same_limit(logs: Any) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "es.amazonaws.com"},
        "Action": "logs:PutLogEvents",
        "Resource": "*",
        "Sid": "x" * LIMIT,
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    put = partial(logs.put_resource_policy, policyName="own", policyDocument=document)
    assert refused(put)[0] == "LimitExceededException"
