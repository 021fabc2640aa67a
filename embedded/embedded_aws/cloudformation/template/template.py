"""Parse a template's sections and check their form and what this engine supports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from embedded_aws.cloudformation.errors import not_supported, validation_error
from embedded_aws.cloudformation.template.limits import check_document
from embedded_aws.cloudformation.template.yaml_template import read_document

_SECTIONS = {
    "AWSTemplateFormatVersion",
    "Description",
    "Metadata",
    "Parameters",
    "Mappings",
    "Conditions",
    "Rules",
    "Resources",
    "Outputs",
}
_UNSUPPORTED_SECTIONS = {"Transform", "Hooks"}
_RESOURCE_ATTRIBUTES = {
    "Type",
    "Properties",
    "DependsOn",
    "Condition",
    "Metadata",
    "Description",
    "DeletionPolicy",
    "UpdateReplacePolicy",
}
_UNSUPPORTED_RESOURCE_ATTRIBUTES = {"CreationPolicy", "UpdatePolicy"}
_DELETION_POLICIES = ("Delete", "Retain", "RetainExceptOnCreate")
_REPLACE_POLICIES = ("Delete", "Retain")
_IAM_NAMES = {
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
    "AWS::IAM::Policy": None,
}


@dataclass(frozen=True)
class ResourceDefinition:
    """One entry of `Resources`, as written (intrinsics unresolved)."""

    logical_id: str
    type: str
    properties: dict[str, Any]
    depends_on: tuple[str, ...]
    condition: str | None
    metadata: Any
    deletion_policy: str
    update_replace_policy: str
    has_deletion_policy: bool  # whether the template says it, or it is the default


@dataclass(frozen=True)
class Template:
    """A template as written. `body` is the original text, returned by GetTemplate."""

    body: str
    description: str | None
    metadata: Any
    parameters: dict[str, dict[str, Any]]
    mappings: dict[str, Any]
    conditions: dict[str, Any]
    rules: dict[str, Any]
    resources: dict[str, ResourceDefinition]
    outputs: dict[str, dict[str, Any]]

    def required_capabilities(self) -> list[str]:
        """Return the IAM capabilities that the caller has to acknowledge."""
        iam = [item for item in self.resources.values() if item.type in _IAM_NAMES]
        if any(_IAM_NAMES[item.type] in item.properties for item in iam):
            return ["CAPABILITY_NAMED_IAM"]
        return ["CAPABILITY_IAM"] if iam else []


def parse_template(body: str) -> Template:
    """Read and check a template.

    Raises:
        ApiError: ValidationError naming what is malformed or not supported.
    """
    document = read_document(body)
    _check_sections(document)
    check_document(document)
    resources = _section(document, "Resources")
    if not resources:
        raise validation_error("At least one Resources member must be defined.")
    return Template(
        body=body,
        description=document.get("Description"),
        metadata=document.get("Metadata"),
        parameters=_objects(document, "Parameters"),
        mappings=_objects(document, "Mappings"),
        conditions=_section(document, "Conditions"),
        rules=_objects(document, "Rules"),
        resources={name: _parse_resource(name, value) for name, value in resources.items()},
        outputs=_outputs(document),
    )


def _check_sections(document: dict[str, Any]) -> None:
    for section in document:
        if section in _UNSUPPORTED_SECTIONS:
            raise not_supported(f"the template section {section}")
        if section not in _SECTIONS:
            raise validation_error(
                f"Invalid template property or properties [{section}]; "
                f"allowed: {', '.join(sorted(_SECTIONS))}."
            )


def _section(document: dict[str, Any], name: str) -> dict[str, Any]:
    section = document.get(name) or {}
    if not isinstance(section, dict) or not all(isinstance(key, str) for key in section):
        raise validation_error(f"Template format error: {name} must be an object.")
    return section


def _objects(document: dict[str, Any], name: str) -> dict[str, dict[str, Any]]:
    section = _section(document, name)
    for key, value in section.items():
        if not isinstance(value, dict):
            raise validation_error(f"Template format error: [/{name}/{key}] must be an object.")
    return section


def _outputs(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    outputs = _objects(document, "Outputs")
    for key, output in outputs.items():
        if "Value" not in output:
            raise validation_error(f"Template format error: [/Outputs/{key}] needs a Value.")
        export = output.get("Export", {"Name": ""})
        if not isinstance(export, dict) or "Name" not in export:
            raise validation_error(f"Template format error: [/Outputs/{key}/Export] needs a Name.")
    return outputs


def _parse_resource(logical_id: str, value: Any) -> ResourceDefinition:
    where = f"/Resources/{logical_id}"
    if not isinstance(value, dict) or not isinstance(value.get("Type"), str):
        raise validation_error(f"Template format error: [{where}] every resource needs a Type.")
    for attribute in value:
        if attribute in _UNSUPPORTED_RESOURCE_ATTRIBUTES:
            raise not_supported(f"the resource attribute {where}/{attribute}")
        if attribute not in _RESOURCE_ATTRIBUTES:
            raise validation_error(
                f"Invalid template resource property '{attribute}' at {where}; "
                f"allowed: {', '.join(sorted(_RESOURCE_ATTRIBUTES))}."
            )
    properties = value.get("Properties") or {}
    if not isinstance(properties, dict):
        raise validation_error(f"Template format error: [{where}/Properties] must be an object.")
    depends_on = value.get("DependsOn") or []
    return ResourceDefinition(
        logical_id=logical_id,
        type=value["Type"],
        properties=properties,
        depends_on=(depends_on,) if isinstance(depends_on, str) else tuple(depends_on),
        condition=value.get("Condition"),
        metadata=value.get("Metadata"),
        deletion_policy=_policy(where, value, "DeletionPolicy", _DELETION_POLICIES),
        update_replace_policy=_policy(where, value, "UpdateReplacePolicy", _REPLACE_POLICIES),
        has_deletion_policy="DeletionPolicy" in value,
    )


def _policy(where: str, value: dict[str, Any], name: str, allowed: tuple[str, ...]) -> str:
    policy = value.get(name, "Delete")
    if policy == "Snapshot":
        raise not_supported(f"{name} Snapshot at {where}")
    if policy not in allowed:
        raise validation_error(
            f"Template error: {name} at {where} is {policy!r}; allowed: {', '.join(allowed)}."
        )
    return str(policy)
