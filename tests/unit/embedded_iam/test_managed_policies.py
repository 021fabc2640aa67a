"""AWS's own policies are those that moto has, decoded once for all of its partitions."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import IAMBackend

from embedded_aws.iam import moto_patches
from embedded_aws.iam.moto_patches import keep_aws_managed_policies


def test_each_partition_has_all_policies_of_one_decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    documents = json.loads(aws_managed_policies_data)
    decoded: list[int] = []

    def loads(text: str) -> Any:
        decoded.append(len(text))
        return json.loads(text)

    keep_aws_managed_policies()
    moto_patches._decoded_policies.cache_clear()
    monkeypatch.setattr(moto_patches, "json", SimpleNamespace(loads=loads))

    for partition in ("aws", "aws-cn"):
        policies = IAMBackend(partition, "123456789012").aws_managed_policies
        assert [policy.name for policy in policies] == list(documents)
        arns = {policy.arn.partition(":iam:")[0] for policy in policies}
        assert arns == {f"arn:{partition}"}
        for policy in policies:
            assert json.loads(policy.versions[0].document) == documents[policy.name]["Document"]
    assert decoded == [len(aws_managed_policies_data)]
