"""What a pipeline is made of, whichever Git host runs it."""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autogluon_cli.deployment.project import IS_CHECKOUT
from autogluon_cli.framework.errors import CommandError
from autogluon_contracts.names import DeliveryTask, delivery_role

if TYPE_CHECKING:
    from autogluon_constructs.settings import Environment

PYTHON = "3.11"
"""The version of Python that pipelines install."""
COMPARISON = "autogluon-diff.md"
"""The file with what deploying a proposed change would change."""
HEADER = """\
# Written by `{command}`: compares what is proposed with what is deployed, deploys the branch
# {branch}, and tells every morning whether the deployed stacks are still those of the branch.
# Roles, accounts and regions come from config/. Write it again after changing those.
"""


@dataclass(frozen=True)
class Target:
    """An environment, with the roles of the account that it is deployed to."""

    environment: str
    region: str
    deploy_role: str
    diff_role: str

    @classmethod
    def of(cls, settings: Environment) -> Target:
        """Return the target of settings that have `delivery`, and so account and region."""
        return cls(
            environment=settings.name,
            region=str(settings.region),
            deploy_role=_role_arn(settings, "deploy"),
            diff_role=_role_arn(settings, "diff"),
        )


@dataclass(frozen=True)
class Pipeline:
    """What a pipeline does.

    Attributes:
        targets: in the order in which a change reaches them.
        install: the command that installs `agcdk`.
        agcdk: how it is called then.
        command: the command that wrote the pipeline.
    """

    targets: Sequence[Target]
    branch: str
    install: str
    agcdk: str
    command: str

    @property
    def header(self) -> str:
        """Return the comment at the file's top."""
        return HEADER.format(command=self.command, branch=self.branch)

    def run(self, words: str, target: Target) -> str:
        """Return `agcdk <words>` for one environment."""
        return f"{self.agcdk} {words} --environment {target.environment}"


LONGEST_COMMENT = 60_000
"""Characters of a comment, which the environments share; GitHub takes 65,536."""


def installation(given: str | None) -> tuple[str, str]:
    """Return what installs `agcdk` in CI, and how it is called then.

    Args:
        given: what the user says; a checkout installs itself.

    Raises:
        CommandError: this is a wheel, of which only the user knows where CI finds it.
    """
    if given is not None:
        return given, "agcdk"
    if IS_CHECKOUT:
        return "make setup-deploy", ".venv/bin/agcdk"
    version = importlib.metadata.version("autogluon-cdk")
    raise CommandError(
        "How does CI install agcdk? This one is a wheel, which is not on PyPI.",
        advice="Say it by --install.",
        next_command="agcdk ci HOST ENVIRONMENT --install "
        f"\"pip install --index-url URL 'autogluon-cdk[deploy]=={version}'\"",
    )


def as_yaml(document: Any) -> str:
    """Return a document as YAML that repeats what is in several places, instead of naming it."""
    import yaml

    def text(dumper: Any, value: str) -> Any:
        style = "|" if "\n" in value else None  # a script of several lines, as people write it
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)

    dumper: Any = type("_Dumper", (yaml.SafeDumper,), {})
    dumper.add_representer(str, text)
    # From JSON, because PyYAML would name what is the same object instead of repeating it.
    plain = json.loads(json.dumps(document))
    written: str = yaml.dump(plain, Dumper=dumper, sort_keys=False, width=100)
    return written


def _role_arn(settings: Environment, task: DeliveryTask) -> str:
    region = str(settings.region)
    partition = "aws-us-gov" if region.startswith("us-gov-") else "aws"
    name = (settings.roles.name_prefix or "") + delivery_role(settings.name, region, task)
    return f"arn:{partition}:iam::{settings.account}:role{settings.roles.path}{name}"
