"""What the end-to-end tests share: the account, the workflows, and how to look at what exists."""

from __future__ import annotations

import base64
import json
import subprocess
import urllib.request
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import boto3

from autogluon_client.environment.deployment import Deployment
from autogluon_client.executions.executions import start_execution, wait_for_execution
from autogluon_demo.cdk import ROOT
from embedded_aws.credentials import ADMIN
from embedded_aws.processes import ProcessSupervisor
from embedded_aws.runtime import DEFAULT_REGION

IMAGE_PYTHON = ROOT / ".venv-image" / "bin" / "python"
FULL_IMAGE_PYTHON = ROOT / ".venv-image-full" / "bin" / "python"
PEER_PYTHON = ROOT / ".venv-peer" / "bin" / "python"
ENVIRONMENT = "sandbox"


@dataclass
class Account:
    """The running embedded AWS, as an administrator sees it."""

    endpoint_url: str
    environment: dict[str, str]
    processes: ProcessSupervisor
    instance: Path  # the folder in which `agcdk embedded` finds it
    clients: dict[str, Any] = field(default_factory=dict)

    @property
    def session(self) -> Any:
        return boto3.session.Session(
            aws_access_key_id=ADMIN.access_key_id,
            aws_secret_access_key=ADMIN.secret_access_key,
            region_name=DEFAULT_REGION,
        )

    def client(self, service: str) -> Any:
        if service not in self.clients:
            self.clients[service] = self.session.client(service)
        return self.clients[service]


@dataclass(frozen=True)
class DayZero:
    """What existed right after the first deployment, before any model."""

    deployment: Deployment
    endpoints: list[str]
    live_models: dict[str, str]
    scalable_targets: list[dict[str, Any]]


@dataclass(frozen=True)
class Trained:
    """A finished Train execution."""

    predictor: str
    execution_name: str
    arguments: dict[str, Any]
    output: dict[str, Any]


@dataclass(frozen=True)
class Workflows:
    """Starts executions and waits for them."""

    account: Account
    deployment: Deployment

    def run(
        self, workflow: str, arguments: dict[str, Any], name: str | None = None
    ) -> dict[str, Any]:
        arn = self.start(workflow, arguments, name)
        return wait_for_execution(
            self.account.session, arn, poll_seconds=0.2, longest_poll_seconds=0.2
        )

    def start(self, workflow: str, arguments: dict[str, Any], name: str | None = None) -> str:
        return start_execution(
            self.account.session,
            self.deployment.state_machines[workflow],
            name or f"test-{uuid.uuid4().hex[:12]}",
            arguments,
        )

    def serve(self, trained: Trained) -> None:
        """Put the model that a run made into service."""
        model = trained.output["model_package_arn"]
        self.run("promote", {"predictor": trained.predictor, "model": model})


def advance_clock(environment: Mapping[str, str], seconds: int) -> datetime:
    """Move the embedded AWS's clock and return its time.

    `environment` has its address and the administrator's keys.
    """
    credentials = f"{environment['AWS_ACCESS_KEY_ID']}:{environment['AWS_SECRET_ACCESS_KEY']}"
    request = urllib.request.Request(
        f"{environment['AWS_ENDPOINT_URL']}/_embedded/clock",
        data=json.dumps({"advanceSeconds": seconds}).encode(),
        headers={"Authorization": f"Basic {base64.b64encode(credentials.encode()).decode()}"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return datetime.fromisoformat(json.load(answer)["now"])


def endpoint_names(account: Account) -> list[str]:
    return [
        found["EndpointName"] for found in account.client("sagemaker").list_endpoints()["Endpoints"]
    ]


def live_model(account: Account, deployment: Deployment, predictor: str) -> str:
    name = deployment.live_model_parameter(predictor)
    value: str = account.client("ssm").get_parameter(Name=name)["Parameter"]["Value"]
    return value


def package_of(sagemaker: Any, endpoint: dict[str, Any]) -> str:
    """Return the model package that an endpoint runs; takes DescribeEndpoint's answer."""
    config = sagemaker.describe_endpoint_config(EndpointConfigName=endpoint["EndpointConfigName"])
    model = sagemaker.describe_model(ModelName=config["ProductionVariants"][0]["ModelName"])
    container = model.get("PrimaryContainer") or model["Containers"][0]
    name: str = container["ModelPackageName"]
    return name


def scalable_targets(account: Account) -> list[dict[str, Any]]:
    answer = account.client("application-autoscaling").describe_scalable_targets(
        ServiceNamespace="sagemaker"
    )
    found: list[dict[str, Any]] = answer["ScalableTargets"]
    return found


def entered_states(account: Account, execution_arn: str) -> list[str]:
    """The states that an execution has entered so far, in their order."""
    states = account.client("stepfunctions")
    pages = states.get_paginator("get_execution_history").paginate(executionArn=execution_arn)
    return [
        event["stateEnteredEventDetails"]["name"]
        for page in pages
        for event in page["events"]
        if "stateEnteredEventDetails" in event
    ]


def training_job_names(account: Account) -> set[str]:
    pages = account.client("sagemaker").get_paginator("list_training_jobs").paginate()
    return {job["TrainingJobName"] for page in pages for job in page["TrainingJobSummaries"]}


def invoke(
    account: Account,
    endpoint: str,
    body: str | bytes,
    content_type: str = "text/csv",
    accept: str = "application/json",
) -> Any:
    answer = account.client("sagemaker-runtime").invoke_endpoint(
        EndpointName=endpoint, ContentType=content_type, Accept=accept, Body=body
    )
    return json.loads(answer["Body"].read())


def read_object(account: Account, uri: str) -> bytes:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    body: bytes = account.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    return body


def run_in_image(script: str, *arguments: str, python: Path = IMAGE_PYTHON) -> str:
    """Run a script of this folder in the environment that replaces the container."""
    path = Path(__file__).parent / script
    done = subprocess.run(
        [str(python), str(path), *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def full_image(folder: Path) -> Path:
    """An environment like the image's, with what AutoGluon's own client's scripts import too.

    The real image holds all of AutoGluon. Here autogluon.timeseries is one empty name, and
    huggingface_hub, last on the path, is the client's own.
    """
    package = folder / "stand-in" / "autogluon" / "timeseries"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("class TimeSeriesDataFrame:\n    pass\n")
    environment = folder / "image"
    subprocess.run([IMAGE_PYTHON, "-m", "venv", "--without-pip", environment], check=True)
    paths = [site_packages(IMAGE_PYTHON), folder / "stand-in", site_packages(PEER_PYTHON)]
    own = site_packages(environment / "bin" / "python")
    (own / "image.pth").write_text("".join(f"{path}\n" for path in paths))
    return environment


def site_packages(python: Path) -> Path:
    """Where an environment's packages are."""
    (folder,) = python.parents[1].glob("lib/python*/site-packages")
    return folder
