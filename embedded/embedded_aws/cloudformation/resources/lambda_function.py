"""AWS::Lambda::Function."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
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
from embedded_aws.cloudformation.resources.tags import tag_changes, tag_map

# Property -> the value it has when the template does not set it.
_CONFIGURATION: dict[str, Any] = {
    "DeadLetterConfig": {"TargetArn": ""},
    "Description": "",
    "Environment": {"Variables": {}},
    "EphemeralStorage": {"Size": 512},
    "Handler": None,
    "Layers": [],
    "LoggingConfig": {"LogFormat": "Text"},
    "MemorySize": 128,
    "Role": None,
    "Runtime": None,
    "Timeout": 3,
    "TracingConfig": {"Mode": "PassThrough"},
    "VpcConfig": {"SubnetIds": [], "SecurityGroupIds": []},
}
_INLINE_FILES = {"python": "index.py", "nodejs": "index.js"}
# Fixed, so that the same source always gives the same archive.
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_SETTLE_SECONDS = 600.0


class Function(ResourceHandler):
    """A function from a zip archive in S3, or from source text in the template."""

    type_name = "AWS::Lambda::Function"
    required = frozenset({"Code", "Role"})
    supported = frozenset(
        {
            *_CONFIGURATION,
            "Architectures",
            "Code",
            "FunctionName",
            "PackageType",
            "ReservedConcurrentExecutions",
            "Tags",
        }
    )
    replaced_by = frozenset({"FunctionName", "PackageType"})
    stack_tags = "list"

    def check(self, properties: Properties) -> None:
        super().check(properties)
        if properties.get("PackageType", "Zip") != "Zip":
            raise ResourceError(
                f"PackageType {properties['PackageType']!r} is not supported by the embedded AWS "
                "(there are no containers); allowed: Zip."
            )

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        client = context.client("lambda")
        name = properties.get("FunctionName") or context.name(max_length=64, charset=r"\w-")
        settings = {
            key: value
            for key, value in properties.items()
            if key not in ("Code", "ReservedConcurrentExecutions", "Tags")
        }
        request = {
            **settings,
            "FunctionName": name,
            "Code": _code(properties),
            "Tags": tag_map(properties.get("Tags")) or None,
        }
        call_api(client, "CreateFunction", request)
        context.register(name)
        _wait(context, client, name)
        _set_concurrency(client, name, properties.get("ReservedConcurrentExecutions"))
        return _provisioned(context, name)

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        client = context.client("lambda")
        changed = changed_properties(old, new)
        if "Code" in changed or "Architectures" in changed:
            request = {"FunctionName": physical_id, **_code(new)}
            architectures = new.get("Architectures", ["x86_64"])
            call_api(client, "UpdateFunctionCode", {**request, "Architectures": architectures})
            _wait(context, client, physical_id)
        settings = {
            key: new.get(key, unset) for key, unset in _CONFIGURATION.items() if key in changed
        }
        if settings:
            request = {**settings, "FunctionName": physical_id}
            call_api(client, "UpdateFunctionConfiguration", request)
            _wait(context, client, physical_id)
        if "ReservedConcurrentExecutions" in changed:
            _set_concurrency(client, physical_id, new.get("ReservedConcurrentExecutions"), old)
        arn = context.arn("lambda", f"function:{physical_id}")
        added, removed = tag_changes(old.get("Tags"), new.get("Tags"))
        if added:
            client.tag_resource(Resource=arn, Tags=added)
        if removed:
            client.untag_resource(Resource=arn, TagKeys=list(removed))
        return _provisioned(context, physical_id)

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del properties
        context.client("lambda").delete_function(FunctionName=physical_id)


def _code(properties: Properties) -> dict[str, Any]:
    code = dict(properties["Code"])
    if "ZipFile" in code:
        code["ZipFile"] = _zip(code["ZipFile"], str(properties.get("Runtime", "")))
    return code


def _zip(source: str, runtime: str) -> bytes:
    name = next((file for prefix, file in _INLINE_FILES.items() if runtime.startswith(prefix)), "")
    if not name:
        raise ResourceError(f"Code/ZipFile works for Python and Node.js only, not for {runtime!r}.")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo(name, _ZIP_DATE)
        entry.external_attr = 0o644 << 16
        archive.writestr(entry, source)
    return buffer.getvalue()


def _wait(context: ResourceContext, client: Any, name: str) -> None:
    found: dict[str, Any] = {}

    def settled() -> bool:
        found.update(client.get_function_configuration(FunctionName=name))
        return found.get("State") != "Pending" and found.get("LastUpdateStatus") != "InProgress"

    context.wait_until(settled, timeout_seconds=_SETTLE_SECONDS, what=f"Function {name}")
    if "Failed" in (found.get("State"), found.get("LastUpdateStatus")):
        reason = (
            found.get("StateReason") or found.get("LastUpdateStatusReason") or "no reason given"
        )
        raise ResourceError(f"Function {name} failed: {reason}")


def _set_concurrency(
    client: Any, name: str, value: Any, old: Mapping[str, Any] | None = None
) -> None:
    if value is not None:
        client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=int(value))
    elif old is not None:
        client.delete_function_concurrency(FunctionName=name)


def _provisioned(context: ResourceContext, name: str) -> Provisioned:
    return Provisioned(name, {"Arn": context.arn("lambda", f"function:{name}")})


HANDLERS = (Function,)
