"""The account's policy of CloudWatch Logs by which log groups of state machines are written to.

Step Functions extends it by each log group that is not below `/aws/vendedlogs/`, and CloudWatch
Logs takes 5,120 characters (Step Functions' guide, "Avoiding Amazon CloudWatch Logs resource policy
size restrictions"). Nothing takes an entry out again.
"""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from embedded_aws.gateway import ApiError

# CloudWatch Logs' guide, "Logs sent to CloudWatch Logs".
_POLICY = "AWSLogDeliveryWrite20150319"
_WITHOUT_ENTRIES = "/aws/vendedlogs/"


def admit_log_group(logs: Any, group: str, arn: str) -> None:
    """Let the delivery of logs write to a group.

    Args:
        logs: a client of CloudWatch Logs.
        arn: the group's, without `:*`.

    Raises:
        ApiError: AccessDeniedException when the policy would get too long.
    """
    if group.startswith(_WITHOUT_ENTRIES):
        return
    policies = logs.describe_resource_policies()["resourcePolicies"]
    text = next((each["policyDocument"] for each in policies if each["policyName"] == _POLICY), "")
    admitted = json.loads(text)["Statement"][0]["Resource"] if text else []
    entry = f"{arn}:log-stream:*"
    if entry in admitted:
        return
    statement = {
        "Sid": _POLICY,
        "Effect": "Allow",
        "Principal": {"Service": ["delivery.logs.amazonaws.com"]},
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": [*admitted, entry],
    }
    document = json.dumps(
        {"Version": "2012-10-17", "Statement": [statement]}, separators=(",", ":")
    )
    try:
        logs.put_resource_policy(policyName=_POLICY, policyDocument=document)
    except ClientError as error:
        raise ApiError(
            "AccessDeniedException",
            "The state machine IAM Role is not authorized to access the Log Destination "
            f"({_POLICY}: {error.response['Error'].get('Message', '')})",
            status=400,
        ) from error
