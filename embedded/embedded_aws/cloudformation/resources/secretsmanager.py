"""AWS::SecretsManager::Secret."""

from __future__ import annotations

import json
from typing import Any

from embedded_aws.cloudformation.errors import ResourceError
from embedded_aws.cloudformation.resources.api_shapes import call_api
from embedded_aws.cloudformation.resources.handler import (
    Properties,
    Provisioned,
    ResourceContext,
    ResourceHandler,
    changed_properties,
)
from embedded_aws.cloudformation.resources.tags import tag_changes, tag_list

# Members of GenerateSecretString that are not parameters of GetRandomPassword.
_TEMPLATE, _KEY = "SecretStringTemplate", "GenerateStringKey"


class Secret(ResourceHandler):
    """A secret, given or generated. Its `Ref` is its ARN."""

    type_name = "AWS::SecretsManager::Secret"
    supported = frozenset(
        {"Description", "GenerateSecretString", "KmsKeyId", "Name", "SecretString", "Tags"}
    )
    replaced_by = frozenset({"Name"})
    stack_tags = "list"

    def check(self, properties: Properties) -> None:
        super().check(properties)
        if {"GenerateSecretString", "SecretString"} <= set(properties):
            raise ResourceError("You can't specify both SecretString and GenerateSecretString.")

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        client = context.client("secretsmanager")
        answer = call_api(
            client,
            "CreateSecret",
            {
                "Name": properties.get("Name") or context.name(max_length=512),
                "Description": properties.get("Description"),
                "KmsKeyId": properties.get("KmsKeyId"),
                "SecretString": _value(client, properties),
                "Tags": tag_list(properties.get("Tags")) or None,
            },
        )
        return _secret(context.register(answer["ARN"]))

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        client = context.client("secretsmanager")
        changed = set(changed_properties(old, new))
        if changed & {"Description", "GenerateSecretString", "KmsKeyId", "SecretString"}:
            value = None
            if changed & {"GenerateSecretString", "SecretString"}:
                value = _value(client, new)
            request = {
                "SecretId": physical_id,
                "Description": new.get("Description", ""),
                "KmsKeyId": new.get("KmsKeyId"),
                "SecretString": value,
            }
            call_api(client, "UpdateSecret", request)
        added, removed = tag_changes(old.get("Tags"), new.get("Tags"))
        if added:
            client.tag_resource(SecretId=physical_id, Tags=tag_list(added))
        if removed:
            client.untag_resource(SecretId=physical_id, TagKeys=list(removed))
        return _secret(physical_id)

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del properties
        # As CloudFormation does: the name can be used again at once.
        context.client("secretsmanager").delete_secret(
            SecretId=physical_id, ForceDeleteWithoutRecovery=True
        )


def _value(client: Any, properties: Properties) -> str | None:
    if "SecretString" in properties:
        return str(properties["SecretString"])
    wanted = properties.get("GenerateSecretString")
    if wanted is None:
        return None
    if (_TEMPLATE in wanted) != (_KEY in wanted):
        raise ResourceError(f"{_TEMPLATE} and {_KEY} have to be given together.")
    settings = {name: value for name, value in wanted.items() if name not in (_TEMPLATE, _KEY)}
    password = str(call_api(client, "GetRandomPassword", settings)["RandomPassword"])
    if _TEMPLATE not in wanted:
        return password
    try:
        document = json.loads(wanted[_TEMPLATE])
    except ValueError as error:
        raise ResourceError(f"{_TEMPLATE} has to be a JSON object: {error}") from error
    return json.dumps({**document, wanted[_KEY]: password})


def _secret(arn: str) -> Provisioned:
    return Provisioned(arn, {"Id": arn})


HANDLERS = (Secret,)
