"""Build the role with which CloudFormation changes endpoint stacks for promotions."""

from collections.abc import Sequence

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from autogluon_constructs.identity.permissions import (
    DESCRIBE_KEY,
    Permission,
    arn,
    grant,
    key_for_volumes,
    pass_role,
)
from autogluon_contracts import names

_GENERATED_BOUND = (
    "CloudFormation generates the names of models and configurations, and deletes only what the "
    "stack made; nothing of them runs outside an endpoint"
)
_SCALING_SERVICE = "sagemaker.application-autoscaling.amazonaws.com"
_SCALING_ROLE = "AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint"
_OF_SAGEMAKER = {"StringEquals": {"application-autoscaling:service-namespace": "sagemaker"}}


class EndpointStackRole(Construct):
    """What an endpoint stack's template may make: one endpoint, its scaling, its alarms.

    It has no permission on roles but to hand the serving role to SageMaker, so that no template can
    make a role or a policy with it.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: str,
        serving_role: iam.IRole,
        key: kms.IKey,
        schedules_capacity: bool,
        has_components: bool,
        named_endpoints: Sequence[str],
    ) -> None:
        """`named_endpoints` are the names of endpoints that are not this project's."""
        super().__init__(scope, construct_id)
        self._environment = environment
        self._has_components = has_components
        self._named = tuple(named_endpoints)
        self.role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("cloudformation.amazonaws.com"),
            description=f"What promotions may change in endpoint stacks of autogluon-{environment}",
        )
        grant(
            self.role,
            Permission(
                actions=("ssm:GetParameters",),
                resources=(
                    arn(self, "ssm", f"parameter{names.live_model_parameter(environment, '*')}"),
                ),
                bound="Read-only, live-model parameters of this environment",
            ),
            *self._serve(),
            *(self._serve_components() if has_components else ()),
            pass_role(serving_role.role_arn, to_service="sagemaker.amazonaws.com"),
            Permission(actions=DESCRIBE_KEY, resources=(key.key_arn,)),
            key_for_volumes(key.key_arn),
            *self._scale(),
            *(self._schedule() if schedules_capacity else ()),
            *self._watch(),
        )

    def _serve(self) -> list[Permission]:
        def of(kind: str, name: str) -> str:
            return arn(self, "sagemaker", f"{kind}/{name}")

        packages = of("model-package", names.model_package_group(self._environment, "*"))
        endpoints = [
            of("endpoint", name) for name in (names.endpoint(self._environment, "*"), *self._named)
        ]
        configs, models = of("endpoint-config", "*"), of("model", "*")
        return [
            Permission(
                # A model of a version is judged as a use of the version, too.
                actions=("sagemaker:CreateModel",),
                resources=(models, packages),
                bound=_GENERATED_BOUND,
            ),
            Permission(
                actions=(
                    "sagemaker:AddTags",
                    "sagemaker:DeleteModel",
                    "sagemaker:DescribeModel",
                    "sagemaker:ListTags",
                ),
                resources=(models,),
                bound=_GENERATED_BOUND,
            ),
            Permission(
                actions=(
                    "sagemaker:AddTags",
                    "sagemaker:CreateEndpointConfig",
                    "sagemaker:DeleteEndpointConfig",
                    "sagemaker:DescribeEndpointConfig",
                    "sagemaker:ListTags",
                ),
                resources=(configs,),
                bound=_GENERATED_BOUND,
            ),
            Permission(
                actions=("sagemaker:CreateEndpoint", "sagemaker:UpdateEndpoint"),
                resources=(*endpoints, configs),
                bound="Only endpoints of this environment, with any configuration",
            ),
            Permission(
                actions=(
                    "sagemaker:AddTags",
                    "sagemaker:DeleteEndpoint",
                    "sagemaker:DescribeEndpoint",
                    "sagemaker:ListTags",
                    "sagemaker:UpdateEndpointWeightsAndCapacities",
                ),
                resources=tuple(endpoints),
                bound="Only endpoints of this environment",
            ),
        ]

    def _serve_components(self) -> list[Permission]:
        components = arn(
            self, "sagemaker", f"inference-component/{names.component(self._environment, '*')}"
        )
        endpoints = arn(self, "sagemaker", f"endpoint/{names.endpoint(self._environment, '*')}")
        return [
            Permission(
                # A component is judged as a use of its endpoint, too.
                actions=("sagemaker:CreateInferenceComponent",),
                resources=(components, endpoints),
                bound="Only components of this environment, on its endpoints",
            ),
            Permission(
                # As the handlers of the resource type's schema say: deleting one deletes its tags.
                actions=(
                    "sagemaker:AddTags",
                    "sagemaker:DeleteInferenceComponent",
                    "sagemaker:DeleteTags",
                    "sagemaker:DescribeInferenceComponent",
                    "sagemaker:ListTags",
                    "sagemaker:UpdateInferenceComponent",
                    "sagemaker:UpdateInferenceComponentRuntimeConfig",
                ),
                resources=(components,),
                bound="Only components of this environment",
            ),
        ]

    def _scale(self) -> list[Permission]:
        linked = f"role/aws-service-role/{_SCALING_SERVICE}/{_SCALING_ROLE}"
        return [
            Permission(
                actions=(
                    "application-autoscaling:DeleteScalingPolicy",
                    "application-autoscaling:DeregisterScalableTarget",
                    "application-autoscaling:PutScalingPolicy",
                    "application-autoscaling:RegisterScalableTarget",
                ),
                resources=(arn(self, "application-autoscaling", "scalable-target/*"),),
                conditions=_OF_SAGEMAKER,
                bound="A target's ARN is not its endpoint's; a condition holds it to SageMaker's",
            ),
            Permission(
                actions=(
                    "application-autoscaling:DescribeScalableTargets",
                    "application-autoscaling:DescribeScalingPolicies",
                    # Of every target: CloudFormation cannot know that it has none.
                    "application-autoscaling:DescribeScheduledActions",
                ),
                resources=("*",),
                bound="Read-only; these actions know no resources",
            ),
            # A target gets the tags of its stack.
            Permission(
                actions=(
                    "application-autoscaling:ListTagsForResource",
                    "application-autoscaling:TagResource",
                ),
                resources=(arn(self, "application-autoscaling", "scalable-target/*"),),
                bound="A target's ARN is not its endpoint's; changes nothing but tags",
            ),
            # The account's first scaled endpoint makes the service-linked role.
            Permission(
                actions=("iam:CreateServiceLinkedRole",),
                resources=(arn(self, "iam", linked, region=False),),
                conditions={"StringEquals": {"iam:AWSServiceName": _SCALING_SERVICE}},
            ),
        ]

    def _schedule(self) -> list[Permission]:
        return [
            Permission(
                actions=(
                    "application-autoscaling:DeleteScheduledAction",
                    "application-autoscaling:PutScheduledAction",
                ),
                resources=(arn(self, "application-autoscaling", "scalable-target/*"),),
                conditions=_OF_SAGEMAKER,
                bound="A target's ARN is not its endpoint's; a condition holds it to SageMaker's",
            ),
        ]

    def _watch(self) -> list[Permission]:
        endpoints = names.endpoint(self._environment, "*")
        return [
            Permission(
                actions=(
                    "cloudwatch:DeleteAlarms",
                    "cloudwatch:ListTagsForResource",
                    "cloudwatch:PutMetricAlarm",
                    "cloudwatch:TagResource",
                ),
                resources=(
                    # Target tracking makes alarms on its own metrics.
                    arn(self, "cloudwatch", f"alarm:TargetTracking-endpoint/{endpoints}"),
                    *(
                        arn(self, "cloudwatch", f"alarm:TargetTracking-endpoint/{name}/variant/*")
                        for name in self._named
                    ),
                    *(
                        [
                            arn(
                                self,
                                "cloudwatch",
                                f"alarm:TargetTracking-inference-component/{endpoints}",
                            )
                        ]
                        if self._has_components
                        else []
                    ),
                    arn(self, "cloudwatch", f"alarm:{names.own_alarms(self._environment)}"),
                ),
                bound="Only alarms of this environment's endpoints",
            ),
            Permission(
                actions=("cloudwatch:DescribeAlarms",),
                resources=(arn(self, "cloudwatch", "alarm:*"),),
                bound="Read-only, alarms of this account",
            ),
        ]
