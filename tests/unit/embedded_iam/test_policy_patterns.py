"""Wildcards, ARNs and policy variables."""

import pytest

from embedded_aws.iam.policy.context import Context
from embedded_aws.iam.policy.patterns import Pattern

CONTEXT = Context(
    {
        "aws:username": "ann",
        "aws:PrincipalTag/team": "gr*wth",
        "aws:PrincipalAccount": "123456789012",
        "aws:TagKeys": ["a", "b"],
    }
)


@pytest.mark.parametrize(
    ("pattern", "value", "fits"),
    [
        ("*", "arn:aws:s3:::bucket/key", True),
        ("*", "*", True),
        ("arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket/a/b:c", True),
        ("arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket", False),
        ("arn:aws:s3:::bucket*", "arn:aws:s3:::bucket-two/key", True),
        ("arn:aws:s3:::b?cket", "arn:aws:s3:::bucket", True),
        ("arn:aws:s3:::b?cket", "arn:aws:s3:::bcket", False),
        ("arn:aws:s3:::Bucket", "arn:aws:s3:::bucket", False),
        # Before the resource part a wildcard stays within its own part ...
        ("arn:aws:*:123456789012:role/x", "arn:aws:iam::123456789012:role/x", False),
        ("arn:*:iam::*:role/x", "arn:aws:iam::123456789012:role/x", True),
        # ... and in the resource part it crosses colons.
        ("arn:aws:logs:*:*:log-group:g:*", "arn:aws:logs:r:1:log-group:g:log-stream:s", True),
        # AWS completes an ARN that ends early.
        ("arn:aws:sqs", "arn:aws:sqs:us-east-1:123456789012:queue", True),
        ("arn:aws:sqs", "arn:aws:sns:us-east-1:123456789012:topic", False),
        ("arn:aws:s3:::a.b", "arn:aws:s3:::axb", False),
    ],
)
def test_a_resource_pattern_fits_as_on_aws(pattern: str, value: str, fits: bool) -> None:
    assert Pattern(pattern, variables=True, arn=True).matches(value, CONTEXT) is fits


@pytest.mark.parametrize(
    ("pattern", "action", "fits"),
    [
        ("s3:getobject", "s3:GetObject", True),
        ("S3:Get*", "s3:GetObject", True),
        ("s3:Get?bject", "s3:GetObject", True),
        ("s3:Get", "s3:GetObject", False),
        ("*:*", "s3:GetObject", True),
    ],
)
def test_an_action_pattern_ignores_case(pattern: str, action: str, fits: bool) -> None:
    assert Pattern(pattern, variables=False, ignore_case=True).matches(action, CONTEXT) is fits


@pytest.mark.parametrize(
    ("pattern", "value", "fits"),
    [
        ("arn:aws:s3:::home/${aws:username}/*", "arn:aws:s3:::home/ann/x", True),
        ("arn:aws:s3:::home/${aws:username}/*", "arn:aws:s3:::home/bob/x", False),
        ("arn:aws:iam::${aws:PrincipalAccount}:role/x", "arn:aws:iam::123456789012:role/x", True),
        # A wildcard that comes with a value has no power.
        ("team/${aws:PrincipalTag/team}", "team/gr*wth", True),
        ("team/${aws:PrincipalTag/team}", "team/growth", False),
        ("home/${aws:userid}", "home/", False),
        ("home/${aws:userid, 'nobody'}", "home/nobody", True),
        ("home/${aws:TagKeys}", "home/a", False),
        ("plain ${*} star", "plain * star", True),
        ("plain ${*} star", "plain x star", False),
        ("${$}{x}", "${x}", True),
    ],
)
def test_policy_variables_are_filled_in_as_plain_text(pattern: str, value: str, fits: bool) -> None:
    assert Pattern(pattern, variables=True, arn=True).matches(value, CONTEXT) is fits


def test_without_variables_the_text_is_literal() -> None:
    pattern = Pattern("home/${aws:username}", variables=False)
    assert pattern.matches("home/${aws:username}", CONTEXT)
    assert not pattern.matches("home/ann", CONTEXT)
