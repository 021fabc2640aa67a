"""What is deployed of `income`, and what is declared instead."""

from __future__ import annotations

import copy
import json
from typing import Any

from autogluon_cli.changes.templates import StackTemplates
from tests.fakes.sandbox import spec

WORKFLOWS = "autogluon-sandbox-workflows"
SAID_BY_THE_CDK = 'Stack Workflows\nResources\n[~] Custom::Predictors P {"Raw": 1}\n'
ENDPOINT = "    endpoint: {instance_type: ml.m5.large}\n"


def predictors(*specs: dict[str, Any]) -> dict[str, Any]:
    """The custom resource that carries these specs."""
    source = {"Fn::Sub": "s3://assets-${AWS::AccountId}/declared.json"}
    digests = {each["name"]: f"{hash(json.dumps(each)):x}" for each in specs}
    properties = {"Environment": "sandbox", "Source": source, "Digests": digests}
    return {"Predictors0A1B2C3D": {"Type": "Custom::Predictors", "Properties": properties}}


def changed(**sections: Any) -> dict[str, Any]:
    """The deployed spec of `income` with other keys in its sections."""
    found = copy.deepcopy(spec())
    for name, values in sections.items():
        found[name] = {**(found.get(name) or {}), **values} if isinstance(values, dict) else values
    return found


def stack(before: dict[str, Any], after: dict[str, Any]) -> StackTemplates:
    return StackTemplates("Workflows", {"Resources": before}, {"Resources": after})
