"""Say what changes of a stack's resources, apart from permissions and settings of predictors."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from autogluon_cli.changes.permissions import DOCUMENTS
from autogluon_cli.changes.permissions import KINDS as PERMISSIONS
from autogluon_cli.changes.section import Change, Section
from autogluon_cli.changes.templates import StackTemplates
from autogluon_cli.changes.values import (
    change_text,
    differences,
    document_of,
    plain_name,
    shown_value,
    text_of,
)

_MOST_PROPERTIES = 6
_WORD_BEGINS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
# Told by the settings of predictors, or without meaning to people.
_UNTOLD = {
    "Custom::Predictors",
    "AWS::CDK::Metadata",
    "AWS::CloudFormation::WaitConditionHandle",
    "AWS::Lambda::Version",
    *PERMISSIONS,
}
_POLICIES = (*DOCUMENTS, "Policies", "ManagedPolicyArns")
_CODE = ("Code.", "Content.", "Code.S3Key")
_DEFINITION = ("DefinitionString", "DefinitionS3Location", "DefinitionSubstitutions")
# What a template has beside its resources.
_PARTS = {
    "Outputs": "output",
    "Parameters": "parameter",
    "Conditions": "condition",
    "Mappings": "mapping",
}
_COMPARED = {
    "GreaterThanOrEqualToThreshold": "at least",
    "GreaterThanThreshold": "above",
    "LessThanThreshold": "below",
    "LessThanOrEqualToThreshold": "at most",
}


def resource_section(stack: StackTemplates) -> Section | None:
    """Return what changes in one stack; None where nothing does that is told here."""
    before, after = stack.resources()
    if stack.before is None:
        shown = [each for each in after.values() if each["Type"] not in _UNTOLD]
        return Section(f"Stack {stack.name}", [Change(f"new, {len(shown)} resources")])
    told: dict[str, list[str]] = {}
    for logical_id in dict.fromkeys((*before, *after)):
        was, becomes = before.get(logical_id), after.get(logical_id)
        resource = becomes or was
        if was == becomes or resource is None or resource["Type"] in _UNTOLD:
            continue
        for what in _told(was, becomes):
            told.setdefault(what, []).append(f"{_kind(resource)} {plain_name(logical_id)}")
    for part, word in _PARTS.items():
        was_there, will_be = stack.before.get(part, {}), stack.after.get(part, {})
        for name in dict.fromkeys((*was_there, *will_be)):
            for what in _of_part(was_there.get(name), will_be.get(name)):
                told.setdefault(what, []).append(f"{word} {plain_name(name)}")
    changes = [Change(f"{_together(names)}: {what}") for what, names in told.items()]
    return Section(f"Stack {stack.name}", changes) if changes else None


def _of_part(was: Any, becomes: Any) -> Iterator[str]:
    """Yield what changes of an output, parameter, condition or mapping."""
    if was == becomes:
        return
    if was is None:
        yield _with_value("new", becomes)
    elif becomes is None:
        yield _with_value("deleted", was)
    else:
        yield from _properties(was, becomes)


def _with_value(what: str, part: Any) -> str:
    value = part.get("Value", part.get("Default")) if isinstance(part, dict) else None
    return what if value is None else f"{what}, {_short(value)}"


def _told(was: Mapping[str, Any] | None, becomes: Mapping[str, Any] | None) -> Iterator[str]:
    if was is None:
        yield f"new{_described(becomes or {})}"
    elif becomes is None:
        keeps = was.get("DeletionPolicy") in ("Retain", "RetainExceptOnCreate")
        yield "no longer managed; it stays" if keeps else "deleted"
    elif was["Type"] != becomes["Type"]:
        yield f"becomes a {_kind(becomes)}"
    else:
        yield from _properties(was.get("Properties", {}), becomes.get("Properties", {}))


def _properties(was: Mapping[str, Any], becomes: Mapping[str, Any]) -> Iterator[str]:
    found = [
        inner
        for path, old, new in differences(was, becomes)
        if not path.startswith(_POLICIES)
        for inner in _inside(path, old, new)
    ]
    lines = []
    for path, old, new in found:
        if path.startswith(_CODE):
            lines.append("new code")
        elif path.startswith(_DEFINITION):
            lines.append("new definition")
        else:
            lines.append(change_text(_words(path), *map(_short, (old, new))))
    lines = list(dict.fromkeys(lines))
    yield from lines[:_MOST_PROPERTIES]
    if len(lines) > _MOST_PROPERTIES:
        yield f"{len(lines) - _MOST_PROPERTIES} more properties"


def _inside(path: str, old: Any, new: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield what differs inside two documents that a property holds as text."""
    documents = document_of(old), document_of(new)
    if all(isinstance(each, dict) for each in documents):
        yield from differences(*documents, path)
    else:
        yield path, old, new


def _short(value: Any) -> Any:
    """Return a property; of structures only that there is one: JSON is for programs."""
    if isinstance(value, list):
        return [_short(item) for item in value]
    text = shown_value(value)
    return "(a structure)" if text.startswith(("{", "[")) else text


def _described(resource: Mapping[str, Any]) -> str:
    """Return what a new resource does, where its properties say so in a line."""
    properties = resource.get("Properties", {})
    if resource.get("Type") == "AWS::CloudWatch::Alarm":
        compared = _COMPARED.get(properties.get("ComparisonOperator"), "beyond")
        watched = properties.get("ExtendedStatistic") or properties.get("Statistic") or "value"
        metric = properties.get("MetricName", "a calculation")
        threshold, seconds = properties.get("Threshold"), properties.get("Period")
        within = f" in {seconds:g} s" if isinstance(seconds, int | float) else ""
        return f", {watched} of {metric} {compared} {shown_value(threshold)}{within}"
    described = properties.get("Description") or properties.get("ScheduleExpression")
    return f", {text_of(described)}" if described else ""


def _kind(resource: Mapping[str, Any]) -> str:
    """Return such as `Lambda function` for `AWS::Lambda::Function`."""
    service, _, name = resource["Type"].removeprefix("AWS::").partition("::")
    words = _words(name)
    return words if service in ("CloudWatch", "IAM", "Custom") else f"{service} {words}"


def _words(name: str) -> str:
    """Return `evaluation periods` for `EvaluationPeriods`."""
    return ".".join(" ".join(_WORD_BEGINS.split(part)).lower() for part in name.split("."))


def _together(names: list[str]) -> str:
    if len(names) == 1:
        return names[0]
    kinds = {name.rpartition(" ")[0] for name in names}
    return f"{len(names)} {kinds.pop()}s" if len(kinds) == 1 else ", ".join(names)
