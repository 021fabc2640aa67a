"""Take the demo's steps, in the order of a platform engineer and a data scientist."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

from autogluon_cli.deployment.cdk import app_options, assembly_options, parse_resource_event
from autogluon_client.environment.deployment import Deployment
from autogluon_client.executions.executions import (
    execution_arn_of,
    start_execution,
    wait_for_execution,
)
from autogluon_client.executions.job_progress import TrainingProgress
from autogluon_demo.cdk import ROOT, cdk_on
from autogluon_demo.example import Example
from autogluon_demo.screen import Screen
from autogluon_demo.target import Target
from embedded_aws.runtime import ACCOUNT_ID, DEFAULT_REGION


@dataclass(frozen=True)
class Workbench:
    """Hold what every step after the deployment works with."""

    screen: Screen
    example: Example
    session: Any
    deployment: Deployment


def deploy(screen: Screen, example: Example, target: Target) -> Workbench:
    """Synthesize, bootstrap and deploy with the real CDK command line."""
    on_target = partial(cdk_on, target.environment, target.processes)
    # Not cdk.out, which the CDK locks while another command in the same checkout uses it.
    assembly = ROOT / ".embedded" / "cdk.out"
    settings = f"config/{example.environment}.yaml"

    def show(line: str) -> None:
        event = parse_resource_event(line)
        if event:
            screen.now(event.summary)

    cdk = on_target(assembly_options(assembly), show)
    title = f"cdk bootstrap, and cdk synth: {settings}"
    with screen.step(title) as step, ThreadPoolExecutor(max_workers=1) as aside:
        # Bootstrapping reads no template, and so need not wait for them.
        bootstrapped = aside.submit(cdk.bootstrap, ACCOUNT_ID, DEFAULT_REGION)
        app = app_options(example.environment, ROOT / "config", assembly)
        on_target(app, step.now).synth()
        templates = list(assembly.glob("*.template.json"))
        bootstrapped.result()
        step.done(f"{title} -> {len(templates)} stacks")
    with screen.step("cdk deploy --all"):
        cdk.deploy()
    session = target.session()
    return Workbench(screen, example, session, Deployment.load(session, example.environment))


def upload_examples(bench: Workbench) -> dict[str, str]:
    """Upload train.csv and test.csv and return their URIs by `train` and `test`."""
    predictor, bucket = bench.example.predictor, bench.deployment.data_bucket
    with bench.screen.step("Upload the sample data") as step:
        uris = {}
        for part in ("train", "test"):
            path = bench.example.folder / f"{part}.csv"
            key = f"{predictor}/{part}.csv"
            bench.session.client("s3").upload_file(str(path), bucket, key)
            uris[part] = f"s3://{bucket}/{key}"
        step.done(f"Uploaded {predictor}/train.csv and test.csv to s3://{bucket}")
    return uris


def train(bench: Workbench, uris: dict[str, str]) -> dict[str, Any]:
    """Run the Train execution, including the promotion, and return its output."""
    arguments = {
        "predictor": bench.example.predictor,
        "train_data": uris["train"],
        "test_data": uris["test"],
    }
    with bench.screen.step("Train execution: train, evaluate, register, promote") as step:
        output = _execute(bench, "train", arguments, _TrainingFollower(bench).show)
        step.done(f"Trained {output['run']}: {output['decision']}. {output['reason']}")
    _make_live(bench, output["model_package_arn"])
    return output


def _make_live(bench: Workbench, model: str) -> None:
    """Promote the model of an earlier demo's run, if it has been taken out of service since."""
    name = bench.deployment.live_model_parameter(bench.example.predictor)
    live = bench.session.client("ssm").get_parameter(Name=name)["Parameter"]["Value"]
    if live == model:
        return
    with bench.screen.step("Promote execution: the earlier run's model is not live") as step:
        arguments = {"predictor": bench.example.predictor, "model": model}
        arn = start_execution(
            bench.session,
            bench.deployment.state_machines["promote"],
            f"demo-promote-{uuid.uuid4().hex[:12]}",
            arguments,
        )
        wait_for_execution(bench.session, arn, show=step.now)


def predict_batch(bench: Workbench, data: str) -> dict[str, Any]:
    """Run the BatchPredict execution on `data` and return its output."""
    arguments = {"predictor": bench.example.predictor, "data": data}
    with bench.screen.step("BatchPredict execution") as step:
        output = _execute(bench, "batch_predict", arguments, step.now)
        step.done(f"BatchPredict execution: {output['rows']:,} rows, one answer each")
    return output


def _execute(
    bench: Workbench,
    workflow: str,
    arguments: dict[str, Any],
    show: Callable[[str], None],
) -> dict[str, Any]:
    state_machine_arn = bench.deployment.state_machines[workflow]
    name = _execution_name(bench, workflow, arguments)
    arn = start_execution(bench.session, state_machine_arn, name, arguments)
    return wait_for_execution(bench.session, arn, show=show)


def _execution_name(bench: Workbench, workflow: str, arguments: dict[str, Any]) -> str:
    """Derive the name from the input, so that a second demo finds the first one's run."""
    settings = (ROOT / "config" / f"{bench.example.environment}.yaml").read_bytes()
    content = json.dumps(arguments, sort_keys=True).encode() + settings
    name = f"demo-{workflow.replace('_', '-')}-{hashlib.sha256(content).hexdigest()[:12]}"
    return name if _is_usable(bench, workflow, name) else f"{name}-{uuid.uuid4().hex[:6]}"


def _is_usable(bench: Workbench, workflow: str, name: str) -> bool:
    """Tell whether no execution of that name has failed."""
    states = bench.session.client("stepfunctions")
    arn = execution_arn_of(bench.deployment.state_machines[workflow], name)
    try:
        status = states.describe_execution(executionArn=arn)["status"]
    except states.exceptions.ExecutionDoesNotExist:
        return True
    return status in ("RUNNING", "SUCCEEDED")


class _TrainingFollower:
    """Show the execution's state and, while its job runs, the models trained so far."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._log: TrainingProgress | None = None

    def show(self, state: str) -> None:
        if self._log is None:
            self._log = self._find_job()
        models = self._log.summary() if self._log else ""
        self._bench.screen.now(f"{state or 'starting'} {models}")

    def _find_job(self) -> TrainingProgress | None:
        found = self._bench.session.client("sagemaker").list_training_jobs(
            StatusEquals="InProgress", NameContains=self._bench.example.predictor
        )["TrainingJobSummaries"]
        logs = self._bench.session.client("logs")
        return TrainingProgress(logs, found[0]["TrainingJobName"]) if found else None
