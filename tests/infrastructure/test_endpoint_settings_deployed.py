"""Every change of an endpoint's settings reaches its stack, which CloudFormation has to notice."""

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from autogluon_constructs.settings import Environment, parse_environment
from embedded_aws.activity_log import ActivityLog
from embedded_aws.runtime import Runtime
from embedded_aws.server import EmbeddedAws
from tests.infrastructure.conftest import Template, Templates

ROOT = Path(__file__).parents[2]
STACK = "autogluon-sandbox-fast-endpoint"
TYPE = {"instance_type": "ml.m5.large"}
VARIATIONS: dict[str, dict[str, Any]] = {
    "plain": TYPE,
    "other type": {"instance_type": "ml.m5.xlarge"},
    "list added": {**TYPE, "allowed_instance_types": ["ml.m5.xlarge"]},
    "list widened": {**TYPE, "allowed_instance_types": ["ml.m5.xlarge", "ml.m5.4xlarge"]},
    "most added": {**TYPE, "max_initial_instance_count": 2},
    "most raised": {**TYPE, "max_initial_instance_count": 4},
}


def settings_with(endpoint: dict[str, Any]) -> Environment:
    predictor = {"init_args": {"label": "y"}, "endpoint": endpoint}
    return parse_environment("sandbox", {"predictors": {"fast": predictor}}, file="sandbox.yaml")


@pytest.fixture(scope="module")
def templates(synthesize: Callable[[Environment], Templates]) -> dict[str, Template]:
    return {
        name: synthesize(settings_with(endpoint))["FastEndpoint"]
        for name, endpoint in VARIATIONS.items()
    }


LIVE_MODEL = "/autogluon/sandbox/predictors/fast/live-model"


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with EmbeddedAws(
        image_python=ROOT / ".venv-image" / "bin" / "python",
        log=ActivityLog(io.StringIO()),
        services=("iam", "cloudformation"),
    ) as aws:
        ssm = aws.runtime.client("ssm")
        ssm.put_parameter(Name=LIVE_MODEL, Value="none", Type="String")
        yield aws.runtime
        # What the library underneath keeps outlives this embedded AWS.
        ssm.delete_parameter(Name=LIVE_MODEL)


def test_the_output_differs_with_every_setting_and_stays_without_a_change(
    templates: dict[str, Template], synthesize: Callable[[Environment], Templates]
) -> None:
    digests = [template["Outputs"]["Settings"]["Value"] for template in templates.values()]
    assert len(set(digests)) == len(VARIATIONS)
    again = synthesize(settings_with(VARIATIONS["plain"]))["FastEndpoint"]
    assert again == templates["plain"]


def test_a_second_deployment_brings_every_new_choice_to_a_stack_without_a_live_model(
    runtime: Runtime, templates: dict[str, Template]
) -> None:
    cloudformation = runtime.client("cloudformation")
    [first, *later] = templates.values()
    cloudformation.create_stack(StackName=STACK, TemplateBody=json.dumps(first))
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName=STACK, WaiterConfig={"Delay": 0.05}
    )
    for template in later:
        cloudformation.update_stack(StackName=STACK, TemplateBody=json.dumps(template))
        cloudformation.get_waiter("stack_update_complete").wait(
            StackName=STACK, WaiterConfig={"Delay": 0.05}
        )
        found = cloudformation.get_template(StackName=STACK)["TemplateBody"]
        deployed = json.loads(found) if isinstance(found, str) else found
        assert deployed["Parameters"] == template["Parameters"]
        assert deployed.get("Mappings") == template.get("Mappings")
    # A promotion that changes nothing stays none: the output depends on no parameter.
    with pytest.raises(ClientError, match="No updates are to be performed"):
        cloudformation.update_stack(StackName=STACK, UsePreviousTemplate=True)
