"""An embedded AWS with the real templates deployed, one for each of pytest's processes.

The tests of a file run in order, in one process. Every file finds a deployed environment with a
trained model of `income` in service, and leaves one.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autogluon_cli.deployment.cdk import Cdk, app_options, assembly_options
from autogluon_client.environment.deployment import Deployment
from autogluon_contracts.embedded_instance import LOCK, EmbeddedInstance, is_locked
from autogluon_demo.cdk import ROOT, cdk_on
from embedded_aws.credentials import ADMIN
from embedded_aws.processes import ProcessSupervisor
from embedded_aws.runtime import ACCOUNT_ID, DEFAULT_REGION
from tests.e2e.support import (
    ENVIRONMENT,
    Account,
    DayZero,
    Trained,
    Workflows,
    endpoint_names,
    full_image,
    live_model,
    scalable_targets,
)
from tests.free_port import free_port
from tests.made_once import made_once
from tests.waiting import until

# What a page lacks is shown, and not only that it lacks something.
pytest.register_assert_rewrite("tests.e2e.browser")

# Long files first, so that in the end no process waits for another one's. Files that are not listed
# come next, and what tears the environment down is the last thing that happens in its process.
_FIRST = (
    "test_2_train_and_serve.py",
    "test_6_client.py",
    "test_6_pages.py",
    "test_8_demo.py",
    "test_9_problem_types.py",
    "test_6_new_user.py",
    "test_6_sandbox.py",
    "test_6_cli.py",
    "test_9_multimodal.py",
    "test_9_time_series.py",
    "test_5_components.py",
    "test_5_modes.py",
    "test_3_bulk.py",
    "test_3_batch.py",
    "test_6_report.py",  # before test_5_promotion.py, whose versions have no report
)
_LAST = "test_7_destroy.py"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort the files; pytest-xdist hands them out in this order."""
    order = {name: position for position, name in enumerate(_FIRST)} | {_LAST: len(_FIRST) + 1}
    items.sort(key=lambda item: order.get(item.path.name, len(_FIRST)))


# The CDK's own validation takes seconds of each synth; tests/infrastructure/test_nag.py has each
# kind of environment validated.
os.environ["CDK_VALIDATION"] = "false"


@pytest.fixture(scope="session")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    folder = tmp_path_factory.mktemp("embedded")
    log = (folder / "embedded-aws.log").open("w")
    image = full_image(folder)
    port = free_port()
    instance = folder / "instances" / "account"
    options = ["--port", str(port), "--image-env", str(image), "--instance", str(instance)]
    server = subprocess.Popen(
        [sys.executable, "-m", "embedded_aws", *options],
        cwd=ROOT,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    url = f"http://localhost:{port}"
    processes = ProcessSupervisor()
    os.environ["AWS_ENDPOINT_URL"] = url
    try:
        _wait_until_listening(server, port, Path(log.name))
        environment = {
            "AWS_ENDPOINT_URL": url,
            "AWS_ENDPOINT_URL_S3": url,
            "AWS_DEFAULT_REGION": DEFAULT_REGION,
            "AWS_REGION": DEFAULT_REGION,
            **ADMIN.as_environment(),
        }
        yield Account(url, environment, processes, instance)
    finally:
        processes.close()
        # Another process than `server`, after a test has killed that and restored its state.
        running = EmbeddedInstance.of_folder(instance)
        if running is not None:
            os.kill(running.pid, signal.SIGTERM)
            until(lambda: not is_locked(instance / LOCK), 60, "the embedded AWS has ended")
        server.kill()
        server.wait(60)
        del os.environ["AWS_ENDPOINT_URL"]


@pytest.fixture(scope="session")
def cdk(account: Account, tmp_path_factory: pytest.TempPathFactory) -> Cdk:
    def synthesize(folder: Path) -> None:
        app = app_options(ENVIRONMENT, ROOT / "config", folder)
        cdk_on(account.environment, account.processes, app).synth()

    # Workers have folders of their own below the run's.
    base = tmp_path_factory.getbasetemp()
    run = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    assembly = tmp_path_factory.mktemp("cdk") / "out"
    shutil.copytree(made_once(run / "assembly", synthesize), assembly)
    return cdk_on(account.environment, account.processes, assembly_options(assembly))


@pytest.fixture(scope="session")
def day_zero(account: Account, cdk: Cdk) -> DayZero:
    cdk.bootstrap(ACCOUNT_ID, DEFAULT_REGION)
    cdk.deploy()
    deployment = Deployment.load(account.session, ENVIRONMENT)
    return DayZero(
        deployment=deployment,
        endpoints=endpoint_names(account),
        live_models={name: live_model(account, deployment, name) for name in deployment.predictors},
        scalable_targets=scalable_targets(account),
    )


@pytest.fixture(scope="session")
def deployment(day_zero: DayZero) -> Deployment:
    return day_zero.deployment


@pytest.fixture(scope="session")
def workflows(account: Account, deployment: Deployment) -> Workflows:
    return Workflows(account, deployment)


@pytest.fixture(scope="session")
def example_uris(account: Account, deployment: Deployment) -> dict[str, dict[str, str]]:
    """`uris["income"]["train"]` -> s3:// URI of the uploaded sample file."""
    uris: dict[str, dict[str, str]] = {}
    for predictor in ("income", "housing"):
        uris[predictor] = {}
        for part in ("train", "test"):
            key = f"{predictor}/{part}.csv"
            path = ROOT / "examples" / predictor / f"{part}.csv"
            account.client("s3").upload_file(str(path), deployment.data_bucket, key)
            uris[predictor][part] = f"s3://{deployment.data_bucket}/{key}"
    return uris


@pytest.fixture(scope="session")
def income(workflows: Workflows, example_uris: dict[str, dict[str, str]]) -> Trained:
    return _train(workflows, "income", example_uris["income"])


@pytest.fixture(scope="module")
def income_is_served_as_before(
    account: Account, deployment: Deployment, workflows: Workflows, income: Trained
) -> Iterator[None]:
    """For tests that put other models of `income` into service."""
    yield
    if live_model(account, deployment, "income") != income.output["model_package_arn"]:
        workflows.serve(income)


@pytest.fixture(scope="session")
def housing(workflows: Workflows, example_uris: dict[str, dict[str, str]]) -> Trained:
    return _train(workflows, "housing", example_uris["housing"])


def _train(workflows: Workflows, predictor: str, uris: dict[str, str]) -> Trained:
    arguments = {"predictor": predictor, "train_data": uris["train"], "test_data": uris["test"]}
    name = f"first-{predictor}"
    return Trained(predictor, name, arguments, workflows.run("train", arguments, name))


def _wait_until_listening(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    def listens() -> bool:
        assert server.poll() is None, log.read_text()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    until(listens, 240, "the embedded AWS listens")
