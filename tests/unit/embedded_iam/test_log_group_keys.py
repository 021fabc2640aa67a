"""CloudWatch Logs takes a key for a log group only where the key's policy admits it."""

from __future__ import annotations

import json
from typing import Any

from embedded_aws.runtime import Runtime
from tests.unit.embedded_iam.calls import refused

ROOT = "arn:aws:iam::123456789012:root"


def key_for(runtime: Runtime, groups: str, service: str = "logs.us-east-1.amazonaws.com") -> Any:
    owner = {"Effect": "Allow", "Principal": {"AWS": ROOT}, "Action": "kms:*", "Resource": "*"}
    logs = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
        "Resource": "*",
        "Condition": {
            "ArnLike": {
                "kms:EncryptionContext:aws:logs:arn": (
                    f"arn:aws:logs:us-east-1:123456789012:log-group:{groups}"
                )
            }
        },
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [owner, logs]})
    return runtime.client("kms").create_key(Policy=policy)["KeyMetadata"]["Arn"]


def test_a_key_that_admits_the_group_is_taken(runtime: Runtime) -> None:
    logs, key = runtime.client("logs"), key_for(runtime, "keyed-*")

    logs.create_log_group(logGroupName="keyed-one", kmsKeyId=key)

    [group] = logs.describe_log_groups(logGroupNamePrefix="keyed-one")["logGroups"]
    assert group["kmsKeyId"] == key


def test_other_groups_services_and_unknown_keys_are_refused(runtime: Runtime) -> None:
    logs, key = runtime.client("logs"), key_for(runtime, "keyed-*")
    logs.create_log_group(logGroupName="plain")
    elsewhere = key_for(runtime, "*", "logs.eu-west-1.amazonaws.com")
    unknown = f"{key[:-4]}0000"
    for call in (
        lambda: logs.create_log_group(logGroupName="other", kmsKeyId=key),
        lambda: logs.associate_kms_key(logGroupName="plain", kmsKeyId=key),
        lambda: logs.create_log_group(logGroupName="keyed-two", kmsKeyId=elsewhere),
        lambda: logs.create_log_group(logGroupName="keyed-three", kmsKeyId=unknown),
    ):
        code, message = refused(call)
        assert code == "InvalidParameterException"
        assert "is not allowed to be used with Arn" in message
