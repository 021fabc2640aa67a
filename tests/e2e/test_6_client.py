"""The Python client on the embedded AWS, with the permissions that it writes for a person."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pandas as pd
import pytest

from autogluon_client import TabularCloudPredictor
from autogluon_client.environment.deployment import Deployment
from autogluon_client.errors import (
    EndpointOffError,
    EndpointRequestError,
    ExecutionFailedError,
    PermissionMissingError,
)
from autogluon_demo.cdk import ROOT
from embedded_aws.runtime import DEFAULT_REGION
from tests.e2e.page_run import reader, run_page
from tests.e2e.support import (
    IMAGE_PYTHON,
    Account,
    Trained,
    Workflows,
    endpoint_names,
    live_model,
    read_object,
)

HERE = Path(__file__).parent
TEST_ROWS = 300
CLASSES = ["<=50K", ">50K"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a user works: train.csv, a small one, test.csv, and the latter without a header."""
    path = tmp_path_factory.mktemp("client")
    examples = ROOT / "examples" / "income"
    (path / "train.csv").write_bytes((examples / "train.csv").read_bytes())
    lines = (examples / "train.csv").read_text().splitlines(keepends=True)
    (path / "small.csv").write_text("".join(lines[:1501]))
    test = pd.read_csv(examples / "test.csv", nrows=TEST_ROWS)
    test.to_csv(path / "test.csv", index=False)
    features = test.drop(columns=["class"])
    features.to_csv(path / "test_no_header.csv", index=False, header=False)
    return path


@pytest.fixture(scope="module")
def documents(account: Account, deployment: Deployment, folder: Path) -> dict[str, str]:
    return TabularCloudPredictor.generate_default_permission(
        output_path=folder / "iam", session=account.session
    )


@pytest.fixture(scope="module")
def credentials(account: Account, documents: dict[str, str]) -> dict[str, str]:
    """A role made of the two documents, assumed."""
    texts = {key: Path(path).read_text() for key, path in documents.items()}
    iam = account.client("iam")
    role = iam.create_role(
        RoleName="client-user", AssumeRolePolicyDocument=texts["trust_relationship"]
    )["Role"]["Arn"]
    iam.put_role_policy(
        RoleName="client-user", PolicyName="client", PolicyDocument=texts["iam_policy"]
    )
    answer = account.client("sts").assume_role(RoleArn=role, RoleSessionName="person")
    return {
        "AWS_ACCESS_KEY_ID": answer["Credentials"]["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": answer["Credentials"]["SecretAccessKey"],
        "AWS_SESSION_TOKEN": answer["Credentials"]["SessionToken"],
    }


@pytest.fixture(scope="module")
def environment(account: Account, credentials: dict[str, str], folder: Path) -> dict[str, str]:
    """Of a process of that person, in which existing code finds the predictor `income`."""
    return {
        **account.environment,
        **credentials,
        "AUTOGLUON_PREDICTOR": "income",
        "HOME": str(folder),
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{ROOT / 'client'}:{ROOT / 'contracts'}",
        "PYTHONUNBUFFERED": "1",
    }


@pytest.fixture(scope="module")
def session(credentials: dict[str, str]) -> Any:
    keys = {key.lower(): value for key, value in credentials.items()}
    return boto3.session.Session(**keys, region_name=DEFAULT_REGION)


@pytest.fixture(scope="module")
def in_s3(account: Account, deployment: Deployment, folder: Path) -> dict[str, str]:
    """The small file to train on and the test file, in the data bucket."""
    uris = {}
    for name in ("small.csv", "test.csv"):
        account.client("s3").upload_file(folder / name, deployment.data_bucket, f"client/{name}")
        uris[name] = f"s3://{deployment.data_bucket}/client/{name}"
    return uris


@pytest.fixture(scope="module", autouse=True)
def income_is_served_again(
    account: Account, deployment: Deployment, workflows: Workflows, income: Trained
) -> Iterator[None]:
    yield
    model = income.output["model_package_arn"]
    if live_model(account, deployment, "income") != model:
        workflows.run("promote", {"predictor": "income", "model": model})


@pytest.fixture
def predictor(session: Any, income: Trained, tmp_path: Path) -> TabularCloudPredictor:
    """A new object, attached to the run that the session's fixture trained."""
    found = TabularCloudPredictor(tmp_path / "out", session=session, verbosity=0)
    found.attach_job(income.execution_name)
    return found


@pytest.fixture(scope="module")
def migrated(folder: Path, environment: dict[str, str], income: Trained) -> dict[str, Any]:
    """What the page's code in the older and the newest form left, and what it printed."""
    names = ("real_time", "downloaded", "info", "local_leaderboard")
    names += ("batch_result", "endpoint_result", "labels", "probabilities", "only_probabilities")
    page = "docs/how-to/coming-from-autogluon-cloud.md"
    return run_page(page, folder, environment, *names, python=IMAGE_PYTHON)


@pytest.fixture(scope="module")
def newer(folder: Path, environment: dict[str, str], income: Trained) -> dict[str, Any]:
    """What the code of the client's own page left."""
    names = ("leaderboard", "status", "labels", "probabilities", "batch_labels", "both", "path")
    return run_page(
        "docs/how-to/python-client.md",
        folder,
        environment,
        *names,
        "local_labels",
        "info",
        python=IMAGE_PYTHON,
        languages=("python",),
    )


# `make test` runs the older form on the sandbox predictor, and the newest form below.
@pytest.mark.long
def test_the_older_form_runs_with_another_import(migrated: dict[str, Any]) -> None:
    labels = migrated["real_time"]
    assert (type(labels), labels.name, len(labels)) == (pd.Series, "class", TEST_ROWS)
    assert set(labels) == set(CLASSES)
    lines = Path(migrated["downloaded"]).read_text().splitlines()
    # The batch of the file without a header says what the endpoint said of the one with a header.
    assert [json.loads(line)["class"] for line in lines] == labels.tolist()
    assert "LightGBM" in set(migrated["local_leaderboard"]["model"])


@pytest.mark.long
def test_the_older_form_finds_the_documented_keys(migrated: dict[str, Any]) -> None:
    info = migrated["info"]
    assert set(info["fit_job"]) == {"name", "status", "framework_version", "artifact_path"}
    assert info["fit_job"]["status"] == info["recent_transform_job"]["status"] == "Completed"
    assert info["fit_job"]["artifact_path"].endswith("/output/model.tar.gz")
    assert info["transform_jobs"] == [info["recent_transform_job"]["name"]]
    assert info["recent_transform_job"]["result_path"].startswith("s3://")
    assert info["endpoint"] == "autogluon-sandbox-income"


@pytest.mark.long
def test_waiting_prints_progress_models_and_the_name_to_attach_by(migrated: dict[str, Any]) -> None:
    name = migrated["info"]["fit_job"]["name"]
    assert f"attach_job('{name}')" in migrated["printed"]
    last = "the last is WeightedEnsemble_L2 with roc_auc 0.9"
    for shown in ("training", last, "updating the endpoint"):
        assert shown in migrated["printed"]


@pytest.mark.long
def test_the_newest_form_of_autogluon_cloud_runs_with_another_import(
    migrated: dict[str, Any],
) -> None:
    labels, probabilities = migrated["labels"], migrated["probabilities"]
    assert (type(labels), labels.name, len(labels)) == (pd.Series, "class", TEST_ROWS)
    assert (type(probabilities), list(probabilities.columns)) == (pd.DataFrame, CLASSES)
    for others in (migrated["endpoint_result"], migrated["batch_result"]):
        pd.testing.assert_series_equal(labels, others)
    pd.testing.assert_frame_equal(probabilities, migrated["only_probabilities"], check_exact=True)


def test_the_pages_calls_give_the_documented_types(newer: dict[str, Any]) -> None:
    labels, probabilities = newer["labels"], newer["probabilities"]
    assert (type(labels), labels.name, len(labels)) == (pd.Series, "class", TEST_ROWS)
    assert (type(probabilities), probabilities.shape) == (pd.DataFrame, (TEST_ROWS, 2))
    assert list(probabilities.columns) == CLASSES
    assert isinstance(newer["both"], tuple)
    assert newer["status"] == "Completed"
    assert "score_val" in newer["leaderboard"].columns


def test_endpoint_batch_frame_file_and_local_predictor_agree(newer: dict[str, Any]) -> None:
    labels = newer["labels"]
    pd.testing.assert_frame_equal(newer["probabilities"], newer["both"][1], check_exact=True)
    for others in (newer["batch_labels"], newer["both"][0], newer["local_labels"]):
        pd.testing.assert_series_equal(labels, others)
    lines = Path(newer["path"]).read_text().splitlines()
    assert [json.loads(line)["class"] for line in lines] == labels.tolist()
    assert newer["info"]["transform_jobs"][-1] == "evening"


def test_the_pages_commands_make_the_role_of_its_documents(
    account: Account, newer: dict[str, Any], folder: Path
) -> None:
    page = "docs/how-to/python-client.md"
    run_page(page, folder, reader(account, folder), languages=("bash",))
    found = account.client("iam").get_role_policy(RoleName="autogluon-user", PolicyName="autogluon")
    written = json.loads((folder / "iam" / "ag_cloud_sagemaker_iam_policy.json").read_text())
    assert found["PolicyDocument"] == written


def test_cleaning_up_leaves_no_endpoint(account: Account, newer: dict[str, Any]) -> None:
    assert "autogluon-sandbox-income" not in endpoint_names(account)


def test_an_attached_run_shows_its_leaderboard_and_its_artifact(
    account: Account, predictor: TabularCloudPredictor, income: Trained
) -> None:
    assert (predictor.predictor, predictor.get_fit_job_status()) == ("income", "Completed")
    board = predictor.leaderboard()
    assert {"model", "score_test", "score_val", "fit_time"} <= set(board.columns)
    text = read_object(account, income.output["leaderboard_uri"]).decode()
    assert board["model"].tolist() == [line.split(",")[0] for line in text.splitlines()[1:]]
    assert predictor.get_fit_job_output_path() == income.output["artifact_uri"]
    path = Path(predictor.download_trained_predictor())
    assert (path / "predictor.pkl").is_file()
    assert path.is_relative_to(predictor.local_output_path)


def test_deployed_detached_attached_and_cleaned_up(
    account: Account,
    predictor: TabularCloudPredictor,
    session: Any,
    folder: Path,
    in_s3: dict[str, str],
) -> None:
    frame = pd.read_csv(folder / "test.csv")
    endpoint = predictor.deploy()
    assert predictor.info()["endpoint"] == endpoint.endpoint_name == "autogluon-sandbox-income"
    assert predictor.detach_endpoint() == endpoint.endpoint_name
    for nobody in (predictor, TabularCloudPredictor(predictor="income", session=session)):
        with pytest.raises(EndpointOffError, match="No endpoint is attached"):
            nobody.cleanup_deployment()
    assert endpoint.status() == "InService"
    # Of another predictor: what is attached is asked and taken down, not one's own.
    other = TabularCloudPredictor(predictor="housing", session=session, verbosity=0)
    with pytest.raises(EndpointOffError, match="attach_endpoint"):
        other.predict_real_time(frame)
    other.attach_endpoint("autogluon-sandbox-income")
    many = pd.concat([frame] * 40, ignore_index=True)  # 12,000 rows: more than one request
    probabilities = other.predict_proba_real_time(many)
    once = other.predict_proba_real_time(frame)
    pd.testing.assert_frame_equal(probabilities.tail(TEST_ROWS).reset_index(drop=True), once)
    pd.testing.assert_frame_equal(other.predict_proba_real_time(in_s3["test.csv"]), once)
    with pytest.raises(EndpointRequestError, match="age"):
        other.predict_real_time(frame.drop(columns=["age"]))
    other.cleanup_deployment()
    assert "autogluon-sandbox-income" not in endpoint_names(account)
    with pytest.raises(EndpointOffError, match=r"deploy\(\)"):
        endpoint.predict(frame)


def test_fit_predict_trains_on_s3_and_predicts_in_one_call(
    session: Any, folder: Path, tmp_path: Path, in_s3: dict[str, str]
) -> None:
    predictor = TabularCloudPredictor(tmp_path, predictor="income", session=session, verbosity=0)
    labels, probabilities = predictor.fit_predict_proba(
        in_s3["small.csv"],
        pd.read_csv(folder / "test.csv").head(20),
        predictor_init_args={"label": "class"},
        predictor_fit_args={"hyperparameters": {"GBM": {"num_boost_round": 10}}},
    )
    assert (labels.name, len(labels)) == ("class", 20)
    assert list(probabilities.columns) == CLASSES
    pd.testing.assert_series_equal(predictor.get_fit_predict_results(), labels)
    (kept,) = (tmp_path / "batch_transform").rglob("rows.jsonl")
    assert [json.loads(line)["class"] for line in kept.read_text().splitlines()] == labels.tolist()


def test_the_yamls_guardrails_reach_the_caller_as_a_sentence(
    predictor: TabularCloudPredictor, session: Any, folder: Path
) -> None:
    other = TabularCloudPredictor(predictor="income", session=session, verbosity=0)
    small = folder / "small.csv"
    with pytest.raises(ExecutionFailedError, match=r'ml\.p4d.*Allowed for predictor "income"'):
        other.fit(small, instance_type="ml.p4d.24xlarge")
    with pytest.raises(ExecutionFailedError, match=r"max_runtime_seconds.*at most 1800"):
        other.fit(small, timeout=24 * 3600)
    with pytest.raises(ExecutionFailedError, match=r'got "klass".*predicts the label "class"'):
        other.fit({"label": "klass"}, {"train_data": small})
    with pytest.raises(ExecutionFailedError, match="occupation"):
        predictor.predict(pd.read_csv(folder / "test.csv").drop(columns=["occupation"]))


def test_without_the_written_policy_the_missing_permission_is_named(
    account: Account, documents: dict[str, str], folder: Path
) -> None:
    policy = json.loads(Path(documents["iam_policy"]).read_text())
    policy["Statement"] = [entry for entry in policy["Statement"] if entry["Sid"] != "StartRuns"]
    iam = account.client("iam")
    trust = Path(documents["trust_relationship"]).read_text()
    iam.create_role(RoleName="client-reader", AssumeRolePolicyDocument=trust)
    iam.put_role_policy(
        RoleName="client-reader", PolicyName="client", PolicyDocument=json.dumps(policy)
    )
    role = iam.get_role(RoleName="client-reader")["Role"]["Arn"]
    keys = account.client("sts").assume_role(RoleArn=role, RoleSessionName="reader")["Credentials"]
    session = boto3.session.Session(
        keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], DEFAULT_REGION
    )
    predictor = TabularCloudPredictor(predictor="income", session=session)
    with pytest.raises(PermissionMissingError) as caught:
        predictor.fit(folder / "small.csv")
    assert caught.value.action == "states:StartExecution"


def test_a_fit_outlives_its_client(session: Any, folder: Path, environment: dict[str, str]) -> None:
    _kill_client("fit", "lost-fit", "training", folder, environment)
    predictor = TabularCloudPredictor(session=session, verbosity=0)
    predictor.attach_job("lost-fit", wait=False)
    assert predictor.get_fit_job_status() == "InProgress"
    assert predictor.leaderboard().empty
    predictor.attach_job("lost-fit")
    assert "LightGBM" in set(predictor.leaderboard()["model"])
    assert predictor.is_fit


def test_a_batch_outlives_its_client_and_keeps_the_index(
    predictor: TabularCloudPredictor, folder: Path, environment: dict[str, str]
) -> None:
    _kill_client("predict", "lost-batch", "predicting", folder, environment)
    assert predictor.get_batch_inference_job_status("lost-batch") == "InProgress"
    labels, probabilities = predictor.get_predict_proba_results("lost-batch")
    assert list(labels.index) == list(range(1000, 1000 + TEST_ROWS))
    assert list(probabilities.columns) == CLASSES
    path = Path(predictor.download_predict_results("lost-batch"))
    assert path.is_relative_to(predictor.local_output_path)
    assert len(path.read_text().splitlines()) == TEST_ROWS


def test_a_deployment_outlives_its_client(
    account: Account,
    deployment: Deployment,
    workflows: Workflows,
    predictor: TabularCloudPredictor,
    folder: Path,
    environment: dict[str, str],
) -> None:
    workflows.run("promote", {"predictor": "income", "model": "none"})
    before = _promotions(account, deployment)
    _kill_client("deploy", "-", "updating the endpoint", folder, environment)
    endpoint = predictor.deploy()
    assert len(_promotions(account, deployment) - before) == 1  # joined, not started again
    assert len(predictor.predict_real_time(folder / "test.csv")) == TEST_ROWS
    endpoint.delete_endpoint()
    assert "autogluon-sandbox-income" not in endpoint_names(account)
    assert live_model(account, deployment, "income") == "none"


def _promotions(account: Account, deployment: Deployment) -> set[str]:
    machine = deployment.state_machines["promote"]
    answer = account.client("stepfunctions").list_executions(stateMachineArn=machine)
    return {entry["name"] for entry in answer["executions"]}


def _kill_client(
    task: str, name: str, doing: str, folder: Path, environment: dict[str, str]
) -> None:
    """Start a client and kill it when it prints that its run does something."""
    with subprocess.Popen(
        [sys.executable, HERE / "client_lost.py", task, name],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as client:
        assert client.stdout is not None
        printed = []
        deadline = time.monotonic() + 60
        for line in client.stdout:
            printed.append(line)
            if doing in line or time.monotonic() > deadline:
                client.send_signal(signal.SIGKILL)
                break
    assert client.returncode == -signal.SIGKILL, "".join(printed)
