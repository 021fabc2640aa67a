"""Published versions stay as they were; aliases choose among them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

Deploy = Callable[..., str]
Zipped = Callable[[dict[str, str]], bytes]
TEXT = (
    "def handler(event, context):\n"
    "    return ['{answer}', context.function_version, context.invoked_function_arn]\n"
)


def answer(client: Any, name: str, qualifier: str | None = None) -> list[str]:
    options = {"Qualifier": qualifier} if qualifier else {}
    found = client.invoke(FunctionName=name, **options)
    assert "FunctionError" not in found
    answer: list[str] = json.loads(found["Payload"].read())
    assert answer[1] == found["ExecutedVersion"]
    return answer


@pytest.fixture
def name(client: Any, deploy: Deploy, zipped: Zipped) -> str:
    """A function whose version 1 answers `one` and whose `$LATEST` answers `two`."""
    name = deploy(TEXT.replace("{answer}", "one"), Publish=True)
    code = zipped({"app.py": TEXT.replace("{answer}", "two")})
    client.update_function_code(FunctionName=name, ZipFile=code)
    return name


def test_a_version_keeps_its_code_and_settings(client: Any, name: str) -> None:
    client.update_function_configuration(FunctionName=name, MemorySize=256)
    assert answer(client, name)[:2] == ["two", "$LATEST"]
    assert answer(client, name, "1")[:2] == ["one", "1"]
    assert client.get_function_configuration(FunctionName=f"{name}:1")["MemorySize"] == 128
    with pytest.raises(ClientError, match=rf"Function not found: .*{name}:7"):
        client.invoke(FunctionName=name, Qualifier="7")


def test_publishing_without_a_change_gives_the_newest_version(client: Any, name: str) -> None:
    assert client.publish_version(FunctionName=name)["Version"] == "2"
    again = client.publish_version(FunctionName=name)
    assert again["Version"] == "2"
    assert again["FunctionArn"].endswith(f":{name}:2")
    pages = client.get_paginator("list_versions_by_function").paginate(
        FunctionName=name, PaginationConfig={"PageSize": 1}
    )
    found = [item["Version"] for page in pages for item in page["Versions"]]
    assert found == ["$LATEST", "1", "2"]


def test_a_wrong_code_digest_is_refused(client: Any, name: str) -> None:
    with pytest.raises(ClientError, match="is different from current CodeSHA256"):
        client.publish_version(FunctionName=name, CodeSha256="other")


def test_an_alias_is_called_by_its_name_and_can_be_moved(client: Any, name: str) -> None:
    arn = client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")["AliasArn"]
    assert answer(client, name, "live") == ["one", "1", arn]
    assert client.get_function(FunctionName=arn)["Configuration"]["FunctionArn"] == arn
    version = client.publish_version(FunctionName=name)["Version"]
    client.update_alias(FunctionName=name, Name="live", FunctionVersion=version)
    assert answer(client, arn)[0] == "two"
    listed = client.list_aliases(FunctionName=name)["Aliases"]
    assert [item["FunctionVersion"] for item in listed] == [version]


def test_an_aliass_weight_sends_calls_to_a_second_version(client: Any, name: str) -> None:
    client.publish_version(FunctionName=name)
    client.create_alias(
        FunctionName=name,
        Name="live",
        FunctionVersion="1",
        RoutingConfig={"AdditionalVersionWeights": {"2": 1.0}},
    )
    assert answer(client, name, "live")[0] == "two"


def test_a_version_in_use_is_not_deleted(client: Any, name: str) -> None:
    client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    with pytest.raises(ClientError, match="ResourceConflictException"):
        client.delete_function(FunctionName=name, Qualifier="1")
    client.delete_alias(FunctionName=name, Name="live")
    client.delete_function(FunctionName=name, Qualifier="1")
    with pytest.raises(ClientError, match="Function not found"):
        client.get_function(FunctionName=name, Qualifier="1")
    assert answer(client, name)[0] == "two"


def test_each_qualifier_has_its_own_policy(client: Any, name: str) -> None:
    client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    permission = {
        "FunctionName": name,
        "StatementId": "rule",
        "Action": "lambda:InvokeFunction",
        "Principal": "events.amazonaws.com",
    }
    client.add_permission(**permission, Qualifier="live")
    policy = json.loads(client.get_policy(FunctionName=name, Qualifier="live")["Policy"])
    assert policy["Statement"][0]["Resource"].endswith(f":{name}:live")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        client.get_policy(FunctionName=name)


def test_asynchronous_settings_belong_to_a_qualifier(client: Any, name: str) -> None:
    client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    client.put_function_event_invoke_config(
        FunctionName=name, Qualifier="live", MaximumRetryAttempts=0
    )
    found = client.get_function_event_invoke_config(FunctionName=name, Qualifier="live")
    assert found["FunctionArn"].endswith(f":{name}:live")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        client.update_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=1)
