"""Resource ARNs of a call, filled in from parameters that match the ARN templates by name."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from typing import Any

from embedded_aws.gateway import ApiCall
from embedded_aws.iam.requirements.reference import ActionReference, ResourceReference

_VARIABLE = re.compile(r"\$\{(\w+)\}")
_ACCOUNT_VARIABLES = frozenset({"Partition", "Region", "Account"})


def arn(call: ApiCall, service: str, resource: str, *, regional: bool = True) -> str:
    """Return an ARN in the account (and region) of the call."""
    region = call.region if regional else ""
    return f"arn:aws:{service}:{region}:{call.account_id}:{resource}"


def arns_by_convention(call: ApiCall, action: ActionReference) -> list[str]:
    """Return the resources that `action` affects in this call.

    Every resource type whose name or ARN is among the parameters counts. When none is, as in
    "list all", the answer is the pattern of the first type, such as `...:repository/*`; `*` for
    actions without resource types.
    """
    if not action.resources:
        return ["*"]
    parameters = {_normalize(name): value for name, value in call.params.items()}
    found = [
        filled
        for resource in action.resources
        for filled in _arns_of_type(call, resource, parameters)
    ]
    if found:
        return list(dict.fromkeys(found))
    return [_VARIABLE.sub("*", _in_account(call, action.resources[0].arn))]


def _arns_of_type(
    call: ApiCall, resource: ResourceReference, parameters: Mapping[str, Any]
) -> Iterable[str]:
    template = _in_account(call, resource.arn)
    variables = [name for name in _VARIABLE.findall(resource.arn) if name not in _ACCOUNT_VARIABLES]
    kind = _normalize(resource.type)
    for name in (f"{kind}arn", f"{kind}arnlist", "resourcearn", "arn", *map(_normalize, variables)):
        given = [value for value in _texts(parameters.get(name)) if value.startswith("arn:")]
        matching = [value for value in given if _shape(resource.arn).fullmatch(value)]
        if matching:
            return matching
    if not variables:
        return []
    if len(variables) == 1:
        name = _normalize(variables[0])
        names = _texts(parameters.get(name)) or _texts(parameters.get(f"{name}s"))
        return [template.replace(f"${{{variables[0]}}}", value) for value in names if value]
    values = {name: _texts(parameters.get(_normalize(name))) for name in variables}
    if not all(values.values()):
        return []
    return [_VARIABLE.sub(lambda match: values[match[1]][0], template)]


def _in_account(call: ApiCall, template: str) -> str:
    values = {"Partition": "aws", "Region": call.region, "Account": call.account_id}
    return _VARIABLE.sub(lambda match: values.get(match[1], match[0]), template)


@functools.cache
def _shape(template: str) -> re.Pattern[str]:
    parts = _VARIABLE.split(template)  # text, name, text, name, ..., text
    source = "".join(
        re.escape(part) if index % 2 == 0 else ("[^:]*" if part in _ACCOUNT_VARIABLES else ".+")
        for index, part in enumerate(parts)
    )
    return re.compile(source)


def _normalize(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
