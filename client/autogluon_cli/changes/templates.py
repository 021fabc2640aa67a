"""Read the templates of an environment's stacks: those deployed, and those of a cloud assembly."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autogluon_cli.deployment.account import Account
from autogluon_cli.deployment.cdk_role import stack_changer
from autogluon_cli.framework.invocation import Invocation
from autogluon_client.aws_errors import explain
from autogluon_client.errors import PermissionMissingError

_STACK = "aws:cloudformation:stack"

Template = Mapping[str, Any]


@dataclass(frozen=True)
class StackTemplates:
    """One stack's templates.

    Attributes:
        name: as the CDK calls it, such as `Workflows`.
        before: the deployed one; None where the stack does not exist.
        after: the one that would be deployed.
    """

    name: str
    before: Template | None
    after: Template

    def resources(self) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Return the deployed resources and the declared ones, by logical id."""
        return (self.before or {}).get("Resources", {}), self.after.get("Resources", {})


def read_templates(
    invocation: Invocation, account: Account, assembly: Path
) -> list[StackTemplates] | None:
    """Return the templates of all stacks of a cloud assembly, in its order.

    Returns:
        None where neither the caller nor the CDK's role may read deployed templates.
    """
    artifacts = json.loads((assembly / "manifest.json").read_text())["artifacts"]
    stacks = [
        (artifact.get("displayName", name), artifact["properties"])
        for name, artifact in artifacts.items()
        if artifact["type"] == _STACK
    ]
    client, found = invocation.client("cloudformation"), []
    for name, properties in stacks:
        stack = properties["stackName"]
        try:
            before = _deployed(client, stack)
        except PermissionMissingError:
            client = stack_changer(invocation, account)
            try:
                before = _deployed(client, stack)
            except PermissionMissingError:
                return None
        after = json.loads((assembly / properties["templateFile"]).read_text())
        found.append(StackTemplates(name, before, after))
    return found


def _deployed(client: Any, stack: str) -> Template | None:
    """Return a stack's template as it was given; raises PermissionMissingError."""
    from botocore.exceptions import ClientError

    try:
        answer = client.get_template(StackName=stack, TemplateStage="Original")
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        explained = explain(error)
        if isinstance(explained, PermissionMissingError):
            raise explained from error
        raise
    body = answer["TemplateBody"]
    template: Template = json.loads(body) if isinstance(body, str) else body
    return template
