"""The real CDK CLI against the embedded AWS: bootstrap, deploy, diff, fail, follow SSM, destroy.

The cloud assembly is written by hand, so that no construct library has to start.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from embedded_aws.activity_log import ActivityLog
from embedded_aws.runtime import ACCOUNT_ID, DEFAULT_REGION, Runtime
from embedded_aws.server import EmbeddedAws

ROOT = Path(__file__).parents[2]
STACK = "cdk-deploys"
LIVE = f"/{STACK}/live"
FUNCTION = """
import json, urllib.request

def handler(event, context):
    properties = event["ResourceProperties"]
    wrong = properties["Outcome"] == "wrong" and event["RequestType"] != "Delete"
    answer = {
        "Status": "FAILED" if wrong else "SUCCESS",
        "Reason": "the outcome is wrong",
        "PhysicalResourceId": "fixed",
        "Data": {"Echo": properties["Outcome"]},
        **{key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")},
    }
    body = json.dumps(answer).encode()
    urllib.request.urlopen(urllib.request.Request(event["ResponseURL"], body, method="PUT"))
"""
SWAPPED = FUNCTION.replace(
    "context):\n", "context):\n    if not event:\n        return 'swapped'\n"
)
TRUST = {
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": ["lambda.amazonaws.com", "states.amazonaws.com"]},
            "Action": "sts:AssumeRole",
        }
    ]
}
DEFINITION = {
    "QueryLanguage": "JSONata",
    "StartAt": "Done",
    "States": {"Done": {"Type": "Succeed"}},
}


def template(*, outcome: str = "right", days: int = 1, function: str = FUNCTION) -> dict[str, Any]:
    """A stack with something of everything that CDK's own templates have."""
    expire = {"Status": "Enabled", "ExpirationInDays": days}
    return {
        "Parameters": {"Live": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": LIVE}},
        "Conditions": {"Served": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Live"}, "none"]}]}},
        "Resources": {
            "Bucket": {
                "Type": "AWS::S3::Bucket",
                "Properties": {"LifecycleConfiguration": {"Rules": [expire]}},
            },
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {"AssumeRolePolicyDocument": TRUST},
            },
            "Function": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "Runtime": "python3.11",
                    "Handler": "index.handler",
                    "Code": {"ZipFile": function},
                    "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                    "Timeout": 30,
                },
            },
            "Custom": {
                "Type": "Custom::Echo",
                "DependsOn": "Bucket",
                "Properties": {
                    "ServiceToken": {"Fn::GetAtt": ["Function", "Arn"]},
                    "Outcome": outcome,
                },
            },
            "Machine": {
                "Type": "AWS::StepFunctions::StateMachine",
                "Properties": {
                    "DefinitionString": json.dumps(DEFINITION),
                    "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                },
            },
            "Topic": {
                "Type": "AWS::SNS::Topic",
                "Condition": "Served",
                "Properties": {"DisplayName": {"Ref": "Live"}},
            },
        },
        "Outputs": {
            "Echo": {"Value": {"Fn::GetAtt": ["Custom", "Echo"]}},
            "Bucket": {"Value": {"Ref": "Bucket"}},
        },
    }


class Cdk:
    """The pinned CDK CLI, in a folder that holds one assembly."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self._folder = folder
        self._environment = environment | {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder),
            "CI": "true",
        }

    def write(self, document: dict[str, Any]) -> None:
        """Write the assembly that the next call uses."""
        body = json.dumps(document)
        digest = hashlib.sha256(body.encode()).hexdigest()
        bucket = f"cdk-hnb659fds-assets-{ACCOUNT_ID}-{DEFAULT_REGION}"
        roles = f"arn:aws:iam::{ACCOUNT_ID}:role/cdk-hnb659fds"
        place = f"{ACCOUNT_ID}-{DEFAULT_REGION}"
        destination = {
            "bucketName": bucket,
            "objectKey": f"{digest}.json",
            "region": DEFAULT_REGION,
            "assumeRoleArn": f"{roles}-file-publishing-role-{place}",
        }
        source = {"path": "S.template.json", "packaging": "file"}
        files = {digest: {"source": source, "destinations": {"here": destination}}}
        stack = {
            "templateFile": "S.template.json",
            "stackName": STACK,
            "assumeRoleArn": f"{roles}-deploy-role-{place}",
            "cloudFormationExecutionRoleArn": f"{roles}-cfn-exec-role-{place}",
            "stackTemplateAssetObjectUrl": f"s3://{bucket}/{digest}.json",
        }
        artifacts = {
            "S.assets": {"type": "cdk:asset-manifest", "properties": {"file": "S.assets.json"}},
            "S": {
                "type": "aws:cloudformation:stack",
                "environment": f"aws://{ACCOUNT_ID}/{DEFAULT_REGION}",
                "properties": stack,
                "dependencies": ["S.assets"],
            },
        }
        assembly = self._folder / "assembly"
        assembly.mkdir(exist_ok=True)
        manifest = {"version": "55.0.0", "artifacts": artifacts}
        (assembly / "manifest.json").write_text(json.dumps(manifest))
        (assembly / "S.assets.json").write_text(json.dumps({"version": "55.0.0", "files": files}))
        (assembly / "S.template.json").write_text(body)

    def __call__(self, *arguments: str, succeeds: bool = True) -> str:
        """Run `cdk` and return all it printed."""
        run = subprocess.run(
            [ROOT / "node_modules" / ".bin" / "cdk", *arguments, "--no-notices"],
            env=self._environment,
            cwd=self._folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        assert (run.returncode == 0) == succeeds, run.stdout
        return run.stdout

    def deploy(self, document: dict[str, Any], *, succeeds: bool = True) -> str:
        """Write an assembly and deploy it."""
        self.write(document)
        return self("deploy", "--all", "-a", "assembly", "--require-approval", "never",
                    succeeds=succeeds)  # fmt: skip


@pytest.fixture(scope="module")
def aws() -> Iterator[EmbeddedAws]:
    with EmbeddedAws(
        image_python=Path(sys.executable),
        log=ActivityLog(io.StringIO()),
        services=("iam", "lambda_runtime", "stepfunctions", "cloudformation"),
    ) as aws:
        yield aws


@pytest.fixture(scope="module")
def cdk(aws: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory) -> Cdk:
    cdk = Cdk(aws.client_environment(), tmp_path_factory.mktemp("cdk"))
    cdk("bootstrap", f"aws://{ACCOUNT_ID}/{DEFAULT_REGION}")
    return cdk


@pytest.fixture(scope="module")
def runtime(aws: EmbeddedAws) -> Runtime:
    return aws.runtime


@pytest.fixture
def deployed(cdk: Cdk, runtime: Runtime) -> Iterator[str]:
    """A deployed stack; its bucket's name. Destroyed at the end, without a trace."""
    runtime.client("ssm").put_parameter(Name=LIVE, Type="String", Value="none", Overwrite=True)
    output = cdk.deploy(template())
    assert "S.Echo = right" in output
    bucket = stack(runtime)["Outputs"][1]["OutputValue"]
    yield bucket
    cdk("destroy", "--all", "-f", "-a", "assembly")
    names = [item["Name"] for item in runtime.client("s3").list_buckets()["Buckets"]]
    assert bucket not in names
    assert runtime.client("lambda").list_functions()["Functions"] == []
    assert runtime.client("stepfunctions").list_state_machines()["stateMachines"] == []


def stack(runtime: Runtime) -> Any:
    return runtime.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]


def expiration_days(runtime: Runtime, bucket: str) -> int:
    rules = runtime.client("s3").get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    return int(rules[0]["Expiration"]["Days"])


def test_bootstrap_deploys_completely_and_again(cdk: Cdk, runtime: Runtime) -> None:
    cloudformation = runtime.client("cloudformation")
    toolkit = cloudformation.describe_stacks(StackName="CDKToolkit")["Stacks"][0]
    assert toolkit["StackStatus"] == "CREATE_COMPLETE"
    found = cloudformation.list_stack_resources(StackName="CDKToolkit")
    assert {item["ResourceStatus"] for item in found["StackResourceSummaries"]} == {
        "CREATE_COMPLETE"
    }
    assert "no changes" in cdk("bootstrap", f"aws://{ACCOUNT_ID}/{DEFAULT_REGION}")

    # Its bucket outlives the stack, and the next bootstrap takes it over.
    cloudformation.delete_stack(StackName="CDKToolkit")
    cloudformation.get_waiter("stack_delete_complete").wait(StackName=toolkit["StackId"])
    assert "bootstrapped" in cdk("bootstrap", f"aws://{ACCOUNT_ID}/{DEFAULT_REGION}")


def test_deploying_twice_changes_nothing_and_diff_shows_what_would(
    cdk: Cdk, runtime: Runtime, deployed: str
) -> None:
    assert "(no changes)" in cdk.deploy(template())
    cdk.write(template(days=2))
    assert '[+]     "ExpirationInDays": 2' in cdk("diff", "-a", "assembly")
    assert expiration_days(runtime, deployed) == 1
    cdk.deploy(template(days=2))
    assert expiration_days(runtime, deployed) == 2


def test_a_failed_update_names_the_cause_and_changes_nothing(
    cdk: Cdk, runtime: Runtime, deployed: str
) -> None:
    output = cdk.deploy(template(outcome="wrong", days=3), succeeds=False)
    assert "the outcome is wrong" in output
    assert stack(runtime)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert expiration_days(runtime, deployed) == 1
    assert "S.Echo = other" in cdk.deploy(template(outcome="other"))


def test_a_stack_follows_its_ssm_parameter_without_a_new_template(
    runtime: Runtime, deployed: str
) -> None:
    cloudformation, ssm = runtime.client("cloudformation"), runtime.client("ssm")
    for value, topics in (("model-1", 1), ("none", 0)):
        ssm.put_parameter(Name=LIVE, Value=value, Overwrite=True)
        cloudformation.update_stack(
            StackName=STACK,
            UsePreviousTemplate=True,
            Parameters=[{"ParameterKey": "Live", "UsePreviousValue": True}],
            Capabilities=["CAPABILITY_IAM"],
        )
        waiter = cloudformation.get_waiter("stack_update_complete")
        waiter.wait(StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 20})
        found = runtime.client("sns").list_topics()["Topics"]
        assert len([topic for topic in found if f":{STACK}-" in topic["TopicArn"]]) == topics
        assert stack(runtime)["Parameters"][0]["ResolvedValue"] == value
    assert deployed


def test_a_hotswap_changes_the_code_and_no_stack(cdk: Cdk, runtime: Runtime, deployed: str) -> None:
    cdk.write(template(function=SWAPPED))
    assert "hotswapped" in cdk("deploy", "--all", "-a", "assembly", "--hotswap")
    client = runtime.client("lambda")
    name = client.list_functions()["Functions"][0]["FunctionName"]
    assert json.loads(client.invoke(FunctionName=name)["Payload"].read()) == "swapped"
    assert stack(runtime)["StackStatus"] == "CREATE_COMPLETE"
    assert deployed


def test_a_paused_update_goes_on_without_rollback(
    cdk: Cdk, runtime: Runtime, deployed: str
) -> None:
    cdk.write(template(outcome="wrong", days=4))
    options = ("deploy", "--all", "-a", "assembly", "--require-approval", "never", "--no-rollback")
    assert "the outcome is wrong" in cdk(*options, succeeds=False)
    assert stack(runtime)["StackStatus"] == "UPDATE_FAILED"
    assert expiration_days(runtime, deployed) == 4
    cdk("rollback", "--all", "-a", "assembly")
    assert stack(runtime)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert expiration_days(runtime, deployed) == 1
