"""What `agcdk diff` tells of changed settings, from the templates that the CDK really writes."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from autogluon_cli.changes.permissions import permission_section
from autogluon_cli.changes.predictors import declared_specs, predictor_sections
from autogluon_cli.changes.resources import resource_section
from autogluon_cli.changes.section import Section
from autogluon_cli.changes.standing import standing_section
from autogluon_cli.changes.templates import StackTemplates
from autogluon_constructs.settings import Environment, parse_environment
from tests.infrastructure.conftest import ROOT, Templates
from tests.infrastructure.templates import of_type

CHANGES: dict[str, Any] = {
    "quality_gate": {"minimum": 0.9},
    "training": {"instance_type": "ml.m5.4xlarge", "max_runtime_seconds": 3600},
    "fit_args": {"time_limit": 300},
    "endpoint": {
        "instance_type": "ml.m5.xlarge",
        "alarms": {"latency_ms": 500},
        "autoscaling": {
            "min_capacity": 1,
            "max_capacity": 5,
            "target_invocations_per_instance": 600,
        },
    },
}
TOPIC = "arn:aws:sns:us-east-1:123456789012:ours"


@pytest.fixture(scope="module")
def sections(
    synthesize: Callable[[Environment], Templates], sandbox: Templates
) -> dict[str, Section]:
    """What changes where a gate, instances, a time limit, alarms and a topic change.

    A predictor is new, and another one loses its endpoint.
    """
    document = yaml.safe_load((ROOT / "config/sandbox.yaml").read_text())
    for section, values in copy.deepcopy(CHANGES).items():
        document["predictors"]["income"][section] |= values
    del document["predictors"]["housing"]["endpoint"]
    document["predictors"]["votes"] = {
        "init_args": {"label": "vote"},
        "endpoint": {
            "mode": "asynchronous",
            "instance_type": "ml.m5.large",
            "success_topic_arn": TOPIC,
        },
    }
    after = synthesize(parse_environment("sandbox", document, file="config/sandbox.yaml"))
    stacks = [
        StackTemplates(name, _read(sandbox.get(name)), _read(template) or {})
        for name, template in after.items()
    ]
    old, new = (_specs(templates) for templates in (sandbox, after))
    found = predictor_sections(
        old, new, live={"income": {"main"}}, chosen={}, command="agcdk train {predictor} FILE"
    )
    told = [*found, permission_section(stacks), *map(resource_section, stacks)]
    return {section.title: section for section in told if section is not None}


def test_what_starts_with_the_deployment_is_told_with_its_price(
    synthesize: Callable[[Environment], Templates], sandbox: Templates
) -> None:
    document = yaml.safe_load((ROOT / "config/sandbox.yaml").read_text())
    document |= {
        "account": "123456789012",
        "region": "us-east-1",
        "network": {"mode": "created"},
        "notebook": {"direct_internet": True, "network": {"mode": "none"}},
        "shared_endpoints": {"small": {"instance_type": "ml.m5.large", "max_instances": 2}},
    }
    income = document["predictors"]["income"]["endpoint"]
    income["initial_instance_count"] = income["autoscaling"]["min_capacity"] = 2
    after = synthesize(parse_environment("sandbox", document, file="config/sandbox.yaml"))
    stacks = [
        StackTemplates(name, _read(sandbox.get(name)), _read(template))
        for name, template in after.items()
    ]
    found = standing_section(stacks, {"IncomeEndpoint": "income"}, lambda *_: True)
    assert found is not None
    told = {change.what.partition(":")[0]: change.what for change in found.changes}
    assert told == {
        "scaling of income, main": "scaling of income, main: at least 1 -> 2 instances, about 168 "
        "USD a month",
        "endpoint autogluon-sandbox-small": "endpoint autogluon-sandbox-small: none -> 1 x "
        "ml.m5.large, about 84 USD a month, 1 to 2 with the copies on it",
        "notebook": "notebook: none -> 1 x ml.t3.medium, about 36 USD a month while it runs",
        "interface endpoints": told["interface endpoints"],
    }
    interfaces = [
        endpoint
        for endpoint in of_type(after["Foundation"], "AWS::EC2::VPCEndpoint").values()
        if endpoint["Properties"]["VpcEndpointType"] == "Interface"
    ]
    assert f"none -> {len(interfaces)} in 2 zones, about " in told["interface endpoints"]


def _read(template: Any) -> Any:
    return None if template is None else json.loads(json.dumps(template))


def _specs(templates: Templates) -> dict[str, dict[str, Any]]:
    stacks = [StackTemplates(name, None, template) for name, template in templates.items()]
    return declared_specs(stacks, Path(templates.folder))


def test_settings_are_told_with_price_and_time(sections: dict[str, Section]) -> None:
    assert sections["Predictor income"].lines() == [
        "Predictor income",
        "  while the endpoint answers:",
        "    endpoint: 1 x ml.m5.large, about 84 USD a month -> 1 x ml.m5.xlarge, about 168 USD a "
        "month",
        "  once a model is trained again: agcdk train income FILE:",
        "    fit_args.time_limit: 120 -> 300",
        "    serving.server.workers: 2 -> 4",
        "  from the next run on:",
        "    training.instance_type: ml.m5.2xlarge -> ml.m5.4xlarge (0.461 -> 0.922 USD an hour)",
        "    training.max_runtime_seconds: 1800 -> 3600",
        "    quality_gate.minimum: 0.92 -> 0.9",
    ]
    assert (
        sections["Predictor votes"]
        .lines()[1]
        .startswith(
            "  new, tabular that learns vote; once a model is live, 1 x ml.m5.large, about 84 USD"
        )
    )
    assert (
        "endpoint: 1 x ml.m5.large, about 84 USD a month -> none"
        in (sections["Predictor housing"].lines()[1])
    )


def test_wider_permissions_are_told_with_whose_they_are(sections: dict[str, Section]) -> None:
    told = [change.what for change in sections["Permissions"].changes]
    assert any("may sns:Publish" in what and TOPIC in what for what in told), told
    assert all(what.startswith(("wider: ", "narrower: ")) for what in told)


def test_alarms_and_scaling_are_told_by_what_they_are(sections: dict[str, Section]) -> None:
    told = [change.what for change in sections["Stack IncomeEndpoint"].changes]
    assert any("new, p99 of ModelLatency at least 500000 in 300 s" in what for what in told), told
    assert any("max capacity: 3 -> 5" in what for what in told), told
    assert sections["Stack VotesEndpoint"].changes[0].what.startswith("new, ")


def test_people_never_read_json(sections: dict[str, Section]) -> None:
    for section in sections.values():
        for line in section.lines():
            assert '{"' not in line.partition(" where ")[0], line
            assert len(line) < 400, line
