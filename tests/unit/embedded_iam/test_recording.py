"""What a recording keeps of the calls that were allowed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from embedded_aws.iam.policy.context import Context
from embedded_aws.iam.policy.document import AccessRequest, compile_policy
from embedded_aws.iam.policy.evaluation import ResourcePolicies
from embedded_aws.iam.policy.principals import Principal
from embedded_aws.iam.recording import PermissionRecording
from tests.unit.embedded_iam.policies import allow, deny, policy_text

ROLE = "arn:aws:iam::123456789012:role/r"
PASSED = {"StringEquals": {"iam:PassedToService": "a.amazonaws.com"}}
POLICY = compile_policy(
    policy_text(
        allow(["s3:GetObject", "s3:PutObject"], ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"]),
        allow("iam:PassRole", "arn:aws:iam::123456789012:role/x", Condition=PASSED),
        deny("s3:*", "arn:aws:s3:::c/*"),
    )
)


def use(
    recording: PermissionRecording, action: str, resource: str, guards: str | None = None
) -> None:
    principal = Principal("arn:aws:sts::123456789012:assumed-role/r/s", "123456789012", ROLE)
    context = Context({"iam:PassedToService": "a.amazonaws.com", "aws:SourceIp": "10.0.0.1"})
    policies = ResourcePolicies((compile_policy(guards),)) if guards else ResourcePolicies()
    request = AccessRequest(principal, action, resource, context)
    recording.record(ROLE, (POLICY,), request, policies)


def written(folder: Path) -> list[dict[str, Any]]:
    [path] = folder.iterdir()
    uses: list[dict[str, Any]] = json.loads(path.read_text())
    return uses


def test_equal_uses_are_counted_and_one_example_is_kept(tmp_path: Path) -> None:
    recording = PermissionRecording(tmp_path / "of-run")
    for key in ("a/1", "a/2", "b/1"):
        use(recording, "s3:GetObject", f"arn:aws:s3:::{key}")
    recording.write()
    uses = written(tmp_path / "of-run")
    assert [(u["resource"], u["count"], u["by"]) for u in uses] == [
        ("arn:aws:s3:::a/1", 2, [[0, 0, "arn:aws:s3:::a/*"]]),
        ("arn:aws:s3:::b/1", 1, [[0, 0, "arn:aws:s3:::b/*"]]),
    ]
    assert {u["role"] for u in uses} == {ROLE}
    assert uses[0]["documents"] == [json.loads(POLICY.text)]


def test_only_condition_keys_that_policies_ask_for_are_kept(tmp_path: Path) -> None:
    recording = PermissionRecording(tmp_path)
    use(recording, "iam:PassRole", "arn:aws:iam::123456789012:role/x")
    recording.write()
    assert written(tmp_path)[0]["context"] == {"iam:PassedToService": ["a.amazonaws.com"]}


def test_what_a_resources_policy_allows_alone_uses_no_permission(tmp_path: Path) -> None:
    recording = PermissionRecording(tmp_path / "never")
    guards = policy_text(allow("s3:GetObject", "arn:aws:s3:::a/*", Principal={"AWS": ROLE}))
    use(recording, "s3:GetObject", "arn:aws:s3:::a/1", guards)
    recording.write()
    assert not (tmp_path / "never").exists()
