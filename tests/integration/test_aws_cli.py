"""The AWS CLI, unmodified, against the embedded AWS: a stack, its function, its bucket."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from embedded_aws.activity_log import ActivityLog
from embedded_aws.server import EmbeddedAws

STACK = "from-the-cli"
SOURCE = "def handler(event, context):\n    return {'got': event}\n"
TRUST = {
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ]
}
TEMPLATE = {
    "Parameters": {"Memory": {"Type": "Number", "Default": 128}},
    "Resources": {
        "Bucket": {"Type": "AWS::S3::Bucket"},
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}},
        "Function": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "FunctionName": STACK,
                "Runtime": "python3.13",
                "Handler": "index.handler",
                "Code": {"ZipFile": SOURCE},
                "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                "MemorySize": {"Ref": "Memory"},
            },
        },
    },
    "Outputs": {"Bucket": {"Value": {"Ref": "Bucket"}}},
}

Cli = Callable[..., str]


@pytest.fixture(scope="module")
def cli(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cli]:
    """Runs `aws` in a folder with the template, and returns what it printed."""
    folder = tmp_path_factory.mktemp("cli")
    (folder / "template.json").write_text(json.dumps(TEMPLATE))
    with EmbeddedAws(
        image_python=Path(sys.executable),
        log=ActivityLog(io.StringIO()),
        services=("iam", "lambda_runtime", "cloudformation"),
    ) as aws:
        environment = aws.client_environment() | {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder),
            "AWS_PAGER": "",
        }

        def run(*arguments: str) -> str:
            done = subprocess.run(
                ["aws", *arguments, "--output", "json"],
                env=environment,
                cwd=folder,
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            return done.stdout

        yield run


def deploy(cli: Cli, memory: int) -> None:
    cli(
        "cloudformation", "deploy", "--stack-name", STACK, "--template-file", "template.json",
        "--capabilities", "CAPABILITY_IAM", "--parameter-overrides", f"Memory={memory}",
    )  # fmt: skip


def stack(cli: Cli) -> Any:
    found = json.loads(cli("cloudformation", "describe-stacks", "--stack-name", STACK))
    return found["Stacks"][0]


@pytest.mark.long
def test_a_stack_is_deployed_changed_used_and_deleted(cli: Cli, tmp_path: Path) -> None:
    deploy(cli, 128)
    deploy(cli, 256)
    found = stack(cli)
    assert found["StackStatus"] == "UPDATE_COMPLETE"
    bucket = found["Outputs"][0]["OutputValue"]

    answer = tmp_path / "answer.json"
    payload = tmp_path / "payload.json"
    payload.write_text('{"a": 1}')
    cli("lambda", "invoke", "--function-name", STACK, "--payload", f"file://{payload}",
        str(answer))  # fmt: skip
    assert json.loads(answer.read_text()) == {"got": {"a": 1}}
    described = json.loads(cli("lambda", "get-function", "--function-name", STACK))
    assert described["Configuration"]["MemorySize"] == 256
    cli("lambda", "wait", "function-updated", "--function-name", STACK)

    cli("s3", "cp", str(payload), f"s3://{bucket}/in/payload.json")
    assert "in/payload.json" in cli("s3", "ls", "--recursive", f"s3://{bucket}")
    cli("s3", "rm", "--recursive", f"s3://{bucket}")

    cli("cloudformation", "delete-stack", "--stack-name", STACK)
    cli("cloudformation", "wait", "stack-delete-complete", "--stack-name", found["StackId"])
    functions = json.loads(cli("lambda", "list-functions"))["Functions"]
    assert functions == []
