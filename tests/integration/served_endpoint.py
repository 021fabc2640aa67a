"""A real endpoint with a tiny model, whose every process answers with a mark of its own."""

from __future__ import annotations

import contextlib
import io
import json
import tarfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from botocore.exceptions import ClientError

from embedded_aws.activity_log import ActivityLog
from embedded_aws.server import EmbeddedAws
from tests.waiting import until

VARIANT = "AllTraffic"
_IMAGE_PYTHON = Path(__file__).parents[2] / ".venv-image" / "bin" / "python"
_IMAGE = "763104351884.dkr.ecr.us-east-1.amazonaws.com/autogluon:1.6.3-cpu-amzn2023"
_KEY = "model.tar.gz"
# The body is the time that the answer takes, in seconds.
_INFERENCE = """
import time, uuid

def model_fn(folder):
    return uuid.uuid4().hex

def transform_fn(model, body, content_type, accept):
    time.sleep(float(body))
    return model, "text/csv"
"""
_TRUST = {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}}
_MAY = {
    "Effect": "Allow",
    # Beside what a model needs: an asynchronous endpoint writes answers and tells topics of them,
    # and updates read the alarms that undo them.
    "Action": [
        "cloudwatch:DescribeAlarms",
        "logs:*",
        "s3:GetObject",
        "s3:ListBucket",
        "s3:PutObject",
        "sns:Publish",
    ],
    "Resource": "*",
}


@dataclass
class ServedEndpoint:
    """An endpoint with one variant, and short ways to use it; bucket and role have its name."""

    aws: EmbeddedAws
    name: str
    sagemaker: Any = field(init=False)

    def __post_init__(self) -> None:
        self.sagemaker = self.client("sagemaker")

    def client(self, service: str) -> Any:
        return self.aws.runtime.client(service)

    def prepare(self) -> None:
        """Make what the endpoint is made of: bucket, role, model."""
        self.client("s3").create_bucket(Bucket=self.name)
        self.put_model_back()
        role = self.client("iam").create_role(
            RoleName=self.name,
            AssumeRolePolicyDocument=_policy({**_TRUST, "Action": "sts:AssumeRole"}),
        )["Role"]
        self.client("iam").put_role_policy(
            RoleName=self.name, PolicyName="read", PolicyDocument=_policy(_MAY)
        )
        self.sagemaker.create_model(
            ModelName="tiny",
            ExecutionRoleArn=role["Arn"],
            PrimaryContainer={
                "Image": _IMAGE,
                "ModelDataUrl": f"s3://{self.name}/{_KEY}",
                "Environment": {"SAGEMAKER_PROGRAM": "inference.py"},
            },
        )

    def create(
        self, *, instances: int, asynchronous: dict[str, Any] | None = None, **variant: Any
    ) -> None:
        config = {} if asynchronous is None else {"AsyncInferenceConfig": asynchronous}
        self.configure("first", instances, variant, **config)
        self.sagemaker.create_endpoint(EndpointName=self.name, EndpointConfigName="first")
        assert self.settled() == "InService", self.describe()

    def update(
        self,
        config: str,
        *,
        instances: int,
        instance_type: str | None = "ml.m5.large",
        pools: list[dict[str, Any]] | None = None,
        **request: Any,
    ) -> None:
        self.configure(config, instances, {"InstanceType": instance_type, "InstancePools": pools})
        self.sagemaker.update_endpoint(EndpointName=self.name, EndpointConfigName=config, **request)

    @property
    def target(self) -> dict[str, str]:
        """Return what Application Auto Scaling calls the variant."""
        return {
            "ServiceNamespace": "sagemaker",
            "ResourceId": f"endpoint/{self.name}/variant/{VARIANT}",
            "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
        }

    def set_capacity(self, count: int) -> None:
        wanted = {"VariantName": VARIANT, "DesiredInstanceCount": count}
        self.sagemaker.update_endpoint_weights_and_capacities(
            EndpointName=self.name, DesiredWeightsAndCapacities=[wanted]
        )

    def describe(self) -> dict[str, Any]:
        described: dict[str, Any] = self.sagemaker.describe_endpoint(EndpointName=self.name)
        return described

    def settled(self) -> str:
        """Return the status once no change is under way."""

        def status() -> str:
            found: str = self.describe()["EndpointStatus"]
            return "" if found in {"Creating", "Updating", "RollingBack"} else found

        return until(status, 60, "the endpoint is settled")

    def counts(self) -> tuple[int, int]:
        """Return the current and the desired number of instances."""
        (variant,) = self.describe()["ProductionVariants"]
        return variant["CurrentInstanceCount"], variant["DesiredInstanceCount"]

    def processes(self) -> list[int]:
        """Return the processes that answer: the one worker of each instance's Gunicorn.

        A process sees other numbers in a namespace of its own, so it answers with a mark instead.
        """
        parents: dict[int, int] = {}
        for child in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):  # it has just ended
                if "gunicorn" in child.cmdline():  # and nothing that an earlier test has left
                    parents[child.pid] = child.ppid()
        return sorted(set(parents) - set(parents.values()))

    def invoke(self, body: str, *, or_else: str | None = None) -> str:
        """Return the mark of the process that answered; `or_else` where it is an error."""
        try:
            answer = self.client("sagemaker-runtime").invoke_endpoint(
                EndpointName=self.name, Body=body.encode(), ContentType="text/csv"
            )
        except ClientError:
            if or_else is None:
                raise
            return or_else
        mark: str = answer["Body"].read().decode()
        return mark

    def marks(self) -> set[str]:
        """Return the marks of all processes, which answer requests at once, each one of them."""
        count = len(self.processes())
        with ThreadPoolExecutor(count) as pool:
            return set(pool.map(lambda _: self.invoke("0.5", or_else=""), range(count))) - {""}

    def take_model_away(self) -> None:
        self.client("s3").delete_object(Bucket=self.name, Key=_KEY)

    def put_model_back(self) -> None:
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
            entry = tarfile.TarInfo("code/inference.py")
            entry.size = len(_INFERENCE.encode())
            tar.addfile(entry, io.BytesIO(_INFERENCE.encode()))
        self.client("s3").put_object(Bucket=self.name, Key=_KEY, Body=buffer.getvalue())

    def configure(self, name: str, instances: int, variant: dict[str, Any], **config: Any) -> None:
        """Create a configuration; members that are None are left out."""
        complete = {
            "VariantName": VARIANT,
            "ModelName": "tiny",
            "InstanceType": "ml.m5.large",
            "InitialInstanceCount": instances,
            **variant,
        }
        given = {member: value for member, value in complete.items() if value is not None}
        self.sagemaker.create_endpoint_config(
            EndpointConfigName=name, **config, ProductionVariants=[given]
        )


@contextlib.contextmanager
def served_endpoint(name: str, services: tuple[str, ...]) -> Iterator[ServedEndpoint]:
    """Start an embedded AWS with these services and all that the endpoint is made of.

    moto's state outlives an embedded AWS, so each file needs a name of its own.
    """
    with EmbeddedAws(
        image_python=_IMAGE_PYTHON, log=ActivityLog(io.StringIO()), services=services
    ) as aws:
        endpoint = ServedEndpoint(aws, name)
        endpoint.prepare()
        yield endpoint


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def stage(endpoint: ServedEndpoint) -> str:
    """The stage of an update, as SageMaker says it; "" where none is under way."""
    pending = endpoint.describe().get("PendingDeploymentSummary") or {}
    variants = pending.get("ProductionVariants") or [{"VariantStatus": [{"StatusMessage": ""}]}]
    message: str = variants[0]["VariantStatus"][0]["StatusMessage"]
    return message


def wait_for(endpoint: ServedEndpoint, message: str) -> None:
    """Wait until an update is in a stage whose message holds `message`."""
    until(lambda: message in stage(endpoint), 60, message)
