"""Generated state machines: broken ones are refused, valid ones run to their predicted end."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from embedded_aws.server import EmbeddedAws
from tests.fakes.generated_machines import GeneratedMachine, generate
from tests.waiting import until

FEW, ALL = 80, 300


@pytest.fixture(scope="module")
def aws() -> Iterator[EmbeddedAws]:
    with EmbeddedAws(
        image_python=Path(sys.executable), services=("iam", "stepfunctions")
    ) as server:
        yield server


@pytest.fixture(scope="module")
def role(aws: EmbeddedAws) -> str:
    trust = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}}
    statement = trust | {"Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam = aws.runtime.client("iam")
    arn = iam.create_role(RoleName="generated", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    return str(arn)


def outcome(states: Any, role: str, machine: GeneratedMachine) -> Any:
    """Create a machine, and start it when it is accepted; its execution's ARN, or the refusal."""
    verdict = states.validate_state_machine_definition(definition=machine.definition)
    try:
        created = states.create_state_machine(
            name=f"generated-{machine.name}", definition=machine.definition, roleArn=role
        )
    except states.exceptions.InvalidDefinition:
        return ("REFUSED", None, None) if verdict["diagnostics"] else verdict
    given = json.dumps(machine.given)
    started = states.start_execution(stateMachineArn=created["stateMachineArn"], input=given)
    return started["executionArn"] if verdict["result"] == "OK" else verdict


def ended(states: Any, execution: str) -> tuple[str, Any, str | None]:
    def found() -> dict[str, Any]:
        described: dict[str, Any] = states.describe_execution(executionArn=execution)
        return {} if described["status"] == "RUNNING" else described

    described = until(found, 60, f"{execution} has ended")
    output = json.loads(described["output"]) if "output" in described else None
    return described["status"], output, described.get("error")


def check(aws: EmbeddedAws, role: str, seeds: range) -> None:
    states = aws.runtime.client("stepfunctions")
    machines = [generate(seed) for seed in seeds]
    found = [(machine, outcome(states, role, machine)) for machine in machines]
    different = []
    for machine, result in found:
        actual = ended(states, result) if isinstance(result, str) else result
        expected = (machine.status, machine.output, machine.error)
        if actual != expected:
            different.append(f"{machine.name}: {actual} for {expected} of {machine.definition}")
    assert different == []
    kinds = {machine.status for machine in machines}
    assert kinds == {"REFUSED", "SUCCEEDED", "FAILED"}


def test_some_generated_machines_end_as_predicted(aws: EmbeddedAws, role: str) -> None:
    check(aws, role, range(FEW))


@pytest.mark.long
def test_all_generated_machines_end_as_predicted(aws: EmbeddedAws, role: str) -> None:
    check(aws, role, range(FEW, ALL))
