"""Training jobs on several instances: real children, each with files and an address of its own."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded_aws.activity_log import ActivityLog
from embedded_aws.credentials import ADMIN
from embedded_aws.sagemaker.container.images import Image
from embedded_aws.sagemaker.install import install_sagemaker
from embedded_aws.sagemaker.isolation import Isolation, find_isolation
from embedded_aws.sagemaker.training.training_host import TrainingHost
from embedded_aws.server import EmbeddedAws
from tests.waiting import until

IMAGE_PYTHON = Path(__file__).parents[2] / ".venv-image" / "bin" / "python"
IMAGE = "763104351884.dkr.ecr.us-east-1.amazonaws.com/autogluon:1.6.3-cpu-amzn2023"
ROLE = "arn:aws:iam::123456789012:role/jobs"
BUCKET = "training-hosts"
LOG_GROUP = "/aws/sagemaker/TrainingJobs"

# Each host serves its name at its own address, and asks the others for theirs.
MEET = """
import json, os, socket, threading, time
config = json.load(open("/opt/ml/input/config/resourceconfig.json"))
host, hosts = config["current_host"], config["hosts"]
server = socket.create_server((socket.gethostbyname(host), 8123))
print("host", host, "at", server.getsockname()[0], flush=True)
def ask(name):
    for _ in range(200):
        try:
            return socket.create_connection((socket.gethostbyname(name), 8123)).makefile().read()
        except OSError:
            time.sleep(0.1)
def serve():
    for _ in hosts:
        other, _ = server.accept()
        other.sendall(host.encode())
        other.close()
serving = threading.Thread(target=serve)
serving.start()
met = [ask(name) for name in hosts]
open("/opt/ml/mine.txt", "w").write(host)
seen = {"met": met, "found": sorted(os.listdir("/opt/ml/input/data/train")),
        "hosts": json.loads(os.environ["SM_HOSTS"]), "mine": open("/opt/ml/mine.txt").read()}
json.dump(seen, open(f"/opt/ml/model/{host}.json", "w"))
serving.join()  # each host has asked
"""
# The second fails; the first would wait for ever. Both leave a file of one name.
FAIL = """
import os, threading
open("/opt/ml/output/data/notes.txt", "w").write("here")
if os.environ["SM_CURRENT_HOST"] == "algo-2":
    raise RuntimeError("no memory")
threading.Event().wait()
"""
WAIT = "import threading; threading.Event().wait()"
SAME = "open('/opt/ml/model/model.bin', 'w').write('here')"

Train = Callable[..., dict[str, Any]]
needs_namespaces = pytest.mark.skipif(
    not find_isolation().has_opt_ml, reason="this machine's kernel forbids mount namespaces"
)


@pytest.fixture(scope="module")
def aws() -> Iterator[EmbeddedAws]:
    embedded = EmbeddedAws(image_python=IMAGE_PYTHON, log=ActivityLog(io.StringIO()), services=())
    install_sagemaker(embedded.runtime).stop_grace_seconds = 0.5
    embedded.runtime.assume_role_for_service = lambda *_: ADMIN
    with embedded:
        s3 = embedded.runtime.client("s3")
        s3.create_bucket(Bucket=BUCKET)
        for name in ("a", "b", "c"):
            s3.put_object(Bucket=BUCKET, Key=f"in/{name}.csv", Body=name.encode())
        yield embedded


@pytest.fixture
def train(aws: EmbeddedAws) -> Train:
    """Run a job of two instances; its last description."""
    client = aws.runtime.client("sagemaker")

    def run(
        name: str, program: str, *, sharding: str = "FullyReplicated", **changes: Any
    ) -> dict[str, Any]:
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
            info = tarfile.TarInfo("train.py")
            info.size = len(program.encode())
            tar.addfile(info, io.BytesIO(program.encode()))
        key = f"code/{name}/code.tar.gz"
        aws.runtime.client("s3").put_object(Bucket=BUCKET, Key=key, Body=buffer.getvalue())
        request = {
            "TrainingJobName": name,
            "RoleArn": ROLE,
            "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
            "HyperParameters": {
                "sagemaker_program": '"train.py"',
                "sagemaker_submit_directory": '"/opt/ml/input/data/code/code.tar.gz"',
            },
            "InputDataConfig": [
                _channel("train", "in/", S3DataDistributionType=sharding),
                _channel("code", key),
            ],
            "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/runs"},
            "ResourceConfig": {
                "InstanceType": "ml.m5.large", "InstanceCount": 2, "VolumeSizeInGB": 10,
            },
            "EnableInterContainerTrafficEncryption": True,
            "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        }  # fmt: skip
        client.create_training_job(**{**request, **changes})

        def ended() -> dict[str, Any] | None:
            found: dict[str, Any] = client.describe_training_job(TrainingJobName=name)
            return None if found["TrainingJobStatus"] == "InProgress" else found

        return until(ended, 60, f"{name} has ended")

    return run


def _channel(name: str, key: str, **further: str) -> dict[str, Any]:
    source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/{key}", **further}
    return {"ChannelName": name, "DataSource": {"S3DataSource": source}}


def _model(aws: EmbeddedAws, job: dict[str, Any]) -> dict[str, Any]:
    key = job["ModelArtifacts"]["S3ModelArtifacts"].removeprefix(f"s3://{BUCKET}/")
    body = aws.runtime.client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read()
    with tarfile.open(fileobj=io.BytesIO(body)) as tar:
        return {
            member.name.removeprefix("./"): json.load(file)
            for member in tar.getmembers()
            if (file := tar.extractfile(member)) is not None
        }


@needs_namespaces
def test_hosts_meet_by_name_and_share_no_files(aws: EmbeddedAws, train: Train) -> None:
    job = train("meet", MEET)

    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    names = ["algo-1", "algo-2"]
    model = _model(aws, job)
    assert sorted(model) == ["algo-1.json", "algo-2.json"]
    for name in names:
        seen = model[f"{name}.json"]
        assert seen == {
            "met": names, "found": ["a.csv", "b.csv", "c.csv"], "hosts": names, "mine": name,
        }  # fmt: skip
    streams = aws.runtime.client("logs").describe_log_streams(
        logGroupName=LOG_GROUP, logStreamNamePrefix="meet/"
    )["logStreams"]
    assert [each["logStreamName"][:11] for each in streams] == [f"meet/{name}" for name in names]
    assert job["EnableInterContainerTrafficEncryption"] is True


@needs_namespaces
def test_each_host_has_its_share_of_a_sharded_channel(aws: EmbeddedAws, train: Train) -> None:
    job = train("sharded", MEET, sharding="ShardedByS3Key")

    model = _model(aws, job)
    assert [model[f"algo-{number}.json"]["found"] for number in (1, 2)] == [
        ["a.csv", "c.csv"],
        ["b.csv"],
    ]


@needs_namespaces
def test_a_host_that_fails_ends_the_job(train: Train) -> None:
    job = train("failing", FAIL, StoppingCondition={"MaxRuntimeInSeconds": 3600})

    assert job["TrainingJobStatus"] == "Failed"
    assert "no memory" in job["FailureReason"]
    assert job["FailureReason"].endswith("exit code: 1")


@needs_namespaces
def test_a_host_that_cannot_start_ends_the_job(
    train: Train, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = TrainingHost.command

    def only_the_first(host: TrainingHost, image: Image) -> list[str]:
        if host.name == "algo-2":
            raise OSError("no processes are left")
        return command(host, image)

    monkeypatch.setattr(TrainingHost, "command", only_the_first)
    job = train("unstarted", WAIT, StoppingCondition={"MaxRuntimeInSeconds": 3600})

    assert job["TrainingJobStatus"] == "Failed"
    assert "no processes are left" in job["FailureReason"]


@needs_namespaces
def test_a_file_that_two_hosts_write_is_refused(train: Train) -> None:
    job = train("same", SAME)

    assert job["TrainingJobStatus"] == "Failed"
    assert "two hosts wrote model.bin" in job["FailureReason"]


def test_checkpoints_of_several_hosts_are_refused(train: Train) -> None:
    with pytest.raises(ClientError, match="CheckpointConfig of a training job with several"):
        train("kept", SAME, CheckpointConfig={"S3Uri": f"s3://{BUCKET}/checkpoints"})


def test_a_machine_without_namespaces_refuses_several_hosts(
    train: Train, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Isolation, "has_opt_ml", False)

    job = train("shared", SAME)

    assert "which the embedded AWS needs for a job with several instances" in job["FailureReason"]
