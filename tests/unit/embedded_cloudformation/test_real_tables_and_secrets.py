"""DynamoDB tables and secrets against moto."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.embedded_cloudformation.real_stack import Deployed, tags


def table(**more: Any) -> dict[str, Any]:
    properties = {
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    return {"Type": "AWS::DynamoDB::Table", "Properties": properties | more}


def index(name: str) -> dict[str, Any]:
    return {
        "IndexName": name,
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }


def test_a_table_is_created_changed_and_deleted(stack: Deployed) -> None:
    client = stack.client("dynamodb")
    name = stack.deploy(T=table(Tags=tags(team="growth")))["T"]
    client.put_item(TableName=name, Item={"id": {"S": "a"}})
    changed = table(
        StreamSpecification={"StreamViewType": "NEW_IMAGE"},
        TimeToLiveSpecification={"AttributeName": "until", "Enabled": True},
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": "true"},
        GlobalSecondaryIndexes=[index("by-id")],
        DeletionProtectionEnabled=True,
    )
    assert stack.deploy(T=changed)["T"] == name
    described = client.describe_table(TableName=name)["Table"]
    assert described["StreamSpecification"]["StreamViewType"] == "NEW_IMAGE"
    assert [item["IndexName"] for item in described["GlobalSecondaryIndexes"]] == ["by-id"]
    assert described["DeletionProtectionEnabled"] is True
    ttl = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    assert ttl["TimeToLiveStatus"] == "ENABLED"
    assert client.list_tags_of_resource(ResourceArn=described["TableArn"])["Tags"] == []
    stack.deploy(T=table())
    described = client.describe_table(TableName=name)["Table"]
    assert not described.get("GlobalSecondaryIndexes")
    assert client.get_item(TableName=name, Key={"id": {"S": "a"}})["Item"] == {"id": {"S": "a"}}
    stack.delete()
    assert name not in client.list_tables()["TableNames"]


def secret(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::SecretsManager::Secret", "Properties": properties}


def test_a_secret_is_generated_inside_its_template(stack: Deployed) -> None:
    client = stack.client("secretsmanager")
    generated = {
        "SecretStringTemplate": '{"user": "admin"}',
        "GenerateStringKey": "password",
        "PasswordLength": 20,
        "ExcludePunctuation": True,
    }
    arn = stack.deploy(S=secret(GenerateSecretString=generated))["S"]
    value = json.loads(client.get_secret_value(SecretId=arn)["SecretString"])
    assert value["user"] == "admin"
    assert len(value["password"]) == 20
    assert stack.deploy(S=secret(SecretString="given", Description="now"))["S"] == arn
    assert client.get_secret_value(SecretId=arn)["SecretString"] == "given"
    assert client.describe_secret(SecretId=arn)["Description"] == "now"
    stack.delete()
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_secret_value(SecretId=arn)
