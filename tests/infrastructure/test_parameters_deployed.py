"""The functions that write predictors' parameters, deployed as in the templates that have them.

The stacks are cut down to what concerns the parameters; functions, roles and assets are real.
"""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded_aws.activity_log import ActivityLog
from embedded_aws.runtime import ACCOUNT_ID, DEFAULT_REGION, Runtime
from embedded_aws.server import EmbeddedAws
from tests.infrastructure.conftest import Template, Templates
from tests.waiting import until

ROOT = Path(__file__).parents[2]
ASSETS = f"cdk-hnb659fds-assets-{ACCOUNT_ID}-{DEFAULT_REGION}"
FOUNDATION, WORKFLOWS = "autogluon-sandbox-foundation", "autogluon-sandbox-workflows"
PREFIX = "/autogluon/sandbox/predictors"
VERSION = (
    f"arn:aws:sagemaker:{DEFAULT_REGION}:{ACCOUNT_ID}:model-package/autogluon-sandbox-income/3"
)
HANDLE = {"Type": "AWS::CloudFormation::WaitConditionHandle"}
INVALID = {
    "Type": "AWS::SSM::Parameter",
    "Properties": {"Type": "String", "Value": "x" * 9000, "Name": "/too-long"},
}
CAPABILITIES = ["CAPABILITY_NAMED_IAM"]


def part(template: Template, prefix: str) -> Template:
    """The resources of one construct, which need no others."""
    own = {name: each for name, each in template["Resources"].items() if name.startswith(prefix)}
    resources = {
        name: {**each, "DependsOn": sorted(own.keys() & {*each.get("DependsOn", [])})}
        for name, each in own.items()
    }
    return {"Resources": resources, "Mappings": template.get("Mappings", {})}


def earlier_foundation() -> Template:
    """What an earlier release declared for each predictor."""
    values = {
        f"{name}/{kind}": value
        for name in ("income", "housing")
        for kind, value in (("spec", "{}"), ("live-model", "none"))
    }
    return {
        "Resources": {
            f"P{number}": {
                "Type": "AWS::SSM::Parameter",
                "Properties": {"Name": f"{PREFIX}/{name}", "Type": "String", "Value": value},
            }
            for number, (name, value) in enumerate(values.items())
        }
    }


@pytest.fixture(scope="module")
def runtime(sandbox: Templates) -> Iterator[Runtime]:
    with EmbeddedAws(
        image_python=ROOT / ".venv-image" / "bin" / "python",
        log=ActivityLog(io.StringIO()),
        services=("iam", "cloudformation", "lambda_runtime"),
    ) as aws:
        upload(aws.runtime, sandbox, "sandbox")
        yield aws.runtime


def upload(runtime: Runtime, templates: Templates, environment: str) -> None:
    """Upload assets as the CDK does."""
    s3 = runtime.client("s3")
    s3.create_bucket(Bucket=ASSETS)
    for file in templates.folder.glob("asset.*"):
        name = file.name.removeprefix("asset.")
        s3.upload_file(str(file), ASSETS, f"autogluon-{environment}/{name}")


def deploy(runtime: Runtime, name: str, template: Template, kind: str) -> str:
    cloudformation = runtime.client("cloudformation")
    call = getattr(cloudformation, f"{kind}_stack")
    call(StackName=name, TemplateBody=json.dumps(template), Capabilities=CAPABILITIES)
    until(lambda: not _status(runtime, name).endswith("IN_PROGRESS"), 120, f"{name} is {kind}d")
    return _status(runtime, name)


def _status(runtime: Runtime, name: str) -> str:
    found = runtime.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
    return str(found["StackStatus"])


def delete(runtime: Runtime, name: str) -> None:
    cloudformation = runtime.client("cloudformation")
    cloudformation.delete_stack(StackName=name)
    cloudformation.get_waiter("stack_delete_complete").wait(
        StackName=name, WaiterConfig={"Delay": 0.1}
    )


def parameters(runtime: Runtime) -> dict[str, str]:
    pages = runtime.client("ssm").get_paginator("get_parameters_by_path")
    return {
        found["Name"].removeprefix("/autogluon/sandbox/"): found["Value"]
        for page in pages.paginate(Path="/autogluon/sandbox", Recursive=True)
        for found in page["Parameters"]
    }


def test_an_upgrade_keeps_live_models_whatever_is_rolled_back_and_destroy_leaves_nothing(
    runtime: Runtime, sandbox: Templates
) -> None:
    foundation = part(sandbox["Foundation"], "KeptLiveModels")
    workflows = part(sandbox["Workflows"], "Predictors")
    deploy(runtime, FOUNDATION, earlier_foundation(), "create")
    deploy(runtime, WORKFLOWS, {"Resources": {"Handle": HANDLE}}, "create")
    runtime.client("ssm").put_parameter(
        Name=f"{PREFIX}/income/live-model", Value=VERSION, Overwrite=True
    )

    assert deploy(runtime, FOUNDATION, foundation, "update") == "UPDATE_COMPLETE"
    assert parameters(runtime) == {"kept-live-models/income": VERSION}

    # The update of Workflows fails after the parameters are written: the old code finds them.
    [resource] = [n for n, r in workflows["Resources"].items() if r["Type"] == "Custom::Predictors"]
    failing = {
        **workflows,
        "Resources": {**workflows["Resources"], "Bad": {**INVALID, "DependsOn": resource}},
    }
    assert deploy(runtime, WORKFLOWS, failing, "update") == "UPDATE_ROLLBACK_COMPLETE"
    found = parameters(runtime)
    assert found["predictors/income/live-model"] == VERSION
    assert json.loads(found["predictors/income/spec"])["name"] == "income"

    assert deploy(runtime, WORKFLOWS, workflows, "update") == "UPDATE_COMPLETE"
    found = parameters(runtime)
    assert set(found) == {
        "predictors-source",
        *(
            f"predictors/{name}/{kind}"
            for name in ("income", "housing", "sandbox")
            for kind in ("spec", "live-model")
        ),
    }
    assert found["predictors/income/live-model"] == VERSION
    assert found["predictors/housing/live-model"] == "none"
    image = json.loads(found["predictors/income/spec"])["image_uri"]
    assert image.startswith(f"763104351884.dkr.ecr.{DEFAULT_REGION}.amazonaws.com/autogluon:")

    delete(runtime, WORKFLOWS)
    delete(runtime, FOUNDATION)
    assert parameters(runtime) == {}
