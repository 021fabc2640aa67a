"""CloudWatch Logs takes a key for a log group only where the key's policy admits it."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from embedded_aws.runtime import Runtime
from tests.unit.embedded_iam.calls import refused
from tests.unit.embedded_iam.policies import allow

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


def test_keys_that_cannot_encrypt_and_names_of_keys_are_refused(runtime: Runtime) -> None:
    logs, kms = runtime.client("logs"), runtime.client("kms")
    logs.create_log_group(logGroupName="keyed-open")
    disabled = key_for(runtime, "keyed-*")
    kms.disable_key(KeyId=disabled.rpartition("/")[2])
    named = key_for(runtime, "keyed-*").rpartition("/")[2]
    pair = kms.create_key(KeyUsage="SIGN_VERIFY", KeySpec="RSA_2048")["KeyMetadata"]["Arn"]
    for key in (disabled, named, pair):
        code, _ = refused(partial(logs.associate_kms_key, logGroupName="keyed-open", kmsKeyId=key))
        assert code == "InvalidParameterException"


def test_a_group_gets_another_key_and_loses_it_again(runtime: Runtime) -> None:
    logs = runtime.client("logs")
    logs.create_log_group(logGroupName="keyed-later")
    by_arn = "arn:aws:logs:us-east-1:123456789012:log-group:keyed-later"

    def key() -> str | None:
        [group] = logs.describe_log_groups(logGroupNamePrefix="keyed-later")["logGroups"]
        found: str | None = group.get("kmsKeyId")
        return found

    for target in ({"logGroupName": "keyed-later"}, {"resourceIdentifier": by_arn}):
        wanted = key_for(runtime, "keyed-*")
        logs.associate_kms_key(kmsKeyId=wanted, **target)
        assert key() == wanted
        logs.disassociate_kms_key(**target)
        assert key() is None


def test_a_key_needs_one_existing_group(runtime: Runtime) -> None:
    logs, key = runtime.client("logs"), key_for(runtime, "*")
    arn = "arn:aws:logs:us-east-1:123456789012:"
    code, _ = refused(lambda: logs.associate_kms_key(logGroupName="absent", kmsKeyId=key))
    assert code == "ResourceNotFoundException"
    for target in (
        {},
        {"logGroupName": "a", "resourceIdentifier": f"{arn}log-group:a"},
        {"resourceIdentifier": "a"},
    ):
        code, _ = refused(partial(logs.disassociate_kms_key, **target))
        assert code == "InvalidParameterException"
    code, message = refused(
        lambda: logs.disassociate_kms_key(resourceIdentifier=f"{arn}query-result:*")
    )
    assert code == "NotImplemented"
    assert "results of queries" in message


def test_the_caller_needs_the_key_too(
    runtime: Runtime, as_role: Callable[..., Callable[[str], Any]]
) -> None:
    runtime.client("logs").create_log_group(logGroupName="keyed-mine")
    key = key_for(runtime, "keyed-*")
    group = "arn:aws:logs:us-east-1:123456789012:log-group:keyed-mine:*"
    associate = allow("logs:AssociateKmsKey", group)
    use = allow(
        [
            "kms:Decrypt",
            "kms:DescribeKey",
            "kms:Encrypt",
            "kms:GenerateDataKey",
            "kms:ReEncryptFrom",
            "kms:ReEncryptTo",
        ],
        key,
        Condition={"StringEquals": {"kms:ViaService": "logs.us-east-1.amazonaws.com"}},
    )
    without, with_key = as_role(associate)("logs"), as_role(associate, use)("logs")

    code, message = refused(
        lambda: without.associate_kms_key(logGroupName="keyed-mine", kmsKeyId=key)
    )
    assert code == "AccessDeniedException"
    assert "kms:" in message
    with_key.associate_kms_key(logGroupName="keyed-mine", kmsKeyId=key)
