"""AutoGluon's own client, unmodified from PyPI, uses the embedded AWS with its own kind of role."""

from __future__ import annotations

import io
import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded_aws.activity_log import ActivityLog
from embedded_aws.runtime import Credentials
from embedded_aws.server import EmbeddedAws

ROOT = Path(__file__).parents[2]
PEER_PYTHON = ROOT / ".venv-peer" / "bin" / "python"
IMAGE_PYTHON = ROOT / ".venv-image" / "bin" / "python"
SCRIPT = Path(__file__).with_name("peer_client.py")
BUCKET = "peer-client-bucket"
LABEL = "class"
TRAIN_ROWS, TEST_ROWS = 2000, 200
# What the client's own CloudFormation template grants its role.
_ON_RESOURCES = [
    *(f"sagemaker:Create{kind}" for kind in ("TrainingJob", "Model", "TransformJob")),
    *(f"sagemaker:{verb}Endpoint" for verb in ("Create", "Describe", "Delete", "Invoke")),
    *(f"sagemaker:{verb}EndpointConfig" for verb in ("Create", "Describe", "Delete")),
    *(f"sagemaker:Describe{kind}" for kind in ("TrainingJob", "TransformJob", "Model")),
    "sagemaker:DeleteModel",
    "sagemaker:AddTags",
]
_LOG_ACTIONS = [
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "logs:DescribeLogStreams",
    "logs:GetLogEvents",
]


@dataclass
class Outcome:
    """What the client saw, and the AWS it used."""

    aws: EmbeddedAws
    answers: dict[str, Any]
    printed: str


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    folder = tmp_path_factory.mktemp("peer")
    log = io.StringIO()
    with EmbeddedAws(
        image_python=_full_image(folder),
        log=ActivityLog(log),
        services=("iam", "sagemaker"),
    ) as aws:
        aws.runtime.client("s3").create_bucket(Bucket=BUCKET)
        role = _create_role(aws)
        settings = {
            "role": role,
            "bucket": BUCKET,
            "label": LABEL,
            "train_data": str(_sample("train", TRAIN_ROWS, folder)),
            "test_data": str(_sample("test", TEST_ROWS, folder)),
            "folder": str(folder / "predictor"),
            "answers": str(folder / "answers.json"),
        }
        credentials = _assume(aws, role)
        printed = _run("cloud", settings, aws, credentials, folder)
        answers = json.loads(Path(settings["answers"]).read_text())
        printed += _run("local", settings, aws, credentials, folder)
        answers |= json.loads(Path(settings["answers"]).read_text())
        yield Outcome(aws, answers, printed)


def test_fitting_leaves_an_artifact_and_a_leaderboard(outcome: Outcome) -> None:
    assert outcome.answers["fit_status"] == "Completed"
    assert outcome.answers["artifact"].startswith(f"s3://{BUCKET}/peer/model/")
    assert {"LightGBM", "ExtraTrees"} <= set(outcome.answers["leaderboard"])


def test_the_clients_log_shows_the_jobs_output(outcome: Outcome) -> None:
    assert "Saving serving artifacts" in outcome.printed


def test_endpoint_batch_and_downloaded_predictor_agree(outcome: Outcome) -> None:
    answers = outcome.answers
    assert len(answers["real_time"]) == TEST_ROWS
    assert answers["batch"] == answers["real_time"]
    for other in ("batch_proba", "local_proba"):
        for row, expected in zip(answers[other], answers["real_time_proba"], strict=True):
            assert row == pytest.approx(expected, abs=1e-6)  # the trees predict 32-bit floats


def test_deleting_the_endpoint_leaves_nothing_of_it(outcome: Outcome) -> None:
    client = outcome.aws.runtime.client("sagemaker")
    with pytest.raises(ClientError, match="Could not find endpoint"):
        client.describe_endpoint(EndpointName=outcome.answers["endpoint"])
    assert client.list_endpoint_configs()["EndpointConfigs"] == []


def _sample(part: str, rows: int, folder: Path) -> Path:
    lines = (ROOT / "examples" / "income" / f"{part}.csv").read_text().splitlines(keepends=True)
    path = folder / f"{part}.csv"
    path.write_text("".join(lines[: rows + 1]))
    return path


def _full_image(folder: Path) -> Path:
    """The image's environment with what the client's scripts import for other predictor types.

    The real image holds all of AutoGluon. Here autogluon.timeseries is one empty name, and
    huggingface_hub, last on the path, is the client's own.
    """
    package = folder / "stand-in" / "autogluon" / "timeseries"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("class TimeSeriesDataFrame:\n    pass\n")
    environment = folder / "image"
    subprocess.run([IMAGE_PYTHON, "-m", "venv", "--without-pip", environment], check=True)
    paths = [_site_packages(IMAGE_PYTHON), folder / "stand-in", _site_packages(PEER_PYTHON)]
    own = _site_packages(environment / "bin" / "python")
    (own / "image.pth").write_text("".join(f"{path}\n" for path in paths))
    return environment / "bin" / "python"


def _site_packages(python: Path) -> Path:
    (folder,) = python.parents[1].glob("lib/python*/site-packages")
    return folder


def _create_role(aws: EmbeddedAws) -> str:
    account = aws.runtime.account_id
    name = "peer-execution-role"
    trust = {
        "Effect": "Allow",
        "Principal": {
            "Service": "sagemaker.amazonaws.com",
            "AWS": f"arn:aws:iam::{account}:root",
        },
        "Action": "sts:AssumeRole",
    }
    iam = aws.runtime.client("iam")
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=_policy(trust))["Role"]
    arn: str = role["Arn"]
    pass_role = {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}
    grants = [
        _allow(_ON_RESOURCES, f"arn:aws:sagemaker:*:{account}:*"),
        _allow(["iam:PassRole"], arn) | {"Condition": pass_role},
        _allow(["s3:ListBucket", "s3:GetBucketLocation"], f"arn:aws:s3:::{BUCKET}"),
        _allow(["s3:GetObject", "s3:PutObject"], f"arn:aws:s3:::{BUCKET}/*"),
        _allow(_LOG_ACTIONS, f"arn:aws:logs:*:{account}:log-group:/aws/sagemaker/*"),
    ]
    iam.put_role_policy(RoleName=name, PolicyName="peer", PolicyDocument=_policy(*grants))
    return arn


def _allow(actions: list[str], resource: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resource}


def _policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def _assume(aws: EmbeddedAws, role: str) -> Credentials:
    """The client itself has no more rights than the role, as its template suggests."""
    answer = aws.runtime.client("sts").assume_role(RoleArn=role, RoleSessionName="peer")
    keys = answer["Credentials"]
    return Credentials(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])


def _run(
    task: str, settings: dict[str, Any], aws: EmbeddedAws, credentials: Credentials, folder: Path
) -> str:
    file = folder / "settings.json"
    file.write_text(json.dumps(settings))
    environment = {
        **aws.runtime.child_environment(credentials, aws.runtime.default_region),
        "PATH": os.environ["PATH"],
        "HOME": str(folder),  # neither a profile of the user's nor a saved configuration
    }
    if task == "local":
        # The downloaded predictor needs AutoGluon itself, which the image's environment holds.
        environment["PYTHONPATH"] = str(_site_packages(IMAGE_PYTHON))
    done = subprocess.run(
        [PEER_PYTHON, SCRIPT, task, file],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-5000:]
    return done.stdout
