"""The machine of a Git host: it runs a pipeline's jobs in a repository, on an empty account."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import requests
from botocore import UNSIGNED
from botocore.config import Config

from tests.e2e.cli_support import AGCDK, Shell
from tests.integration.standalone import ROOT, StandaloneAws

ACCOUNT, REGION = "123456789012", "us-east-1"


def settings(delivery: str) -> str:
    """The settings of an environment with an endpoint, which the lines of `delivery` may deploy."""
    return f"""
account: "{ACCOUNT}"
region: {REGION}
removal: destroy
delivery: {delivery}
predictors:
  housing:
    init_args: {{label: Price, problem_type: regression}}
    framework_version: "1.6.3"
    endpoint: {{instance_type: ml.m5.large}}
"""


@dataclass(frozen=True)
class GitMachine:
    """A repository, and the machine that runs the jobs of its pipeline."""

    folder: Path
    aws: StandaloneAws
    shell: Shell

    @property
    def settings(self) -> Path:
        """The settings of `dev`."""
        return self.folder / "config" / "dev.yaml"

    @property
    def without_keys(self) -> dict[str, str]:
        """The variables of a job before it signs in."""
        return {
            name: value
            for name, value in self.shell.environment.items()
            if not name.startswith(("AWS_ACCESS", "AWS_SECRET", "AWS_SESSION"))
        }

    def run_lines(
        self, script: str, variables: Mapping[str, str]
    ) -> subprocess.CompletedProcess[str]:
        """Run lines of a job, until one fails."""
        return subprocess.run(
            ["bash", "-e", "-c", script],
            cwd=self.folder,
            env=variables,
            capture_output=True,
            text=True,
            timeout=300,
        )

    def client(self, service: str, keys: Mapping[str, str]) -> Any:
        """Return a client of these keys."""
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.aws.environment["AWS_ENDPOINT_URL"],
            aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
            aws_session_token=keys.get("AWS_SESSION_TOKEN"),
        )

    def identity_token(self, issuer: str, claims: Mapping[str, str]) -> str:
        """Return what a Git host gives to a job: a token for AWS that says these of it."""
        environment = self.aws.environment
        answer = requests.post(
            f"{environment['AWS_ENDPOINT_URL']}/_embedded/identity-token",
            json={"issuer": issuer, "claims": {"aud": "sts.amazonaws.com", **claims}},
            auth=(environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]),
            timeout=30,
        )
        token: str = answer.json()["token"]
        return token

    def sign_in(self, role: str, token: str) -> dict[str, str]:
        """Return the variables of a role's credentials, got for a token.

        Raises:
            ClientError: the role does not trust what the token says.
        """
        sts = boto3.client(
            "sts",
            endpoint_url=self.aws.environment["AWS_ENDPOINT_URL"],
            region_name=REGION,
            config=Config(signature_version=UNSIGNED),
        )
        got = sts.assume_role_with_web_identity(
            RoleArn=role, RoleSessionName="a-job", WebIdentityToken=token
        )["Credentials"]
        return {
            "AWS_ACCESS_KEY_ID": got["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": got["SecretAccessKey"],
            "AWS_SESSION_TOKEN": got["SessionToken"],
        }


@contextmanager
def git_machine(folder: Path, aws_folder: Path, text: str) -> Iterator[GitMachine]:
    """A machine with a repository whose settings of `dev` are `text`; nothing is deployed yet."""
    (folder / "config").mkdir()
    (folder / "bin").mkdir()
    (folder / ".venv").symlink_to(ROOT / ".venv")
    (folder / "config" / "dev.yaml").write_text(text)
    with StandaloneAws(aws_folder) as aws:
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("AWS_")},
            **aws.environment,
            "PATH": os.pathsep.join([str(folder / "bin"), str(AGCDK.parent), os.environ["PATH"]]),
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        yield GitMachine(folder, aws, Shell(folder, environment))


def role(task: str) -> str:
    """The role of `dev` that signs in with tokens, for `diff` or `deploy`."""
    return f"arn:aws:iam::{ACCOUNT}:role/autogluon-dev-{REGION}-{task}"


def change_by_hand(machine: GitMachine, stack: str) -> None:
    """Add an output to a stack, behind the repository's back."""
    cloudformation = machine.client("cloudformation", machine.aws.environment)
    template = dict(cloudformation.get_template(StackName=stack)["TemplateBody"])
    template["Outputs"]["Added"] = {"Value": "by hand"}
    cloudformation.update_stack(
        StackName=stack, TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_NAMED_IAM"]
    )
    waiter = cloudformation.get_waiter("stack_update_complete")
    waiter.wait(StackName=stack, WaiterConfig={"Delay": 1})
