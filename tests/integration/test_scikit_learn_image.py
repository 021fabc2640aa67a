"""Scikit-learn's image: a script trains, the same script serves what it has trained."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from embedded_aws.activity_log import ActivityLog
from embedded_aws.server import EmbeddedAws
from tests.waiting import until

IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3"
BUCKET = "scikit-learn-image"
SCRIPT = """
import argparse, os, pathlib, pickle

def model_fn(model_dir):
    return pickle.loads((pathlib.Path(model_dir) / "model.pkl").read_bytes())

if __name__ == "__main__":
    from sklearn.linear_model import LinearRegression
    parser = argparse.ArgumentParser()
    parser.add_argument("--slope", type=float)
    slope = parser.parse_args().slope
    folder = pathlib.Path(os.environ["SM_CHANNEL_TRAIN"])
    rows = [[float(line)] for line in (folder / "x.csv").read_text().split()]
    model = LinearRegression().fit(rows, [slope * row[0] for row in rows])
    (pathlib.Path(os.environ["SM_MODEL_DIR"]) / "model.pkl").write_bytes(pickle.dumps(model))
"""


@pytest.fixture(scope="module")
def aws() -> Iterator[EmbeddedAws]:
    python = Path(__file__).parents[2] / ".venv-image" / "bin" / "python"
    log = ActivityLog(io.StringIO())
    with EmbeddedAws(image_python=python, log=log, services=("iam", "sagemaker")) as embedded:
        s3 = embedded.runtime.client("s3")
        s3.create_bucket(Bucket=BUCKET)
        s3.put_object(Bucket=BUCKET, Key="train/x.csv", Body=b"1\n2\n4\n")
        s3.put_object(Bucket=BUCKET, Key="sourcedir.tar.gz", Body=_archive())
        yield embedded


@pytest.fixture(scope="module")
def role(aws: EmbeddedAws) -> str:
    iam = aws.runtime.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}}
    may = {"Effect": "Allow", "Action": ["s3:*", "logs:*"], "Resource": "*"}
    created = iam.create_role(
        RoleName=BUCKET, AssumeRolePolicyDocument=_policy({**trust, "Action": "sts:AssumeRole"})
    )
    iam.put_role_policy(RoleName=BUCKET, PolicyName="may", PolicyDocument=_policy(may))
    arn: str = created["Role"]["Arn"]
    return arn


def test_a_script_trains_and_serves(aws: EmbeddedAws, role: str) -> None:
    sagemaker = aws.runtime.client("sagemaker")
    source = f"s3://{BUCKET}/sourcedir.tar.gz"
    sagemaker.create_training_job(
        TrainingJobName="line",
        RoleArn=role,
        AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        HyperParameters={
            "sagemaker_program": '"script.py"',
            "sagemaker_submit_directory": json.dumps(source),
            "slope": "3",
        },
        InputDataConfig=[{"ChannelName": "train", "DataSource": _prefix("train/")}],
        OutputDataConfig={"S3OutputPath": f"s3://{BUCKET}/out"},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 5},
        StoppingCondition={"MaxRuntimeInSeconds": 300},
    )
    until(lambda: _job(sagemaker)["TrainingJobStatus"] != "InProgress", 60, "the job has ended")
    job = _job(sagemaker)
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")

    # As SageMaker's SDK leaves it: the script stays in S3, where the container gets it.
    environment = {"SAGEMAKER_PROGRAM": "script.py", "SAGEMAKER_SUBMIT_DIRECTORY": source}
    sagemaker.create_model(
        ModelName="line",
        ExecutionRoleArn=role,
        PrimaryContainer={
            "Image": IMAGE,
            "ModelDataUrl": job["ModelArtifacts"]["S3ModelArtifacts"],
            "Environment": environment,
        },
    )
    variant = {"VariantName": "v", "ModelName": "line", "InitialInstanceCount": 1}
    sagemaker.create_endpoint_config(
        EndpointConfigName="line",
        ProductionVariants=[{**variant, "InstanceType": "ml.m5.large"}],
    )
    sagemaker.create_endpoint(EndpointName="line", EndpointConfigName="line")
    until(
        lambda: sagemaker.describe_endpoint(EndpointName="line")["EndpointStatus"] != "Creating",
        60,
        "the endpoint has settled",
    )

    answer = aws.runtime.client("sagemaker-runtime").invoke_endpoint(
        EndpointName="line", Body=b"[[10], [20]]", ContentType="application/json"
    )
    assert json.loads(answer["Body"].read()) == pytest.approx([30, 60], rel=1e-5)


def _job(sagemaker: Any) -> dict[str, Any]:
    job: dict[str, Any] = sagemaker.describe_training_job(TrainingJobName="line")
    return job


def _archive() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        entry = tarfile.TarInfo("script.py")
        entry.size = len(SCRIPT.encode())
        tar.addfile(entry, io.BytesIO(SCRIPT.encode()))
    return buffer.getvalue()


def _prefix(key: str) -> dict[str, Any]:
    return {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/{key}"}}


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
