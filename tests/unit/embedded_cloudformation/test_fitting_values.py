"""Template values are fitted to API types, and what does not fit is named."""

from __future__ import annotations

import re

import boto3
import pytest

from embedded_aws.cloudformation.errors import ResourceError
from embedded_aws.cloudformation.resources.api_shapes import fit, lower_camel
from embedded_aws.cloudformation.resources.physical_names import physical_name
from embedded_aws.cloudformation.resources.s3_lifecycle import lifecycle_rules
from embedded_aws.cloudformation.resources.tags import tag_changes


def shape(service: str, operation: str) -> object:
    client = boto3.client(
        service, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    return client.meta.service_model.operation_model(operation).input_shape


def test_text_becomes_numbers_and_booleans_and_objects_become_json() -> None:
    fitted = fit(
        {
            "FunctionName": "f",
            "Timeout": "30",
            "Publish": "true",
            "Environment": {"Variables": {"A": 1, "B": True}},
            "Layers": "one",
        },
        shape("lambda", "CreateFunction"),
        "CreateFunction",
    )
    assert fitted == {
        "FunctionName": "f",
        "Timeout": 30,
        "Publish": True,
        "Environment": {"Variables": {"A": "1", "B": "true"}},
        "Layers": ["one"],
    }
    policy = fit({"PolicyDocument": {"a": 1}}, shape("iam", "CreatePolicy"), "CreatePolicy")
    assert policy == {"PolicyDocument": '{"a": 1}'}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"Environment": {"Variable": {}}}, "Variable in CreateFunction/Environment; allowed"),
        ({"Timeout": "soon"}, "CreateFunction/Timeout has to be a number, got 'soon'"),
        ({"Publish": "maybe"}, "CreateFunction/Publish has to be true or false, got 'maybe'"),
        ({"Environment": "x"}, "CreateFunction/Environment has to be an object, got 'x'"),
    ],
)
def test_what_does_not_fit_is_named(value: dict[str, object], words: str) -> None:
    with pytest.raises(ResourceError, match=re.escape(words)):
        fit(value, shape("lambda", "CreateFunction"), "CreateFunction")


def test_names_in_lower_camel_case() -> None:
    given = {"Destinations": [{"CloudWatchLogsLogGroup": {"LogGroupArn": "x"}}], "Level": "ALL"}
    assert lower_camel(given) == {
        "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": "x"}}],
        "level": "ALL",
    }


@pytest.mark.parametrize(
    ("stack", "logical_id", "max_length", "lower"),
    [
        ("s", "L", 63, False),
        ("stack" * 20, "Logical" * 20, 63, True),
        ("stack" * 20, "Short", 64, False),
        ("a-very-long-stack-name-indeed", "Under_Score", 63, False),
    ],
)
def test_generated_names_keep_to_their_types_rules_and_differ(
    stack: str, logical_id: str, max_length: int, lower: bool
) -> None:
    names = {
        physical_name(stack, logical_id, max_length=max_length, lower=lower) for _ in range(20)
    }
    assert len(names) == 20
    for name in names:
        assert len(name) <= max_length
        assert re.fullmatch("[a-z0-9-]+" if lower else "[A-Za-z0-9-]+", name)
        assert name[0] == stack[0]


def test_lifecycle_rules_get_the_apis_names() -> None:
    assert lifecycle_rules(
        [
            {
                "Id": "x",
                "Status": "Enabled",
                "Prefix": "tmp/",
                "ExpirationInDays": 3,
                "NoncurrentVersionExpirationInDays": 1,
                "Transitions": [{"StorageClass": "GLACIER", "TransitionInDays": 2}],
                "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
            },
            {"Status": "Enabled", "TagFilters": [{"Key": "a", "Value": "b"}], "Prefix": "p"},
        ]
    ) == [
        {
            "ID": "x",
            "Status": "Enabled",
            "Filter": {"Prefix": "tmp/"},
            "Expiration": {"Days": 3},
            "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
            "Transitions": [{"StorageClass": "GLACIER", "Days": 2}],
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
        },
        {
            "Status": "Enabled",
            "Filter": {"And": {"Prefix": "p", "Tags": [{"Key": "a", "Value": "b"}]}},
        },
    ]
    with pytest.raises(ResourceError, match="unsupported property Expires"):
        lifecycle_rules([{"Status": "Enabled", "Expires": 1}])


def test_tags_are_compared_by_key() -> None:
    old = [{"Key": "same", "Value": 1}, {"Key": "gone", "Value": "x"}, {"Key": "new", "Value": "a"}]
    assert tag_changes(old, {"same": "1", "new": "b"}) == ({"new": "b"}, ["gone"])
