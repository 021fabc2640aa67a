"""The state a stack should reach: a template with resolved parameters and conditions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from embedded_aws.cloudformation.errors import validation_error
from embedded_aws.cloudformation.template.dependencies import (
    dependencies_of,
    named_conditions,
    referenced_names,
)
from embedded_aws.cloudformation.template.intrinsics import References, Resolver, Scope
from embedded_aws.cloudformation.template.parameters import StackParameter
from embedded_aws.cloudformation.template.template import ResourceDefinition, Template


class _NoResources:
    """References for conditions and rules, which see parameters only."""

    def __init__(self, block: str) -> None:
        self._block = block

    def ref(self, logical_id: str) -> Any:
        raise validation_error(
            f"Template validation error: Unresolved dependencies [{logical_id}]. "
            f"Cannot reference resources in the {self._block} block of the template"
        )

    def attribute(self, logical_id: str, name: str) -> Any:  # noqa: ARG002
        return self.ref(logical_id)

    def import_value(self, name: str) -> Any:
        return self.ref(name)

    def ssm_parameter(self, name: str) -> str:
        return str(self.ref(name))


@dataclass(frozen=True)
class DesiredState:
    """A template with everything resolved except values that belong to resources."""

    template: Template
    parameters: Mapping[str, StackParameter]
    scope: Scope
    resources: dict[str, ResourceDefinition]  # those whose condition holds
    dependencies: dict[str, set[str]]

    @classmethod
    def build(
        cls,
        template: Template,
        parameters: Mapping[str, StackParameter],
        pseudo_parameters: Mapping[str, Any],
    ) -> DesiredState:
        """Evaluate conditions and rules, and find the active resources and their order.

        Raises:
            ApiError: ValidationError naming the rule or reference that is invalid.
        """
        values = {key: parameter.value for key, parameter in parameters.items()}
        scope = Scope(values, pseudo_parameters, template.mappings)
        conditions = _evaluate_conditions(template.conditions, scope)
        scope = Scope(values, pseudo_parameters, template.mappings, conditions)
        _check_rules(template.rules, scope)
        active = {
            name: item
            for name, item in template.resources.items()
            if _holds(item.condition, conditions, f"resource {name}")
        }
        _check_depends_on(template)
        names = {*values, *pseudo_parameters, "AWS::NoValue"}
        order = dependencies_of(active, conditions, names)
        _check_outputs(template, conditions, {*names, *active})
        _check_named_conditions(template, conditions)
        return cls(template, parameters, scope, active, order)

    def resolver(self, references: References) -> Resolver:
        """Return a resolver for this template's resources and outputs."""
        return Resolver(self.scope, references)

    def outputs(self, references: References) -> list[dict[str, str]]:
        """Return the outputs as DescribeStacks lists them; ExportName where exported."""
        resolver = self.resolver(references)
        shown = []
        for key, output in self.template.outputs.items():
            if not _holds(output.get("Condition"), self.scope.conditions, f"output {key}"):
                continue
            value = resolver.resolve(output.get("Value"))
            if not isinstance(value, str | int | float | bool):
                raise validation_error(
                    f"Template format error: Output {key} is malformed. The Value field of every "
                    "Outputs member must evaluate to a String."
                )
            entry = {"OutputKey": key, "OutputValue": _text(value)}
            if output.get("Description"):
                entry["Description"] = output["Description"]
            if "Export" in output:
                entry["ExportName"] = str(resolver.resolve(output["Export"]["Name"]))
            shown.append(entry)
        return shown


def _evaluate_conditions(declared: Mapping[str, Any], scope: Scope) -> dict[str, bool]:
    evaluated: dict[str, bool] = {}
    pending: list[str] = []

    class Conditions(dict[str, bool]):
        """Evaluates a condition when another one asks for it."""

        def __contains__(self, name: object) -> bool:
            return name in declared

        def __getitem__(self, name: str) -> bool:
            if name in pending:
                raise validation_error(f"Template error: circular condition dependency {name}.")
            if name not in evaluated:
                pending.append(name)
                evaluated[name] = resolver.condition(declared[name])
                pending.pop()
            return evaluated[name]

    conditions = Conditions()
    resolver = Resolver(
        Scope(scope.parameters, scope.pseudo_parameters, scope.mappings, conditions),
        _NoResources("Conditions"),
    )
    for name in declared:
        conditions[name]
    return evaluated


def _check_rules(rules: Mapping[str, Any], scope: Scope) -> None:
    resolver = Resolver(scope, _NoResources("Rules"))
    for name, rule in rules.items():
        if "RuleCondition" in rule and not resolver.condition(rule["RuleCondition"]):
            continue
        for assertion in rule.get("Assertions", []):
            if not resolver.condition(assertion["Assert"]):
                reason = assertion.get("AssertDescription", "an assertion does not hold")
                raise validation_error(f"Template error: rule {name} failed: {reason}")


def _check_depends_on(template: Template) -> None:
    for name, item in template.resources.items():
        unknown = [other for other in item.depends_on if other not in template.resources]
        if unknown:
            raise validation_error(
                "Template format error: Unresolved resource dependencies "
                f"[{', '.join(unknown)}] in the DependsOn of resource {name}"
            )


def _check_outputs(
    template: Template, conditions: Mapping[str, bool], known: Collection[str]
) -> None:
    unresolved = {
        name
        for key, output in template.outputs.items()
        if _holds(output.get("Condition"), conditions, f"output {key}")
        for name in referenced_names([output["Value"], output.get("Export")], conditions)
        if name not in known
    }
    if unresolved:
        raise validation_error(
            "Template format error: Unresolved resource dependencies "
            f"[{', '.join(sorted(unresolved))}] in the Outputs block of the template"
        )


def _check_named_conditions(template: Template, conditions: Mapping[str, bool]) -> None:
    properties = [item.properties for item in template.resources.values()]
    for name in named_conditions([*properties, template.outputs]):
        if name not in conditions:
            raise validation_error(f"Template error: unresolved condition dependency {name}.")


def _holds(condition: str | None, conditions: Mapping[str, bool], where: str) -> bool:
    if condition is None:
        return True
    if condition not in conditions:
        raise validation_error(
            f"Template format error: Unresolved condition dependency {condition} of {where}."
        )
    return conditions[condition]


def _text(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
