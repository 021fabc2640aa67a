"""An embedded AWS in a process of its own, with a role, a bucket and tiny jobs."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import psutil
from botocore.config import Config

from tests.waiting import until

ROOT = Path(__file__).parents[2]
IMAGE_ENVIRONMENT = ROOT / ".venv-image"
IMAGE = "763104351884.dkr.ecr.us-east-1.amazonaws.com/autogluon:1.6.3-cpu-amzn2023"
BUCKET = "standalone"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "sagemaker.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
JOB_RIGHTS = ("s3:*", "logs:*", "cloudwatch:*", "ecr:*")
INFERENCE = """
def model_fn(model_dir):
    return "model"

def transform_fn(model, body, content_type, accept):
    return body, "text/csv"
"""


def archive(files: Mapping[str, str]) -> bytes:
    """Return a .tar.gz of text files."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(text.encode())
            tar.addfile(info, io.BytesIO(text.encode()))
    return buffer.getvalue()


@dataclass
class StandaloneAws:
    """`python -m embedded_aws`, started by `with`; its temporary files are in `folder`."""

    folder: Path
    image_environment: Path = IMAGE_ENVIRONMENT
    environment: dict[str, str] = field(default_factory=dict)
    options: Sequence[str] = ()

    def __enter__(self) -> StandaloneAws:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._output = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "embedded_aws", "--port", "0"),
                *("--image-env", str(self.image_environment)),
                *self.options,
            ],
            env={
                **{key: value for key, value in os.environ.items() if not key.startswith("AWS_")},
                "PYTHONPATH": os.pathsep.join(sys.path),
                "TMPDIR": str(self.folder),
            },
            stdout=self._output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        until(lambda: "export CDK_DEFAULT_REGION" in self.printed(), 300, "the AWS listens")
        for line in self.printed().splitlines():
            if line.startswith("export "):
                name, _, value = line.removeprefix("export ").partition("=")
                self.environment[name] = value
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        self._output.close()

    def printed(self) -> str:
        """Return what it has printed so far."""
        self._output.seek(0)
        return self._output.read().decode("utf-8", "replace")

    def kill(self) -> None:
        """Kill the process, as a crash or an impatient person does."""
        self.process.kill()
        self.process.wait()

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            region_name=self.environment["AWS_DEFAULT_REGION"],
            aws_access_key_id=self.environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.environment["AWS_SECRET_ACCESS_KEY"],
            endpoint_url=self.environment["AWS_ENDPOINT_URL"],
            config=Config(max_pool_connections=64, retries={"max_attempts": 0}),
        )

    def family(self) -> list[psutil.Process]:
        """Return all its descendants."""
        children: list[psutil.Process] = psutil.Process(self.process.pid).children(recursive=True)
        return children

    def create_role(self, actions: Sequence[str] = JOB_RIGHTS) -> str:
        """Create a role for jobs, and the bucket; returns the role's ARN."""
        rights = {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}],
        }
        iam = self.client("iam")
        role = iam.create_role(RoleName="jobs", AssumeRolePolicyDocument=json.dumps(TRUST))
        iam.put_role_policy(RoleName="jobs", PolicyName="rights", PolicyDocument=json.dumps(rights))
        self.client("s3").create_bucket(Bucket=BUCKET)
        arn: str = role["Role"]["Arn"]
        return arn

    def create_endpoint(self, role: str) -> str:
        """Create an endpoint `echo` that answers with the request's body, without waiting."""
        body = archive({"code/inference.py": INFERENCE})
        self.client("s3").put_object(Bucket=BUCKET, Key="model.tar.gz", Body=body)
        sagemaker = self.client("sagemaker")
        sagemaker.create_model(
            ModelName="echo",
            ExecutionRoleArn=role,
            PrimaryContainer={
                "Image": IMAGE,
                "ModelDataUrl": f"s3://{BUCKET}/model.tar.gz",
                "Environment": {"GUNICORN_CMD_ARGS": "--worker-class gthread --threads 8"},
            },
        )
        sagemaker.create_endpoint_config(
            EndpointConfigName="echo",
            ProductionVariants=[
                {
                    "VariantName": "all",
                    "ModelName": "echo",
                    "InstanceType": "ml.m5.large",
                    "InitialInstanceCount": 1,
                }
            ],
        )
        sagemaker.create_endpoint(EndpointName="echo", EndpointConfigName="echo")
        return "echo"

    def wait_for_endpoint(self) -> None:
        sagemaker = self.client("sagemaker")

        def status() -> str:
            found: str = sagemaker.describe_endpoint(EndpointName="echo")["EndpointStatus"]
            return "" if found == "Creating" else found

        assert until(status, 60, "the endpoint is there") == "InService"

    def start_training(self, role: str, name: str, script: str) -> None:
        s3 = self.client("s3")
        s3.put_object(Bucket=BUCKET, Key=f"{name}.tar.gz", Body=archive({"train.py": script}))
        self.client("sagemaker").create_training_job(
            TrainingJobName=name,
            RoleArn=role,
            AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
            HyperParameters={
                "sagemaker_program": '"train.py"',
                "sagemaker_submit_directory": f'"s3://{BUCKET}/{name}.tar.gz"',
            },
            OutputDataConfig={"S3OutputPath": f"s3://{BUCKET}/runs"},
            ResourceConfig={
                "InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10,
            },
            StoppingCondition={"MaxRuntimeInSeconds": 300},
        )  # fmt: skip
