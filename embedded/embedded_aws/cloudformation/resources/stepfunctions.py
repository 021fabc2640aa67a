"""AWS::StepFunctions::StateMachine."""

from __future__ import annotations

from typing import Any

from embedded_aws.cloudformation.errors import ResourceError
from embedded_aws.cloudformation.resources.api_shapes import as_text, call_api, lower_camel
from embedded_aws.cloudformation.resources.handler import (
    Properties,
    Provisioned,
    ResourceContext,
    ResourceHandler,
    changed_properties,
)
from embedded_aws.cloudformation.resources.tags import tag_changes, tag_list

_DEFINITIONS = ("Definition", "DefinitionString", "DefinitionS3Location")
_REMOVED = {
    "LoggingConfiguration": {"level": "OFF", "includeExecutionData": False},
    "TracingConfiguration": {"enabled": False},
    "EncryptionConfiguration": {"type": "AWS_OWNED_KEY"},
}


class StateMachine(ResourceHandler):
    """A state machine. Its `Ref` is its ARN."""

    type_name = "AWS::StepFunctions::StateMachine"
    required = frozenset({"RoleArn"})
    supported = frozenset(
        {
            *_DEFINITIONS,
            *_REMOVED,
            "DefinitionSubstitutions",
            "RoleArn",
            "StateMachineName",
            "StateMachineType",
            "Tags",
        }
    )
    replaced_by = frozenset({"StateMachineName", "StateMachineType"})
    stack_tags = "list"

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        name = properties.get("StateMachineName") or context.name(max_length=80, charset=r"\w-")
        settings = {
            key[0].lower() + key[1:]: lower_camel(properties[key])
            for key in _REMOVED
            if key in properties
        }
        answer = call_api(
            context.client("stepfunctions"),
            "CreateStateMachine",
            {
                **settings,
                "name": name,
                "type": properties.get("StateMachineType"),
                "definition": _definition(context, properties),
                "roleArn": properties["RoleArn"],
                "tags": tag_list(properties.get("Tags"), "key", "value") or None,
            },
        )
        return _provisioned(context.register(answer["stateMachineArn"]))

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        states = context.client("stepfunctions")
        changed = changed_properties(old, new)
        settings = {
            key[0].lower() + key[1:]: lower_camel(new[key]) if key in new else unset
            for key, unset in _REMOVED.items()
            if key in changed
        }
        if set(changed) - {"Tags"}:
            call_api(
                states,
                "UpdateStateMachine",
                {
                    **settings,
                    "stateMachineArn": physical_id,
                    "definition": _definition(context, new),
                    "roleArn": new["RoleArn"],
                },
            )
        added, removed = tag_changes(old.get("Tags"), new.get("Tags"))
        if added:
            states.tag_resource(resourceArn=physical_id, tags=tag_list(added, "key", "value"))
        if removed:
            states.untag_resource(resourceArn=physical_id, tagKeys=list(removed))
        return _provisioned(physical_id)

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del properties
        context.client("stepfunctions").delete_state_machine(stateMachineArn=physical_id)


def _definition(context: ResourceContext, properties: Properties) -> str:
    given = [name for name in _DEFINITIONS if name in properties]
    if len(given) != 1:
        raise ResourceError(
            f"A state machine needs exactly one of {', '.join(_DEFINITIONS)}; got {given}."
        )
    text = _text(context, given[0], properties[given[0]])
    for key, value in (properties.get("DefinitionSubstitutions") or {}).items():
        text = text.replace(f"${{{key}}}", as_text(value))
    return text


def _text(context: ResourceContext, name: str, value: Any) -> str:
    if name != "DefinitionS3Location":
        return as_text(value)
    request = {"Bucket": value["Bucket"], "Key": value["Key"], "VersionId": value.get("Version")}
    return str(call_api(context.client("s3"), "GetObject", request)["Body"].read().decode())


def _provisioned(arn: str) -> Provisioned:
    return Provisioned(arn, {"Arn": arn, "Name": arn.rsplit(":", 1)[-1]})


HANDLERS = (StateMachine,)
