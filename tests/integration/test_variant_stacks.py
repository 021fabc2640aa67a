"""The product's endpoint stack with variants: promoted, shared and scaled while requests come."""

from __future__ import annotations

import io
import json
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from aws_cdk import App, DefaultStackSynthesizer, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from autogluon_constructs.endpoint.autogluon_endpoint import AutoGluonEndpoint
from autogluon_constructs.settings import EndpointAlarms, RealTimeEndpoint
from autogluon_contracts import names
from embedded_aws.activity_log import ActivityLog
from embedded_aws.server import EmbeddedAws
from tests.integration.test_endpoint_stacks import IMAGE, INFERENCE, READ, TRUST, archive
from tests.waiting import until

ROOT = Path(__file__).parents[2]
ENVIRONMENT, PREDICTOR, BUCKET = "variants", "p", "variant-stacks"
ENDPOINT = names.endpoint(ENVIRONMENT, PREDICTOR)
SETTINGS = {
    "instance_type": "ml.m5.large",
    "autoscaling": {
        "min_capacity": 1,
        "max_capacity": 2,
        "target_invocations_per_instance": 6000.0,
    },
    "variants": {"main": {"weight": 0.75}, "challenger": {"weight": 0.25}},
}


def template(role: str, key: str) -> str:
    """Return the template of an endpoint's stack, without the rest of its environment."""
    app = App(analytics_reporting=False, builtin_cloud_formation_validation=False)
    stack = Stack(
        app, "S", synthesizer=DefaultStackSynthesizer(generate_bootstrap_version_rule=False)
    )
    AutoGluonEndpoint(
        stack,
        "Endpoint",
        environment=ENVIRONMENT,
        predictor=PREDICTOR,
        endpoint=RealTimeEndpoint.model_validate(SETTINGS),
        engine="auto",
        ami=None,
        serving_role=iam.Role.from_role_arn(stack, "Role", role),
        key=kms.Key.from_key_arn(stack, "Key", key),
        artifact_bucket_name=BUCKET,
        network_isolation=False,
        alarms=EndpointAlarms(),
        failure_topic_arn=None,
        placement=None,
        pipeline_archives={},
    )
    return json.dumps(app.synth().get_stack_by_name("S").template)


class VariantStack:
    """The stack, its parameters in SSM, and two versions that answer with their own names."""

    def __init__(self, aws: EmbeddedAws) -> None:
        self.client = aws.runtime.client
        self.client("s3").create_bucket(Bucket=BUCKET)
        trust = {"Version": "2012-10-17", "Statement": [TRUST]}
        role = self.client("iam").create_role(
            RoleName=BUCKET, AssumeRolePolicyDocument=json.dumps(trust)
        )["Role"]["Arn"]
        self.client("iam").put_role_policy(
            RoleName=BUCKET,
            PolicyName="read",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [READ]}),
        )
        self.client("sagemaker").create_model_package_group(ModelPackageGroupName=BUCKET)
        self.versions = {name: self._version(name) for name in ("one", "two")}
        for variant in ("main", "challenger"):
            self.put(variant, "none")
        key = self.client("kms").create_key()["KeyMetadata"]["Arn"]
        self.cloudformation = self.client("cloudformation")
        self.cloudformation.create_stack(StackName=BUCKET, TemplateBody=template(role, key))
        assert self.settled() == "CREATE_COMPLETE"

    def _version(self, name: str) -> str:
        code = archive(INFERENCE.replace("{name}", name))
        self.client("s3").put_object(Bucket=BUCKET, Key=f"{name}.tar.gz", Body=code)
        answer = self.client("sagemaker").create_model_package(
            ModelPackageGroupName=BUCKET,
            ModelApprovalStatus="Approved",
            InferenceSpecification={
                "Containers": [
                    {
                        "Image": IMAGE,
                        "ModelDataUrl": f"s3://{BUCKET}/{name}.tar.gz",
                        "Environment": {"SAGEMAKER_PROGRAM": "inference.py"},
                    }
                ],
                "SupportedContentTypes": ["text/csv"],
                "SupportedResponseMIMETypes": ["text/csv"],
            },
        )
        return str(answer["ModelPackageArn"])

    def put(self, variant: str, model: str) -> None:
        name = names.live_model_parameter(ENVIRONMENT, PREDICTOR, variant)
        self.client("ssm").put_parameter(Name=name, Value=model, Type="String", Overwrite=True)

    def update(self, **changed: str) -> str:
        stack = self.cloudformation.describe_stacks(StackName=BUCKET)["Stacks"][0]
        keys = [each["ParameterKey"] for each in stack["Parameters"]]
        assert set(changed) <= set(keys)
        self.cloudformation.update_stack(
            StackName=BUCKET,
            UsePreviousTemplate=True,
            Parameters=[
                {"ParameterKey": key, "ParameterValue": changed[key]}
                if key in changed
                else {"ParameterKey": key, "UsePreviousValue": True}
                for key in keys
            ],
        )
        return self.settled()

    def settled(self) -> str:
        def status() -> str:
            stack = self.cloudformation.describe_stacks(StackName=BUCKET)["Stacks"][0]
            found = str(stack["StackStatus"])
            return "" if found.endswith("_IN_PROGRESS") else found

        return until(status, 120, "the stack is settled")

    def weights(self) -> Mapping[str, float]:
        found = self.client("sagemaker").describe_endpoint(EndpointName=ENDPOINT)
        return {each["VariantName"]: each["CurrentWeight"] for each in found["ProductionVariants"]}

    def scaled(self) -> set[str]:
        found = self.client("application-autoscaling").describe_scalable_targets(
            ServiceNamespace="sagemaker"
        )["ScalableTargets"]
        return {each["ResourceId"].rpartition("/")[2] for each in found}

    def ask(self, **members: str) -> tuple[str, str]:
        answer = self.client("sagemaker-runtime").invoke_endpoint(
            EndpointName=ENDPOINT, Body=b"1", ContentType="text/csv", **members
        )
        return answer["InvokedProductionVariant"], answer["Body"].read().decode()


@pytest.fixture(scope="module")
def stack() -> Iterator[VariantStack]:
    services = ("iam", "cloudformation", "sagemaker", "scaling")
    with EmbeddedAws(
        image_python=ROOT / ".venv-image" / "bin" / "python",
        log=ActivityLog(io.StringIO()),
        services=services,
    ) as aws:
        yield VariantStack(aws)


def test_variants_come_share_and_go_while_every_request_is_answered(stack: VariantStack) -> None:
    stack.put("main", stack.versions["one"])
    assert stack.update() == "UPDATE_COMPLETE"
    assert stack.weights() == {"AllTraffic": 0.75}
    answers: list[tuple[str, str]] = []
    errors: list[Exception] = []
    ends = threading.Event()

    def load() -> None:
        while not ends.wait(0.02):
            try:
                answers.append(stack.ask())
            except Exception as error:  # noqa: BLE001 - asserted below
                errors.append(error)

    thread = threading.Thread(target=load)
    thread.start()
    try:
        stack.put("challenger", stack.versions["two"])
        assert stack.update() == "UPDATE_COMPLETE"
        assert stack.weights() == {"AllTraffic": 0.75, "challenger": 0.25}
        assert stack.scaled() == {"AllTraffic", "challenger"}
        assert stack.ask(TargetVariant="challenger") == ("challenger", "two")

        # Although the update retains what scaling has reached, weights are the new ones.
        assert stack.update(WeightMain="0", WeightChallenger="0.5") == "UPDATE_COMPLETE"
        assert stack.weights() == {"AllTraffic": 0.0, "challenger": 0.5}
        assert {stack.ask() for _ in range(20)} == {("challenger", "two")}

        assert stack.update(WeightMain="9999", WeightChallenger="9999") == "UPDATE_COMPLETE"
        assert stack.weights() == {"AllTraffic": 0.75, "challenger": 0.25}

        # As a promotion does: first without scaling, then without the variant.
        assert stack.update(Scaling="off") == "UPDATE_COMPLETE"
        stack.put("challenger", "none")
        assert stack.update(Scaling="on") == "UPDATE_COMPLETE"
        assert stack.scaled() == {"AllTraffic"}
        assert {stack.ask() for _ in range(20)} == {("AllTraffic", "one")}
    finally:
        ends.set()
        thread.join()

    assert errors == []
    # Every answer is of exactly one version: that of the variant that SageMaker names.
    assert set(answers) == {("AllTraffic", "one"), ("challenger", "two")}
    assert Counter(variant for variant, _ in answers)["challenger"] > 0


def test_a_variant_that_scales_is_not_removed_in_one_update(stack: VariantStack) -> None:
    stack.put("challenger", stack.versions["two"])
    assert stack.update() == "UPDATE_COMPLETE"
    stack.put("challenger", "none")

    assert stack.update() == "UPDATE_ROLLBACK_COMPLETE"

    assert stack.ask(TargetVariant="challenger") == ("challenger", "two")
