"""Functions are described as they were declared; what cannot be honoured is refused by name."""

from __future__ import annotations

import io
import json
import urllib.request
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

Deploy = Callable[..., str]
LAYER = "arn:aws:lambda:us-east-1:123456789012:layer:a:1"
TEXT = "def handler(event, context):\n    return 1\n"


def test_settings_are_described_as_given_with_defaults_filled_in(
    client: Any, deploy: Deploy
) -> None:
    given = {
        "Timeout": 60,
        "MemorySize": 512,
        "Description": "plans",
        "TracingConfig": {"Mode": "Active"},
        "LoggingConfig": {"LogFormat": "JSON", "LogGroup": "/custom", "SystemLogLevel": "WARN"},
        "Environment": {"Variables": {"AN": "1"}},
        "Architectures": ["arm64"],
    }
    described = client.get_function_configuration(FunctionName=deploy(TEXT, **given))
    assert {key: described[key] for key in given} == given | {
        "LoggingConfig": given["LoggingConfig"] | {"ApplicationLogLevel": "INFO"}  # type: ignore[operator]
    }
    assert (described["State"], described["Version"]) == ("Active", "$LATEST")


def test_an_update_changes_only_what_it_names(client: Any, deploy: Deploy) -> None:
    name = deploy(TEXT, Timeout=60, Description="first")
    before = client.get_function_configuration(FunctionName=name)
    client.update_function_configuration(FunctionName=name, Description="second")
    after = client.get_function_configuration(FunctionName=name)
    assert (after["Timeout"], after["Description"]) == (60, "second")
    assert after["RevisionId"] != before["RevisionId"]


def test_the_code_can_come_from_s3_and_be_downloaded(
    aws: Any, client: Any, deploy: Deploy, zipped: Callable[[dict[str, str]], bytes]
) -> None:
    s3 = aws.runtime.client("s3")
    s3.create_bucket(Bucket="code")
    s3.put_object(Bucket="code", Key="a.zip", Body=zipped({"app.py": TEXT}))
    name = deploy("", Code={"S3Bucket": "code", "S3Key": "a.zip"})
    assert json.loads(client.invoke(FunctionName=name)["Payload"].read()) == 1
    location = client.get_function(FunctionName=name)["Code"]["Location"]
    with urllib.request.urlopen(location) as response:
        archive = zipfile.ZipFile(io.BytesIO(response.read()))
    assert archive.read("app.py").decode() == TEXT


def test_tags_can_be_read_and_changed(client: Any, deploy: Deploy) -> None:
    name = deploy(TEXT, Tags={"team": "growth"})
    arn = client.get_function_configuration(FunctionName=name)["FunctionArn"]
    client.tag_resource(Resource=arn, Tags={"stage": "test"})
    client.untag_resource(Resource=arn, TagKeys=["team"])
    assert client.list_tags(Resource=arn)["Tags"] == {"stage": "test"}


def test_a_permission_becomes_a_policy_statement(client: Any, deploy: Deploy) -> None:
    name = deploy(TEXT)
    request = {
        "FunctionName": name,
        "StatementId": "rule",
        "Action": "lambda:InvokeFunction",
        "Principal": "events.amazonaws.com",
        "SourceArn": "arn:aws:events:us-east-1:123456789012:rule/r",
    }
    client.add_permission(**request)
    statement = json.loads(client.get_policy(FunctionName=name)["Policy"])["Statement"][0]
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    assert statement["Condition"] == {"ArnLike": {"AWS:SourceArn": request["SourceArn"]}}
    with pytest.raises(ClientError, match="ResourceConflictException"):
        client.add_permission(**request)
    client.remove_permission(FunctionName=name, StatementId="rule")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        client.get_policy(FunctionName=name)


def test_a_deleted_function_is_gone(client: Any, deploy: Deploy) -> None:
    name = deploy(TEXT)
    client.invoke(FunctionName=name)
    client.delete_function(FunctionName=name)
    with pytest.raises(ClientError, match=rf"Function not found: .*:function:{name}"):
        client.invoke(FunctionName=name)


def test_a_name_can_be_used_once(deploy: Deploy) -> None:
    name = deploy(TEXT)
    with pytest.raises(ClientError, match=f"Function already exist: {name}"):
        deploy(TEXT, FunctionName=name)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"Runtime": "ruby3.4"}, "does not support the runtime 'ruby3.4'.*nodejs24.x"),
        ({"Layers": ["arn:aws:lambda:us-east-1:999999999999:layer:a:1"]}, "of other accounts"),
        ({"Layers": ["arn:aws:lambda:us-east-1:123456789012:layer:a:1"]}, "does not exist"),
        ({"Environment": {"Variables": {"AWS_LAMBDA_EXEC_WRAPPER": "/opt/x"}}}, "wrapper scripts"),
        ({"PackageType": "Image", "Code": {"ImageUri": "x"}}, "PackageType 'Image'"),
        ({"DeadLetterConfig": {"TargetArn": "arn:aws:sqs:us-east-1:1:q"}}, "DeadLetterConfig"),
        ({"Timeout": 901}, "between 1 and 900"),
        ({"Environment": {"Variables": {"AWS_REGION": "x"}}}, "reserved keys.*AWS_REGION"),
        ({"Environment": {"Variables": {"AN": "x" * 5000}}}, "exceeded the 4KB limit"),
        ({"Role": "arn:aws:iam::123456789012:role/untrusting"}, "cannot be assumed by Lambda"),
        ({"Code": {"ZipFile": b"no zip"}}, "Could not unzip uploaded file"),
        ({"Code": {"S3Bucket": "none", "S3Key": "k"}}, "S3 Error Code: NoSuchBucket"),
    ],
)
def test_what_cannot_be_honoured_is_refused_by_name(
    deploy: Deploy, settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(ClientError, match=message):
        deploy(TEXT, **settings)
