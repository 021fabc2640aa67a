"""SageMaker jobs and endpoints with real children: toolkit and model server, tiny scripts."""

from __future__ import annotations

import contextlib
import io
import json
import tarfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
from botocore.exceptions import ClientError

from embedded_aws.activity_log import ActivityLog
from embedded_aws.credentials import ADMIN, Credentials
from embedded_aws.faults.fault import Fault
from embedded_aws.faults.injector import Faults
from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.sagemaker.install import install_sagemaker
from embedded_aws.sagemaker.isolation import NONE, Isolation
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.server import EmbeddedAws
from tests.waiting import until

IMAGE_PYTHON = Path(__file__).parents[2] / ".venv-image" / "bin" / "python"
IMAGE = "763104351884.dkr.ecr.us-east-1.amazonaws.com/autogluon:1.6.3-cpu-amzn2023"
ROLE = "arn:aws:iam::123456789012:role/jobs"
NO_DATA_ROLE = "arn:aws:iam::123456789012:role/no-data"
UNTRUSTING_ROLE = "arn:aws:iam::123456789012:role/untrusting"
BUCKET = "sagemaker-jobs"
NO_DATA = Credentials("AKIANODATA", "x")
GRACE_SECONDS = 0.5

TRAIN = """
import json, os, signal, sys, time
mode = open(os.path.join(os.environ["SM_CHANNEL_TRAIN"], "mode.txt")).read()
print("AGMETRIC test_accuracy=0.75", flush=True)
with open(os.path.join(os.environ["SM_MODEL_DIR"], "model.txt"), "w") as file:
    file.write("trained")
with open(os.path.join(os.environ["SM_OUTPUT_DATA_DIR"], "environment.json"), "w") as file:
    json.dump(dict(os.environ), file)
if mode == "fail":
    raise ValueError("the label column is missing")
if mode == "timeseries":
    import autogluon.timeseries
if mode == "own-cause":
    with open(os.path.join(os.environ["SM_OUTPUT_DIR"], "failure"), "w") as file:
        file.write("no rows")
    sys.exit(1)
if mode == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if mode == "tidy":
    def save(*_):
        time.sleep(0.2)
        with open(os.path.join(os.environ["SM_MODEL_DIR"], "model.txt"), "w") as file:
            file.write("saved at SIGTERM")
        sys.exit(0)
    signal.signal(signal.SIGTERM, save)
if mode in ("sleep", "stubborn", "tidy"):
    print("sleeping", flush=True)
    time.sleep(60)
"""

INFERENCE = """
import os, time

def model_fn(model_dir):
    if os.environ.get("WHO") == "broken":
        raise RuntimeError("the model is not for this version")
    return os.environ.get("WHO", "nobody")

def transform_fn(model, body, content_type, accept):
    if "bad" in body:
        raise ValueError("column age: 'bad' is not a number")
    if "crash" in body:
        raise KeyError("secret")
    if "exit" in body:
        os._exit(1)
    if "halt" in body:
        os._exit(3)  # Gunicorn takes it for a worker that cannot start, and ends
    lines = [f"{model}:{line}" for line in body.splitlines()]
    return "\\n".join(lines), "text/csv"
"""


COPY = """
with open("/opt/ml/processing/out/b.txt", "w") as file:
    file.write("written")
"""
COPY_SPECIFICATION = {
    "ImageUri": IMAGE,
    "ContainerEntrypoint": ["python3", "/opt/ml/processing/in/copy.py"],
}


def _archive(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(text.encode())
            tar.addfile(info, io.BytesIO(text.encode()))
    return buffer.getvalue()


def _assume(role_arn: str, service: str, session: str, source_arn: str | None) -> Credentials:
    if role_arn == UNTRUSTING_ROLE:
        raise ApiError("AccessDenied", f"{role_arn} does not trust {service}")
    return NO_DATA if role_arn == NO_DATA_ROLE else ADMIN


def _deny_data(call: ApiCall) -> None:
    if call.access_key_id == NO_DATA.access_key_id and call.service == "s3":
        raise ApiError("AccessDenied", "not authorized to perform s3:ListBucket", status=403)


@pytest.fixture(scope="module")
def aws() -> Iterator[EmbeddedAws]:
    embedded = EmbeddedAws(
        image_python=IMAGE_PYTHON, log=ActivityLog(io.StringIO()), services=("alarms", "scaling")
    )
    embedded.runtime.assume_role_for_service = _assume
    embedded.runtime.gateway.authorize_with(_deny_data)
    with embedded:
        s3 = embedded.runtime.client("s3")
        s3.create_bucket(Bucket=BUCKET)
        s3.put_object(Bucket=BUCKET, Key="code/code.tar.gz", Body=_archive({"train.py": TRAIN}))
        s3.put_object(
            Bucket=BUCKET,
            Key="model/model.tar.gz",
            Body=_archive({"code/inference.py": INFERENCE}),
        )
        others = set(
            psutil.Process().children(recursive=True)
        )  # of earlier tests, such as the CDK's
        yield embedded
        children = set(psutil.Process().children(recursive=True)) - others
    assert [child for child in children if child.is_running()] == []


@pytest.fixture(scope="module")
def service(aws: EmbeddedAws) -> SageMaker:
    service = install_sagemaker(aws.runtime)
    service.stop_grace_seconds = GRACE_SECONDS
    return service


@pytest.fixture
def faults(aws: EmbeddedAws) -> Iterator[Faults]:
    yield aws.faults
    aws.faults.clear()


@dataclass
class Jobs:
    """Clients of the embedded AWS and short ways to use them."""

    aws: EmbeddedAws
    service: SageMaker

    def client(self, name: str) -> Any:
        return self.aws.runtime.client(name)

    def put(self, key: str, body: str) -> str:
        self.client("s3").put_object(Bucket=BUCKET, Key=key, Body=body.encode())
        return f"s3://{BUCKET}/{key}"

    def get(self, uri: str) -> bytes:
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        body: bytes = self.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
        return body

    def unpack(self, uri: str) -> dict[str, bytes]:
        with tarfile.open(fileobj=io.BytesIO(self.get(uri))) as tar:
            files = {item.name: tar.extractfile(item) for item in tar if item.isfile()}
            return {name: file.read() for name, file in files.items() if file is not None}

    def train(self, name: str, mode: str, **changes: Any) -> None:
        self.put(f"train/{name}/mode.txt", mode)
        request = {
            "TrainingJobName": name,
            "RoleArn": ROLE,
            "AlgorithmSpecification": {
                "TrainingImage": IMAGE,
                "TrainingInputMode": "File",
                "MetricDefinitions": [
                    {"Name": "test_accuracy", "Regex": r"AGMETRIC test_accuracy=(\S+)"}
                ],
            },
            "HyperParameters": {
                "sagemaker_program": '"train.py"',
                "sagemaker_submit_directory": '"/opt/ml/input/data/code/code.tar.gz"',
            },
            "InputDataConfig": [
                _channel("train", f"s3://{BUCKET}/train/{name}/"),
                _channel("code", f"s3://{BUCKET}/code/code.tar.gz"),
            ],
            "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/runs"},
            "ResourceConfig": {
                "InstanceType": "ml.m5.large",
                "InstanceCount": 1,
                "VolumeSizeInGB": 10,
            },
            "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        }
        self.client("sagemaker").create_training_job(**{**request, **changes})

    def training_result(self, name: str) -> dict[str, Any]:
        client = self.client("sagemaker")
        return _wait(
            lambda: client.describe_training_job(TrainingJobName=name),
            "TrainingJobStatus",
            {"InProgress", "Stopping"},
        )

    def metric(self, job_name: str, metric: str, described: dict[str, Any]) -> list[float]:
        """As the SageMaker SDK reads a training job's metrics."""
        found = self.client("cloudwatch").get_metric_statistics(
            Namespace="/aws/sagemaker/TrainingJobs",
            MetricName=metric,
            Dimensions=[{"Name": "TrainingJobName", "Value": job_name}],
            StartTime=described["TrainingStartTime"],
            EndTime=described["TrainingEndTime"] + timedelta(minutes=1),
            Period=60,
            Statistics=["Average"],
        )
        return [point["Average"] for point in found["Datapoints"]]

    def wait_for_log(self, group: str, name: str, text: str) -> list[str]:
        def lines_with_it() -> list[str]:
            lines = self.log(group, name)
            return lines if any(text in line for line in lines) else []

        return until(lines_with_it, 20, f"{text!r} is in the log of {name}")

    def log(self, group: str, prefix: str) -> list[str]:
        logs = self.client("logs")
        try:
            answer = logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=prefix)
        except logs.exceptions.ResourceNotFoundException:
            return []
        return [
            event["message"]
            for stream in answer["logStreams"]
            for event in logs.get_log_events(
                logGroupName=group, logStreamName=stream["logStreamName"], startFromHead=True
            )["events"]
        ]

    def create_model(self, name: str, **container: Any) -> None:
        environment = {"WHO": name, "SAGEMAKER_PROGRAM": "inference.py"}
        data = {"ModelDataUrl": f"s3://{BUCKET}/model/model.tar.gz"}
        self.client("sagemaker").create_model(
            ModelName=name,
            ExecutionRoleArn=ROLE,
            PrimaryContainer={"Image": IMAGE, "Environment": environment, **data, **container},
        )

    def create_config(self, name: str, *models: str) -> None:
        self.client("sagemaker").create_endpoint_config(
            EndpointConfigName=name,
            ProductionVariants=[
                {
                    "VariantName": f"v-{model}",
                    "ModelName": model,
                    "InstanceType": "ml.m5.large",
                    "InitialInstanceCount": 1,
                }
                for model in models
            ],
        )

    def endpoint_result(self, name: str) -> dict[str, Any]:
        client = self.client("sagemaker")
        return _wait(
            lambda: client.describe_endpoint(EndpointName=name),
            "EndpointStatus",
            {"Creating", "Updating", "RollingBack"},
        )

    def invoke(self, endpoint: str, body: str, **more: Any) -> str:
        answer = self.client("sagemaker-runtime").invoke_endpoint(
            EndpointName=endpoint, Body=body.encode(), ContentType="text/csv", **more
        )
        text: str = answer["Body"].read().decode()
        return text

    def process(self, name: str, code: str, **changes: Any) -> dict[str, Any]:
        client = self.client("sagemaker")
        inp, out = "/opt/ml/processing/in", "/opt/ml/processing/out"
        program = f"import time; inp, out = {inp!r}, {out!r}; {code}"
        source = {"S3DataType": "S3Prefix", "S3InputMode": "File", "LocalPath": inp}
        target = {"S3UploadMode": "EndOfJob", "LocalPath": out}
        request = {
            "ProcessingJobName": name,
            "RoleArn": ROLE,
            "AppSpecification": {
                "ImageUri": IMAGE,
                "ContainerEntrypoint": ["python3", "-c"],
                "ContainerArguments": [program],
            },
            "ProcessingInputs": [
                {"InputName": "in", "S3Input": {"S3Uri": f"s3://{BUCKET}/process/in", **source}}
            ],
            "ProcessingOutputConfig": {
                "Outputs": [
                    {
                        "OutputName": "out",
                        "S3Output": {"S3Uri": f"s3://{BUCKET}/process/out/{name}", **target},
                    }
                ]
            },
            "ProcessingResources": {
                "ClusterConfig": {
                    "InstanceType": "ml.m5.large",
                    "InstanceCount": 1,
                    "VolumeSizeInGB": 10,
                }
            },
        }
        client.create_processing_job(**{**request, **changes})
        return _wait(
            lambda: client.describe_processing_job(ProcessingJobName=name),
            "ProcessingJobStatus",
            {"InProgress", "Stopping"},
        )

    def transform(
        self, name: str, uri: str, *, wait: bool = True, **changes: Any
    ) -> dict[str, Any]:
        client = self.client("sagemaker")
        request = {
            "TransformJobName": name,
            "ModelName": "served",
            "TransformInput": {
                "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": uri}},
                "ContentType": "text/csv",
                "SplitType": "Line",
            },
            "TransformOutput": {"S3OutputPath": f"s3://{BUCKET}/{name}", "AssembleWith": "Line"},
            "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
        }
        client.create_transform_job(**{**request, **changes})
        return self.transform_result(name) if wait else {}

    def transform_result(self, name: str) -> dict[str, Any]:
        client = self.client("sagemaker")
        return _wait(
            lambda: client.describe_transform_job(TransformJobName=name),
            "TransformJobStatus",
            {"InProgress", "Stopping"},
        )


def _channel(name: str, uri: str) -> dict[str, Any]:
    source = {
        "S3DataType": "S3Prefix",
        "S3Uri": uri,
        "S3DataDistributionType": "FullyReplicated",
    }
    return {"ChannelName": name, "DataSource": {"S3DataSource": source}}


def _wait(describe: Callable[[], dict[str, Any]], member: str, running: set[str]) -> dict[str, Any]:
    def ended() -> dict[str, Any]:
        answer = describe()
        return {} if answer[member] in running else answer

    return until(ended, 30, f"{member} is none of {sorted(running)}")


@pytest.fixture(scope="module")
def jobs(aws: EmbeddedAws, service: SageMaker) -> Jobs:
    return Jobs(aws, service)


@pytest.fixture
def without_mounts(jobs: Jobs) -> Iterator[None]:
    """A machine whose kernel gives no job an /opt/ml."""
    found, jobs.service.isolation = jobs.service.isolation, NONE
    yield
    jobs.service.isolation = found


@pytest.fixture
def opt_ml(jobs: Jobs) -> Isolation:
    """Skip where the kernel gives no job an /opt/ml."""
    if not jobs.service.isolation.has_opt_ml:
        pytest.skip("this machine's kernel forbids mount namespaces")
    return jobs.service.isolation


@pytest.fixture(scope="module")
def endpoint(jobs: Jobs) -> str:
    """An endpoint `echo` with one variant, `v-served`."""
    jobs.create_model("served")
    jobs.create_config("echo-1", "served")
    jobs.client("sagemaker").create_endpoint(EndpointName="echo", EndpointConfigName="echo-1")
    assert jobs.endpoint_result("echo")["EndpointStatus"] == "InService"
    return "echo"


class TestTraining:
    def test_a_script_that_succeeds_leaves_its_artifacts_metrics_and_log(self, jobs: Jobs) -> None:
        jobs.train("good", "ok", Environment={"DATA": "/opt/ml/input/data"})
        job = jobs.training_result("good")
        assert job["TrainingJobStatus"] == "Completed"
        statuses = [item["Status"] for item in job["SecondaryStatusTransitions"]]
        assert statuses == ["Starting", "Downloading", "Training", "Uploading", "Completed"]
        assert job["FinalMetricDataList"][0]["Value"] == 0.75
        assert job["OutputDataConfig"]["KmsKeyId"] == ""
        assert jobs.metric("good", "test_accuracy", job) == [0.75]
        artifact = job["ModelArtifacts"]["S3ModelArtifacts"]
        assert artifact == f"s3://{BUCKET}/runs/good/output/model.tar.gz"
        assert jobs.unpack(artifact) == {"model.txt": b"trained"}
        output = jobs.unpack(f"s3://{BUCKET}/runs/good/output/output.tar.gz")
        environment = json.loads(output["environment.json"])
        assert environment["TRAINING_JOB_NAME"] == "good"
        assert environment["DATA"] == environment["SM_INPUT_DIR"] + "/data"
        assert environment["AWS_ENDPOINT_URL"] == jobs.aws.endpoint_url
        assert "AGMETRIC test_accuracy=0.75" in jobs.log("/aws/sagemaker/TrainingJobs", "good/")

    def test_a_debug_hook_changes_nothing_and_is_logged_once(self, jobs: Jobs) -> None:
        said = io.StringIO()
        jobs.service.runtime.log, before = ActivityLog(said), jobs.service.runtime.log
        hook = {"S3OutputPath": f"s3://{BUCKET}/", "CollectionConfigurations": []}
        for name in ("hook-1", "hook-2"):
            jobs.train(name, "ok", DebugHookConfig=hook)
        for name in ("hook-1", "hook-2"):
            job = jobs.training_result(name)
            assert job["TrainingJobStatus"] == "Completed"
            assert job["DebugHookConfig"] == hook
        jobs.service.runtime.log = before
        assert said.getvalue().count("DebugHookConfig changes nothing") == 1

    def test_a_script_that_raises_fails_the_job_and_its_words_are_in_the_log(
        self, jobs: Jobs
    ) -> None:
        jobs.train("bad", "fail")
        job = jobs.training_result("bad")
        assert job["TrainingJobStatus"] == "Failed"
        assert job["FailureReason"].startswith("AlgorithmError: ExecuteUserScriptError:")
        assert 'ValueError: the label column is missing"\nCommand' in job["FailureReason"]
        assert job["FailureReason"].endswith("exit code: 1")
        log = jobs.log("/aws/sagemaker/TrainingJobs", "bad/")
        assert "ValueError: the label column is missing" in log
        assert "ModelArtifacts" not in job

    def test_a_module_that_only_the_image_has_is_named_with_its_set_up(self, jobs: Jobs) -> None:
        jobs.train("full", "timeseries")
        reason = jobs.training_result("full")["FailureReason"]
        assert "ModuleNotFoundError: No module named 'autogluon.timeseries'" in reason
        assert "(.venv-image) lacks autogluon.timeseries, " in reason
        assert reason.endswith("run `make setup-full` to install them, exit code: 1")

    def test_the_failure_file_is_the_reason(self, jobs: Jobs) -> None:
        jobs.train("own-cause", "own-cause")
        reason = jobs.training_result("own-cause")["FailureReason"]
        assert reason == "AlgorithmError: no rows, exit code: 1"

    def test_a_job_over_its_time_is_stopped_and_keeps_what_it_saved(self, jobs: Jobs) -> None:
        jobs.train("slow", "sleep", StoppingCondition={"MaxRuntimeInSeconds": 6})
        job = jobs.training_result("slow")
        assert job["TrainingJobStatus"] == "Stopped"
        assert job["SecondaryStatus"] == "MaxRuntimeExceeded"
        assert jobs.unpack(job["ModelArtifacts"]["S3ModelArtifacts"]) == {"model.txt": b"trained"}

    def test_a_job_that_ignores_sigterm_is_killed_after_the_grace_period(self, jobs: Jobs) -> None:
        jobs.train("stubborn", "stubborn")
        jobs.wait_for_log("/aws/sagemaker/TrainingJobs", "stubborn/", "sleeping")
        started = time.monotonic()
        jobs.client("sagemaker").stop_training_job(TrainingJobName="stubborn")
        job = jobs.training_result("stubborn")
        assert GRACE_SECONDS <= time.monotonic() - started < GRACE_SECONDS + 5
        assert job["TrainingJobStatus"] == job["SecondaryStatus"] == "Stopped"

    def test_a_script_may_save_its_model_when_it_is_stopped(self, jobs: Jobs) -> None:
        jobs.train("tidy", "tidy")
        jobs.wait_for_log("/aws/sagemaker/TrainingJobs", "tidy/", "sleeping")
        jobs.client("sagemaker").stop_training_job(TrainingJobName="tidy")
        job = jobs.training_result("tidy")
        artifact = jobs.unpack(job["ModelArtifacts"]["S3ModelArtifacts"])
        assert artifact == {"model.txt": b"saved at SIGTERM"}

    def test_an_isolated_job_gets_neither_credentials_nor_endpoint(self, jobs: Jobs) -> None:
        jobs.train("isolated", "ok", EnableNetworkIsolation=True)
        assert jobs.training_result("isolated")["TrainingJobStatus"] == "Completed"
        output = jobs.unpack(f"s3://{BUCKET}/runs/isolated/output/output.tar.gz")
        names = set(json.loads(output["environment.json"]))
        assert not names & {"AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"}

    def test_an_uncompressed_artifact_is_a_folder(self, jobs: Jobs) -> None:
        output = {"S3OutputPath": f"s3://{BUCKET}/runs", "CompressionType": "NONE"}
        jobs.train("flat", "ok", OutputDataConfig=output)
        artifact = jobs.training_result("flat")["ModelArtifacts"]["S3ModelArtifacts"]
        assert artifact == f"s3://{BUCKET}/runs/flat/output/model/"
        assert jobs.get(f"{artifact}model.txt") == b"trained"

    def test_the_toolkits_paths_are_those_of_a_container(
        self, jobs: Jobs, opt_ml: Isolation
    ) -> None:
        jobs.train("paths", "ok")
        assert jobs.training_result("paths")["TrainingJobStatus"] == "Completed"
        output = jobs.unpack(f"s3://{BUCKET}/runs/paths/output/output.tar.gz")
        environment = json.loads(output["environment.json"])
        assert environment["SM_MODEL_DIR"] == "/opt/ml/model"
        assert environment["SM_CHANNEL_TRAIN"] == "/opt/ml/input/data/train"

    @pytest.mark.usefixtures("without_mounts")
    def test_a_script_in_s3_that_says_opt_ml_is_rejected_where_there_is_none(
        self, jobs: Jobs
    ) -> None:
        archive = _archive({"train.py": "open('/opt/ml/model/a', 'w')"})
        jobs.client("s3").put_object(Bucket=BUCKET, Key="source/literal.tar.gz", Body=archive)
        settings = {
            "sagemaker_program": '"train.py"',
            "sagemaker_submit_directory": f'"s3://{BUCKET}/source/literal.tar.gz"',
        }
        jobs.train("literal", "ok", HyperParameters=settings)
        reason = jobs.training_result("literal")["FailureReason"]
        assert "line 1 of literal.tar.gz/train.py names /opt/ml" in reason

    def test_checkpoints_come_from_s3_and_go_back(self, jobs: Jobs) -> None:
        jobs.put("checkpoints/old.txt", "old")
        code = {"train.py": TRAIN_WITH_CHECKPOINT}
        jobs.client("s3").put_object(
            Bucket=BUCKET, Key="checkpoint-code/code.tar.gz", Body=_archive(code)
        )
        jobs.train(
            "checkpointed",
            "ok",
            CheckpointConfig={"S3Uri": f"s3://{BUCKET}/checkpoints"},
            InputDataConfig=[_channel("code", f"s3://{BUCKET}/checkpoint-code/")],
        )
        assert jobs.training_result("checkpointed")["TrainingJobStatus"] == "Completed"
        assert jobs.get(f"s3://{BUCKET}/checkpoints/new.txt") == b"after old"

    def test_a_role_without_access_to_the_data_is_refused(self, jobs: Jobs) -> None:
        with pytest.raises(ClientError, match="AccessDenied"):
            jobs.train("denied", "ok", RoleArn=NO_DATA_ROLE)

    def test_a_role_that_does_not_trust_sagemaker_is_refused(self, jobs: Jobs) -> None:
        with pytest.raises(ClientError, match=f"Could not assume role {UNTRUSTING_ROLE}"):
            jobs.train("untrusting", "ok", RoleArn=UNTRUSTING_ROLE)

    def test_a_bucket_that_cannot_be_written_fails_the_job(self, jobs: Jobs) -> None:
        jobs.train("no-bucket", "ok", OutputDataConfig={"S3OutputPath": "s3://not-there-at-all/x"})
        reason = jobs.training_result("no-bucket")["FailureReason"]
        assert reason.startswith("ClientError: Artifact upload failed: ")

    def test_a_job_without_capacity_fails_with_sagemakers_words(
        self, jobs: Jobs, faults: Faults
    ) -> None:
        faults.add(Fault(at="sagemaker:CreateTrainingJob", fault="capacity", times=1))
        jobs.train("no-capacity", "ok")
        assert jobs.training_result("no-capacity")["FailureReason"] == (
            "CapacityError: Unable to provision requested ML compute capacity. Please retry using "
            "a different ML instance type."
        )

    def test_an_interrupted_spot_job_goes_on_from_its_checkpoint(
        self, jobs: Jobs, faults: Faults
    ) -> None:
        code = _archive({"train.py": TRAIN_IN_TWO_PARTS})
        jobs.client("s3").put_object(Bucket=BUCKET, Key="spot-code/code.tar.gz", Body=code)
        interruption = {"at": "sagemaker:CreateTrainingJob", "fault": "spot-interruption"}
        faults.add(Fault(**interruption, line="half of it", times=1))
        jobs.train(
            "spot",
            "ok",
            EnableManagedSpotTraining=True,
            StoppingCondition={"MaxRuntimeInSeconds": 120, "MaxWaitTimeInSeconds": 120},
            CheckpointConfig={"S3Uri": f"s3://{BUCKET}/spot-checkpoints"},
            InputDataConfig=[_channel("code", f"s3://{BUCKET}/spot-code/")],
        )
        described = jobs.training_result("spot")
        assert described["TrainingJobStatus"] == "Completed"
        statuses = [item["Status"] for item in described["SecondaryStatusTransitions"]]
        started = ["Starting", "Downloading", "Training"]
        assert statuses == [*started, "Interrupted", *started, "Uploading", "Completed"]
        assert described["BillableTimeInSeconds"] <= described["TrainingTimeInSeconds"]
        artifact = described["ModelArtifacts"]["S3ModelArtifacts"]
        assert jobs.unpack(artifact) == {"model.txt": b"from a checkpoint"}

    def test_a_spot_job_waits_for_capacity_and_not_longer_than_it_may(
        self, jobs: Jobs, faults: Faults
    ) -> None:
        faults.add(Fault(at="sagemaker:CreateTrainingJob", fault="capacity"))
        jobs.train(
            "waiting",
            "ok",
            EnableManagedSpotTraining=True,
            StoppingCondition={"MaxRuntimeInSeconds": 120, "MaxWaitTimeInSeconds": 3600},
        )

        def message() -> str:
            found = jobs.client("sagemaker").describe_training_job(TrainingJobName="waiting")
            assert found["TrainingJobStatus"] == "InProgress"
            return str(found["SecondaryStatusTransitions"][-1]["StatusMessage"])

        until(lambda: "Insufficient capacity" in message(), 10, "the job waits")
        jobs.aws.runtime.clock.advance(3600)
        described = jobs.training_result("waiting")
        assert described["SecondaryStatus"] == "MaxWaitTimeExceeded"
        assert "TrainingStartTime" not in described


TRAIN_IN_TWO_PARTS = """
import os, time
folder = os.path.join(os.environ["SAGEMAKER_BASE_DIR"], "checkpoints")
checkpoint = os.path.join(folder, "half.txt")
if not os.path.exists(checkpoint):
    open(checkpoint, "w").close()
    print("half of it", flush=True)
    time.sleep(100)
with open(os.path.join(os.environ["SM_MODEL_DIR"], "model.txt"), "w") as file:
    file.write("from a checkpoint")
"""
TRAIN_WITH_CHECKPOINT = """
import os
folder = os.path.join(os.environ["SAGEMAKER_BASE_DIR"], "checkpoints")
old = open(os.path.join(folder, "old.txt")).read()
with open(os.path.join(folder, "new.txt"), "w") as file:
    file.write("after " + old)
"""


class TestEndpoints:
    def test_an_endpoint_answers_with_the_containers_type(self, jobs: Jobs, endpoint: str) -> None:
        answer = jobs.client("sagemaker-runtime").invoke_endpoint(
            EndpointName=endpoint, Body=b"1,2", ContentType="text/csv"
        )
        assert answer["ContentType"] == "text/csv"
        assert answer["InvokedProductionVariant"] == "v-served"
        assert answer["Body"].read() == b"served:1,2"

    @pytest.mark.parametrize(
        ("body", "status", "detail"),
        [
            ("bad", 400, "column age: 'bad' is not a number"),
            ("crash", 500, "inference failed"),
        ],
    )
    def test_the_containers_errors_reach_the_caller(
        self, jobs: Jobs, endpoint: str, body: str, status: int, detail: str
    ) -> None:
        with pytest.raises(ClientError) as caught:
            jobs.invoke(endpoint, body)
        response = caught.value.response
        assert response["Error"]["Code"] == "ModelError"
        assert response["ResponseMetadata"]["HTTPStatusCode"] == 424
        assert response["OriginalStatusCode"] == status
        assert json.loads(response["OriginalMessage"]) == {"detail": detail}

    def test_images_before_1_6_serve_with_torchserve(self, jobs: Jobs) -> None:
        jobs.create_model("older", Image=IMAGE.replace("1.6.3", "1.5.0"))
        jobs.create_config("older", "older")
        client = jobs.client("sagemaker")
        client.create_endpoint(EndpointName="older", EndpointConfigName="older")
        assert jobs.endpoint_result("older")["EndpointStatus"] == "InService"
        assert jobs.invoke("older", "1") == "older:1"
        with pytest.raises(ClientError) as caught:
            jobs.invoke("older", "bad")
        assert caught.value.response["OriginalStatusCode"] == 500  # not 400, as the 1.6 image
        message = caught.value.response["OriginalMessage"]
        assert message.startswith("column age: 'bad' is not a number\nTraceback")
        client.delete_endpoint(EndpointName="older")

    def test_a_worker_that_dies_is_replaced(self, jobs: Jobs, endpoint: str) -> None:
        with pytest.raises(ClientError, match="or the container ended"):
            jobs.invoke(endpoint, "exit")
        assert jobs.invoke(endpoint, "1") == "served:1"

    def test_a_container_that_ends_is_started_again(self, jobs: Jobs, endpoint: str) -> None:
        with pytest.raises(ClientError, match="or the container ended"):
            jobs.invoke(endpoint, "halt")
        group = f"/aws/sagemaker/Endpoints/{endpoint}"
        jobs.wait_for_log(group, "v-served/", "exit code 3: restarted")

        def answer() -> Any:
            with contextlib.suppress(ClientError):
                return jobs.invoke(endpoint, "1")
            return None

        assert until(answer, 20, "the endpoint answers again") == "served:1"

    def test_many_callers_at_once_get_their_own_answers(self, jobs: Jobs, endpoint: str) -> None:
        with ThreadPoolExecutor(32) as pool:
            answers = list(pool.map(lambda n: jobs.invoke(endpoint, str(n)), range(128)))
        assert answers == [f"served:{n}" for n in range(128)]

    def test_a_payload_over_six_megabytes_is_refused(self, jobs: Jobs, endpoint: str) -> None:
        with pytest.raises(ClientError, match="exceeded 6291456 bytes"):
            jobs.invoke(endpoint, "x" * (6 * 2**20 + 1))

    def test_an_endpoint_that_is_not_there_is_named(self, jobs: Jobs) -> None:
        with pytest.raises(ClientError, match="Endpoint nobody of account 123456789012 not found"):
            jobs.invoke("nobody", "1")

    def test_a_model_that_does_not_load_fails_the_endpoint_with_its_words(self, jobs: Jobs) -> None:
        jobs.create_model("broken")
        jobs.create_config("broken-1", "broken")
        client = jobs.client("sagemaker")
        client.create_endpoint(EndpointName="broken", EndpointConfigName="broken-1")
        described = jobs.endpoint_result("broken")
        assert described["EndpointStatus"] == "Failed"
        assert "did not pass the ping health check" in described["FailureReason"]
        assert "RuntimeError: the model is not for this version" in described["FailureReason"]
        client.delete_endpoint(EndpointName="broken")

    def test_requirements_are_refused_by_name(self, jobs: Jobs) -> None:
        files = {"code/inference.py": INFERENCE, "code/requirements.txt": "left-pad\n"}
        jobs.client("s3").put_object(Bucket=BUCKET, Key="needs/m.tar.gz", Body=_archive(files))
        jobs.create_model("needs", ModelDataUrl=f"s3://{BUCKET}/needs/m.tar.gz")
        jobs.create_config("needs-1", "needs")
        client = jobs.client("sagemaker")
        client.create_endpoint(EndpointName="needs", EndpointConfigName="needs-1")
        reason = jobs.endpoint_result("needs")["FailureReason"]
        assert "code/requirements.txt cannot be installed" in reason
        client.delete_endpoint(EndpointName="needs")

    def test_an_update_switches_without_a_gap(self, jobs: Jobs, endpoint: str) -> None:
        jobs.create_model("second")
        jobs.create_config("echo-2", "second")
        client = jobs.client("sagemaker")
        client.update_endpoint(EndpointName=endpoint, EndpointConfigName="echo-2")
        answers = set()
        while client.describe_endpoint(EndpointName=endpoint)["EndpointStatus"] == "Updating":
            answers.add(jobs.invoke(endpoint, "1"))
        answers.add(jobs.invoke(endpoint, "1"))
        assert answers == {"served:1", "second:1"}
        assert jobs.endpoint_result(endpoint)["EndpointConfigName"] == "echo-2"

    def test_a_failing_update_silently_keeps_the_old_configuration(
        self, jobs: Jobs, endpoint: str
    ) -> None:
        before = jobs.endpoint_result(endpoint)["EndpointConfigName"]
        answer = jobs.invoke(endpoint, "1")
        jobs.create_model("worse", Environment={"WHO": "broken"})
        jobs.create_config("echo-3", "worse")
        client = jobs.client("sagemaker")
        client.update_endpoint(EndpointName=endpoint, EndpointConfigName="echo-3")
        pending = client.describe_endpoint(EndpointName=endpoint)["PendingDeploymentSummary"]
        assert pending["EndpointConfigName"] == "echo-3"
        with pytest.raises(ClientError, match="in status Updating"):
            client.update_endpoint(EndpointName=endpoint, EndpointConfigName="echo-3")
        described = jobs.endpoint_result(endpoint)
        assert described["EndpointStatus"] == "InService"
        assert described["EndpointConfigName"] == before
        assert "FailureReason" not in described
        assert jobs.invoke(endpoint, "1") == answer

    def test_weights_decide_between_variants_and_a_target_overrides_them(self, jobs: Jobs) -> None:
        jobs.create_model("left")
        jobs.create_model("right")
        jobs.create_config("two", "left", "right")
        client = jobs.client("sagemaker")
        client.create_endpoint(EndpointName="two", EndpointConfigName="two")
        assert jobs.endpoint_result("two")["EndpointStatus"] == "InService"
        client.update_endpoint_weights_and_capacities(
            EndpointName="two",
            DesiredWeightsAndCapacities=[
                {"VariantName": "v-left", "DesiredWeight": 0.0},
                {"VariantName": "v-right", "DesiredInstanceCount": 3},
            ],
        )
        assert jobs.endpoint_result("two")["EndpointStatus"] == "InService"
        assert {jobs.invoke("two", "1") for _ in range(10)} == {"right:1"}
        assert jobs.invoke("two", "1", TargetVariant="v-left") == "left:1"
        left, right = jobs.endpoint_result("two")["ProductionVariants"]
        assert (left["CurrentWeight"], right["CurrentInstanceCount"]) == (0.0, 3)
        client.delete_endpoint(EndpointName="two")
        with pytest.raises(ClientError, match="Could not find endpoint"):
            client.describe_endpoint(EndpointName="two")

    def test_gunicorn_arguments_of_the_environment_are_honoured(self, jobs: Jobs) -> None:
        jobs.create_model(
            "threads", Environment={"GUNICORN_CMD_ARGS": "--worker-class gthread --threads 3"}
        )
        jobs.create_config("threads-1", "threads")
        client = jobs.client("sagemaker")
        client.create_endpoint(EndpointName="threads", EndpointConfigName="threads-1")
        assert jobs.endpoint_result("threads")["EndpointStatus"] == "InService"
        jobs.wait_for_log("/aws/sagemaker/Endpoints/threads", "v-threads/", "Using worker: gthread")
        client.delete_endpoint(EndpointName="threads")


class TestProcessing:
    def test_a_program_reads_its_inputs_and_its_outputs_are_uploaded(self, jobs: Jobs) -> None:
        jobs.put("process/in/a.txt", "x")
        job = jobs.process(
            "copy", "open(out + '/b.txt', 'w').write(open(inp + '/a.txt').read() * 3)"
        )
        assert job["ProcessingJobStatus"] == "Completed", job
        assert jobs.get(f"s3://{BUCKET}/process/out/copy/b.txt") == b"xxx"

    def test_a_program_that_raises_fails_the_job_with_its_words(self, jobs: Jobs) -> None:
        jobs.put("process/in/a.txt", "x")
        job = jobs.process("wrong", "raise ValueError('no such column')")
        assert job["ProcessingJobStatus"] == "Failed"
        assert job["FailureReason"] == ("AlgorithmError: ValueError: no such column, exit code: 1")

    def test_a_script_may_say_opt_ml(self, jobs: Jobs, opt_ml: Isolation) -> None:
        jobs.put("process/in/copy.py", COPY)
        before = Path("/opt/ml").exists()
        job = jobs.process("literal", "", AppSpecification=COPY_SPECIFICATION)
        assert job["ProcessingJobStatus"] == "Completed", job
        assert jobs.get(f"s3://{BUCKET}/process/out/literal/b.txt") == b"written"
        assert Path("/opt/ml").exists() == before

    @pytest.mark.usefixtures("without_mounts")
    def test_a_script_that_says_it_is_rejected_where_there_is_none(self, jobs: Jobs) -> None:
        jobs.put("process/in/copy.py", COPY)
        job = jobs.process("rejected", "", AppSpecification=COPY_SPECIFICATION)
        assert job["ProcessingJobStatus"] == "Failed"
        assert "line 2 of copy.py names /opt/ml" in job["FailureReason"]

    @pytest.mark.usefixtures("without_mounts")
    def test_settings_are_rewritten_where_there_is_none(self, jobs: Jobs) -> None:
        jobs.put("process/in/copy.py", "# nothing")
        jobs.put("process/in/a.txt", "x")
        job = jobs.process("rewritten", "open(out + '/b.txt', 'w').write(inp)")
        assert job["ProcessingJobStatus"] == "Completed", job
        folder = jobs.get(f"s3://{BUCKET}/process/out/rewritten/b.txt").decode()
        assert folder != "/opt/ml/processing/in"
        assert folder.endswith("/opt/ml/processing/in")

    def test_a_program_over_its_time_is_stopped(self, jobs: Jobs) -> None:
        jobs.put("process/in/a.txt", "x")
        job = jobs.process("late", "time.sleep(60)", StoppingCondition={"MaxRuntimeInSeconds": 1})
        assert "exceeded MaxRuntimeInSeconds (1 s)" in job["FailureReason"]


@pytest.mark.usefixtures("endpoint")
class TestTransforms:
    def test_every_object_of_a_prefix_gets_its_answers(self, jobs: Jobs) -> None:
        lines = [f"{number},{'x' * (number % 50)}" for number in range(60_000)]
        jobs.put("in/a.csv", "\n".join(lines) + "\n")
        jobs.put("in/more/b.csv", "1\n2")
        job = jobs.transform(
            "many", f"s3://{BUCKET}/in/", MaxPayloadInMB=1, MaxConcurrentTransforms=3
        )
        assert job["TransformJobStatus"] == "Completed", job
        answers = jobs.get(f"s3://{BUCKET}/many/a.csv.out").decode().splitlines()
        assert answers == [f"served:{line}" for line in lines]
        assert jobs.get(f"s3://{BUCKET}/many/more/b.csv.out") == b"served:1\nserved:2\n"

    def test_a_bad_record_fails_the_job_with_the_containers_words(self, jobs: Jobs) -> None:
        uri = jobs.put("bad/in.csv", "1\nbad\n3\n")
        job = jobs.transform("bad-record", uri, BatchStrategy="SingleRecord")
        assert job["TransformJobStatus"] == "Failed"
        assert job["FailureReason"] == (
            f"ClientError: See job logs for more information ({uri}, mini-batch 2: 400: "
            "column age: 'bad' is not a number)"
        )
        log = jobs.log("/aws/sagemaker/TransformJobs", "bad-record/")
        assert any("ClientError: 400" in line for line in log)

    def test_a_crash_is_retried_and_then_fails_the_job(self, jobs: Jobs) -> None:
        uri = jobs.put("crash/in.csv", "crash\n")
        job = jobs.transform("crash", uri, ModelClientConfig={"InvocationsMaxRetries": 1})
        assert "AlgorithmError: See job logs" in job["FailureReason"]
        log = jobs.log("/aws/sagemaker/TransformJobs", "crash/")
        assert sum("AutoGluon inference failed" in line for line in log) == 2

    def test_nothing_under_the_prefix_fails_the_job(self, jobs: Jobs) -> None:
        job = jobs.transform("nothing", f"s3://{BUCKET}/nothing/")
        assert "No S3 objects found under S3 URL" in job["FailureReason"]

    def test_a_model_that_does_not_load_fails_the_job(self, jobs: Jobs) -> None:
        jobs.create_model("broken-batch", Environment={"WHO": "broken"})
        uri = jobs.put("one/in.csv", "1\n")
        job = jobs.transform("broken-batch", uri, ModelName="broken-batch")
        assert "RuntimeError: the model is not for this version" in job["FailureReason"]

    def test_a_transform_can_be_stopped(self, jobs: Jobs) -> None:
        uri = jobs.put("stop/in.csv", "1\n" * 5000)
        jobs.transform("stop", uri, wait=False, BatchStrategy="SingleRecord")
        jobs.client("sagemaker").stop_transform_job(TransformJobName="stop")
        assert jobs.transform_result("stop")["TransformJobStatus"] == "Stopped"
        keys = jobs.client("s3").list_objects_v2(Bucket=BUCKET, Prefix="stop/")["Contents"]
        assert [item["Key"] for item in keys] == ["stop/in.csv"]

    def test_nothing_stays_on_the_disk(self, jobs: Jobs) -> None:
        folders = jobs.aws.runtime.state_dir / "sagemaker" / "us-east-1"
        left = [path.name for kind in folders.iterdir() for path in kind.iterdir()]
        assert all(name.startswith("echo-") for name in left), left

    def test_the_jobs_environment_overrides_the_models(self, jobs: Jobs) -> None:
        uri = jobs.put("env/in.csv", "1\n")
        job = jobs.transform("env", uri, Environment={"WHO": "batch"})
        assert job["TransformJobStatus"] == "Completed", job
        assert jobs.get(f"s3://{BUCKET}/env/in.csv.out") == b"batch:1\n"


TRIAL = """
import os, sys, time
arguments = dict(zip(sys.argv[1::2], sys.argv[2::2]))
time.sleep(2)
print("score=" + str(1 - (float(arguments["--rate"]) - 0.3) ** 2), flush=True)
"""


def test_a_tuning_jobs_trials_are_real_training_jobs_that_overlap(jobs: Jobs) -> None:
    code = _archive({"train.py": TRIAL})
    jobs.client("s3").put_object(Bucket=BUCKET, Key="trial/code.tar.gz", Body=code)
    sagemaker, name = jobs.client("sagemaker"), {"HyperParameterTuningJobName": "tuned"}
    objective = {"Type": "Maximize", "MetricName": "score"}
    rate = {"Name": "rate", "MinValue": "0.0", "MaxValue": "1.0"}
    sagemaker.create_hyper_parameter_tuning_job(
        **name,
        HyperParameterTuningJobConfig={
            "Strategy": "Bayesian",
            "HyperParameterTuningJobObjective": objective,
            "ResourceLimits": {"MaxNumberOfTrainingJobs": 3, "MaxParallelTrainingJobs": 2},
            "ParameterRanges": {"ContinuousParameterRanges": [rate]},
            "RandomSeed": 1,
        },
        TrainingJobDefinition={
            "StaticHyperParameters": {
                "sagemaker_program": '"train.py"',
                "sagemaker_submit_directory": '"/opt/ml/input/data/code/code.tar.gz"',
            },
            "AlgorithmSpecification": {
                "TrainingImage": IMAGE,
                "TrainingInputMode": "File",
                "MetricDefinitions": [{"Name": "score", "Regex": r"score=(\S+)"}],
            },
            "RoleArn": ROLE,
            "InputDataConfig": [_channel("code", f"s3://{BUCKET}/trial/code.tar.gz")],
            "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/runs"},
            "ResourceConfig": {
                "InstanceType": "ml.m5.large",
                "InstanceCount": 1,
                "VolumeSizeInGB": 10,
            },
            "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        },
    )
    described = _wait(
        lambda: sagemaker.describe_hyper_parameter_tuning_job(**name),
        "HyperParameterTuningJobStatus",
        {"InProgress", "Stopping"},
    )
    trials = sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(
        **name, SortBy="FinalObjectiveMetricValue", SortOrder="Descending"
    )["TrainingJobSummaries"]
    assert described["HyperParameterTuningJobStatus"] == "Completed"
    assert described["TrainingJobStatusCounters"]["Completed"] == len(trials) == 3
    assert described["BestTrainingJob"]["TrainingJobName"] == trials[0]["TrainingJobName"]
    for trial in trials:
        chosen = float(trial["TunedHyperParameters"]["rate"])
        value = trial["FinalHyperParameterTuningJobObjectiveMetric"]["Value"]
        assert value == pytest.approx(1 - (chosen - 0.3) ** 2)
    first, second, *_ = sorted(trials, key=lambda trial: trial["CreationTime"])
    assert second["TrainingStartTime"] < first["TrainingEndTime"]
