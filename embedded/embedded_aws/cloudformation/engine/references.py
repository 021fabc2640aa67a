"""The live values that a template refers to: resources, exports, SSM parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from embedded_aws.cloudformation.engine.stack import StackResource
from embedded_aws.cloudformation.errors import validation_error

SsmParameterReader = Callable[[str], str]
ExportReader = Callable[[str], str]


class LiveReferences:
    """Values as they are now. Remembers which exports were used."""

    def __init__(
        self,
        resources: Mapping[str, StackResource],
        read_export: ExportReader,
        read_ssm_parameter: SsmParameterReader,
    ) -> None:
        self._resources = resources
        self._read_export = read_export
        self._read_ssm_parameter = read_ssm_parameter
        self.imports: set[str] = set()

    def ref(self, logical_id: str) -> Any:
        """Return a resource's physical id."""
        return self._resource(logical_id).physical_id

    def attribute(self, logical_id: str, name: str) -> Any:
        """Return a resource's attribute. Raises ApiError when the type does not have it."""
        resource = self._resource(logical_id)
        if name not in resource.attributes:
            known = ", ".join(sorted(resource.attributes)) or "none"
            raise validation_error(
                f"Template error: resource {logical_id} does not support attribute type {name} "
                f"in Fn::GetAtt; {resource.type} has: {known}."
            )
        return resource.attributes[name]

    def import_value(self, name: str) -> Any:
        """Return an export's value. Raises ApiError when no stack exports it."""
        value = self._read_export(name)
        self.imports.add(name)
        return value

    def ssm_parameter(self, name: str) -> str:
        """Return the value of an SSM parameter."""
        return self._read_ssm_parameter(name)

    def _resource(self, logical_id: str) -> StackResource:
        resource = self._resources.get(logical_id)
        if resource is None:
            raise validation_error(f"Template error: no resource {logical_id} in this stack.")
        return resource
