"""Processing jobs on several instances, with real children: shares, outputs, stops, failures."""

from __future__ import annotations

import io
import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded_aws.activity_log import ActivityLog
from embedded_aws.credentials import ADMIN
from embedded_aws.sagemaker.install import install_sagemaker
from embedded_aws.server import EmbeddedAws
from tests.waiting import until

IMAGE_PYTHON = Path(__file__).parents[2] / ".venv-image" / "bin" / "python"
IMAGE = "763104351884.dkr.ecr.us-east-1.amazonaws.com/autogluon:1.6.3-cpu-amzn2023"
ROLE = "arn:aws:iam::123456789012:role/jobs"
BUCKET = "processing-jobs"

PROGRAM = """
import json, os, pathlib, sys, time
ml = os.environ["SAGEMAKER_BASE_DIR"]
config = json.load(open(ml + "/config/resourceconfig.json"))
job = json.load(open(ml + "/config/processingjobconfig.json"))
host = config["current_host"]
found = sorted(str(path.relative_to(ml + "/processing/in"))
               for path in pathlib.Path(ml + "/processing/in").rglob("*") if path.is_file())
seen = {"hosts": config["hosts"], "found": found, "job": job["ProcessingJobName"],
        "cores": len(os.sched_getaffinity(0)), "keys": "AWS_ACCESS_KEY_ID" in os.environ,
        "setting": os.environ.get("SETTING"),
        "count": job["ProcessingResources"]["ClusterConfig"]["InstanceCount"]}
open(f"{ml}/processing/out/{host}.json", "w").write(json.dumps(seen))
"""


@pytest.fixture(scope="module")
def aws() -> Iterator[EmbeddedAws]:
    embedded = EmbeddedAws(image_python=IMAGE_PYTHON, log=ActivityLog(io.StringIO()), services=())
    install_sagemaker(embedded.runtime).stop_grace_seconds = 0.5
    embedded.runtime.assume_role_for_service = lambda *_: ADMIN
    with embedded:
        s3 = embedded.runtime.client("s3")
        s3.create_bucket(Bucket=BUCKET)
        for name in ("a", "b", "c", "deep/d", "e"):
            s3.put_object(Bucket=BUCKET, Key=f"in/{name}.csv", Body=name.encode())
        yield embedded


@pytest.fixture
def process(aws: EmbeddedAws) -> Callable[..., dict[str, Any]]:
    """Start a job of two instances; with `wait`, its last description."""
    client = aws.runtime.client("sagemaker")

    def run(
        name: str, program: str = PROGRAM, *, instances: int = 2, mode: str = "EndOfJob",
        wait: bool = True, sharding: str = "ShardedByS3Key", **changes: Any,
    ) -> dict[str, Any]:  # fmt: skip
        aws.runtime.client("s3").put_object(
            Bucket=BUCKET, Key=f"code/{name}/program.py", Body=program.encode()
        )
        client.create_processing_job(
            **{
                "ProcessingJobName": name,
                "RoleArn": ROLE,
                "AppSpecification": {
                    "ImageUri": IMAGE,
                    "ContainerEntrypoint": ["python3", "/opt/ml/processing/code/program.py"],
                },
                "ProcessingInputs": [
                    _input("in", "in/", S3DataDistributionType=sharding),
                    _input("code", f"code/{name}/"),
                ],
                "ProcessingOutputConfig": {
                    "Outputs": [
                        {
                            "OutputName": "out",
                            "S3Output": {
                                "S3Uri": f"s3://{BUCKET}/{name}/",
                                "S3UploadMode": mode,
                                "LocalPath": "/opt/ml/processing/out",
                            },
                        }
                    ]
                },
                "ProcessingResources": {
                    "ClusterConfig": {
                        "InstanceType": "ml.m5.large", "InstanceCount": instances,
                        "VolumeSizeInGB": 10,
                    }
                },
                **changes,
            }
        )  # fmt: skip
        return _ended(client, name) if wait else {}

    return run


def _input(name: str, prefix: str, **changes: str) -> dict[str, Any]:
    place = {
        "S3Uri": f"s3://{BUCKET}/{prefix}",
        "LocalPath": f"/opt/ml/processing/{name}",
        "S3DataType": "S3Prefix",
        "S3InputMode": "File",
    }
    return {"InputName": name, "S3Input": {**place, **changes}}


def _ended(client: Any, name: str) -> dict[str, Any]:
    def job() -> dict[str, Any]:
        found: dict[str, Any] = client.describe_processing_job(ProcessingJobName=name)
        return {} if found["ProcessingJobStatus"] in ("InProgress", "Stopping") else found

    return until(job, 60, f"{name} has ended")


def _objects(aws: EmbeddedAws, prefix: str) -> dict[str, bytes]:
    s3 = aws.runtime.client("s3")
    found = s3.list_objects_v2(Bucket=BUCKET, Prefix=f"{prefix}/").get("Contents", [])
    return {
        entry["Key"].removeprefix(f"{prefix}/"): s3.get_object(Bucket=BUCKET, Key=entry["Key"])[
            "Body"
        ].read()
        for entry in found
    }


def test_every_instance_gets_its_share_of_the_objects_and_knows_the_others(
    aws: EmbeddedAws, process: Callable[..., dict[str, Any]]
) -> None:
    job = process("shares", Environment={"SETTING": "x"})
    assert job["ProcessingJobStatus"] == "Completed", job
    seen = {name: json.loads(body) for name, body in _objects(aws, "shares").items()}
    first, second = seen["algo-1.json"], seen["algo-2.json"]
    assert sorted(first["found"] + second["found"]) == [
        "a.csv", "b.csv", "c.csv", "deep/d.csv", "e.csv",
    ]  # fmt: skip
    assert abs(len(first["found"]) - len(second["found"])) == 1
    assert first["hosts"] == second["hosts"] == ["algo-1", "algo-2"]
    assert (first["job"], first["count"], first["setting"]) == ("shares", 2, "x")
    assert first["keys"]
    cores = len(os.sched_getaffinity(0))
    assert first["cores"] + second["cores"] == max(2, cores)


def test_replicated_objects_reach_every_instance(
    aws: EmbeddedAws, process: Callable[..., dict[str, Any]]
) -> None:
    process("copies", sharding="FullyReplicated")
    found = [json.loads(body)["found"] for body in _objects(aws, "copies").values()]
    assert [len(names) for names in found] == [5, 5]


def test_an_isolated_instance_has_no_credentials(
    aws: EmbeddedAws, process: Callable[..., dict[str, Any]]
) -> None:
    process("isolated", NetworkConfig={"EnableNetworkIsolation": True})
    assert not json.loads(_objects(aws, "isolated")["algo-1.json"])["keys"]


def test_one_failing_instance_fails_the_job_with_its_message_and_stops_the_other(
    aws: EmbeddedAws, process: Callable[..., dict[str, Any]]
) -> None:
    program = PROGRAM + (
        'if host == "algo-2":\n'
        '    open(ml + "/output/message", "w").write("no column age")\n    sys.exit(1)\n'
        "time.sleep(60)\n"
    )
    started = time.monotonic()
    job = process("half", program)
    assert time.monotonic() - started < 30
    assert job["ProcessingJobStatus"] == "Failed"
    assert job["ExitMessage"] == "no column age"
    assert job["FailureReason"] == "AlgorithmError: no column age, exit code: 1"
    assert _objects(aws, "half") == {}


def test_continuous_outputs_are_there_while_the_job_runs_and_after_it_failed(
    aws: EmbeddedAws, process: Callable[..., dict[str, Any]]
) -> None:
    process("flow", PROGRAM + "time.sleep(60)\n", instances=1, mode="Continuous", wait=False)
    until(lambda: _objects(aws, "flow"), 30, "the running job's output is in S3")
    client = aws.runtime.client("sagemaker")
    assert client.describe_processing_job(ProcessingJobName="flow")["ProcessingJobStatus"] == (
        "InProgress"
    )
    client.stop_processing_job(ProcessingJobName="flow")
    assert _ended(client, "flow")["ProcessingJobStatus"] == "Stopped"
    process("broken", PROGRAM + "sys.exit(3)\n", instances=1, mode="Continuous")
    assert list(_objects(aws, "broken")) == ["algo-1.json"]


def test_what_cannot_be_honoured_is_refused_by_name(process: Callable[..., dict[str, Any]]) -> None:
    with pytest.raises(ClientError, match=r"not support CreateProcessingJob\.ExperimentConfig"):
        process("experiment", ExperimentConfig={"ExperimentName": "x"})


def test_a_network_that_does_not_exist_is_refused(process: Callable[..., dict[str, Any]]) -> None:
    vpc = {"SecurityGroupIds": ["sg-0123456789abcdef0"], "Subnets": ["subnet-0123456789abcdef0"]}
    with pytest.raises(ClientError, match=r"VpcConfig: .*subnet-0123456789abcdef0"):
        process("vpc", NetworkConfig={"VpcConfig": vpc})
