"""The operations that read templates."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from embedded_aws.cloudformation.api.callers import CallerClients
from embedded_aws.cloudformation.api.change_set import ChangeSetStore
from embedded_aws.cloudformation.api.requests import read_template_text
from embedded_aws.cloudformation.engine.stack_store import StackStore
from embedded_aws.cloudformation.errors import validation_error
from embedded_aws.cloudformation.resources.registry import Registry
from embedded_aws.cloudformation.template.template import Template, parse_template
from embedded_aws.gateway import ApiCall, Operation


class TemplatesApi:
    """Operations that read templates."""

    def __init__(
        self,
        store: StackStore,
        change_sets: ChangeSetStore,
        callers: CallerClients,
        registry: Registry,
    ) -> None:
        self._registry = registry
        self._store = store
        self._change_sets = change_sets
        self._callers = callers

    def handlers(self) -> Mapping[str, Operation]:
        """Return the operations by name."""
        return {
            "GetTemplate": self.get_template,
            "GetTemplateSummary": self.get_template_summary,
            "ValidateTemplate": self.validate_template,
        }

    def get_template(self, call: ApiCall) -> dict[str, Any]:
        """Return the text of a stack's or change set's template (there are no transforms)."""
        name, change_set = call.params.get("StackName"), call.params.get("ChangeSetName")
        stack = self._store.get(name, call.region) if name else None
        if change_set:
            template = self._change_sets.get(change_set, stack).request.target.template
        elif stack is None:
            raise validation_error("Either StackName or ChangeSetName must be specified.")
        elif stack.state is None:
            template = None
        else:
            template = stack.state.template
        return {
            "TemplateBody": template.body if template else "",
            "StagesAvailable": ["Original", "Processed"],
        }

    def get_template_summary(self, call: ApiCall) -> dict[str, Any]:
        """Return a template's parameters, resource types and capabilities."""
        template = self._read(call)
        types = sorted({item.type for item in template.resources.values()})
        parameters = [
            _describe_parameter(key, item)
            | {
                "ParameterType": item.get("Type", "String"),
                "ParameterConstraints": {
                    "AllowedValues": [str(value) for value in item.get("AllowedValues", [])]
                },
            }
            for key, item in template.parameters.items()
        ]
        summary = _summarize(template) | {
            "Parameters": parameters,
            "ResourceTypes": types,
            "Version": "2010-09-09",
            "ResourceIdentifierSummaries": self._identifiers(template, types),
        }
        if template.metadata is not None:
            summary["Metadata"] = json.dumps(template.metadata)
        return summary

    def _identifiers(self, template: Template, types: list[str]) -> list[dict[str, Any]]:
        """Return how resources of the types that can be imported are identified."""
        found = []
        for kind in types:
            known = self._registry.knows(kind)
            key = self._registry.handler(kind).identifier if known else None
            if key is not None:
                named = [name for name, item in template.resources.items() if item.type == kind]
                found.append(
                    {
                        "ResourceType": kind,
                        "LogicalResourceIds": named,
                        "ResourceIdentifiers": [key],
                    }
                )
        return found

    def validate_template(self, call: ApiCall) -> dict[str, Any]:
        """Check a template's form."""
        template = self._read(call)
        parameters = [_describe_parameter(key, item) for key, item in template.parameters.items()]
        return _summarize(template) | {"Parameters": parameters}

    def _read(self, call: ApiCall) -> Template:
        text = read_template_text(call.params, self._callers.of_caller(call))
        if text is not None:
            return parse_template(text)
        name = call.params.get("StackName")
        stack = self._store.get(name, call.region) if name else None
        if stack is None or stack.state is None:
            raise validation_error("Either a template or the name of a stack must be specified.")
        return stack.state.template


def _describe_parameter(key: str, declaration: Mapping[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "ParameterKey": key,
        "NoEcho": str(declaration.get("NoEcho", False)).lower() == "true",
    }
    if "Default" in declaration:
        shown["DefaultValue"] = str(declaration["Default"])
    if declaration.get("Description"):
        shown["Description"] = declaration["Description"]
    return shown


def _summarize(template: Template) -> dict[str, Any]:
    summary: dict[str, Any] = {"DeclaredTransforms": []}
    if template.description:
        summary["Description"] = template.description
    capabilities = template.required_capabilities()
    if capabilities:
        summary["Capabilities"] = capabilities
        summary["CapabilitiesReason"] = "The template contains IAM resources."
    return summary
