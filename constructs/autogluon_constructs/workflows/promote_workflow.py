"""Build the Promote workflow: its Lambdas, its state machine and their permissions."""

from aws_cdk import aws_iam as iam
from constructs import Construct

from autogluon_constructs.code.lambda_function import LambdaFunction
from autogluon_constructs.identity.permissions import (
    PUT_OBJECTS,
    READ_OBJECTS,
    Permission,
    arn,
    pass_role,
)
from autogluon_constructs.workflows.model_permissions import (
    describe_what_serves,
    read_model_packages,
)
from autogluon_constructs.workflows.promote_definition import promote_definition
from autogluon_constructs.workflows.state_machine import StateMachine
from autogluon_constructs.workflows.workflow_context import WorkflowContext
from autogluon_contracts import names
from autogluon_contracts.documents.feature_schema import FILE_NAME


class PromoteWorkflow(Construct):
    """Changes the live model of a predictor, by CloudFormation, and verifies it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        context: WorkflowContext,
        endpoint_stack_role: iam.IRole,
        has_components: bool,
    ) -> None:
        super().__init__(scope, construct_id)
        self._context = context
        self._has_components = has_components
        self._endpoint_stack_role = endpoint_stack_role
        prepare = self._prepare_promotion()
        verify = self._verify_promotion()
        explain = self._explain_stack_failure()
        environment = context.environment
        self.state_machine = StateMachine(
            self,
            "Promote",
            name=names.state_machine(environment, "promote"),
            definition=promote_definition(),
            substitutions={
                "EndpointStackRole": endpoint_stack_role.role_arn,
                "ExplainStackFailure": explain.arn,
                "PreparePromotion": prepare.arn,
                "VerifyPromotion": verify.arn,
            },
            functions=(prepare, verify, explain),
            permissions=self._change_endpoints(),
            log_retention=context.log_retention,
            removal_policy=context.removal_policy,
        )

    def _prepare_promotion(self) -> LambdaFunction:
        lock = names.promotion_lock("", "*")
        function = self._context.function(
            self,
            "PreparePromotion",
            handler="prepare_promotion",
            description="Finds the model to promote and what it would replace",
        )
        function.grant(
            self._context.read_predictors(function),
            *read_model_packages(function, self._context.environment),
            Permission(
                actions=("cloudformation:DescribeStacks",),
                resources=(self._endpoint_stacks(),),
                bound="Read-only, endpoint stacks of this environment",
            ),
            Permission(
                actions=READ_OBJECTS,
                resources=(self._context.artifacts(f"*/runs/*/report/{FILE_NAME}"),),
                bound="Read-only, feature schemas of this environment's runs",
            ),
            # S3 asks for both, to write an object only if it is still the one that was read.
            Permission(
                actions=(*READ_OBJECTS, *PUT_OBJECTS),
                resources=(f"{self._context.artifact_bucket.bucket_arn}/{lock.key}",),
                bound="Only the locks of this environment's promotions",
            ),
            self._context.use_key(),
            # The ARNs are built from the name: the state machine itself refers to this function.
            Permission(
                actions=("states:ListExecutions",),
                resources=(self._promote("stateMachine", ""),),
            ),
            Permission(
                actions=("states:DescribeExecution",),
                resources=(self._promote("execution", ":*"),),
                bound="Read-only, promotions of this environment",
            ),
        )
        return function

    def _promote(self, kind: str, suffix: str) -> str:
        name = names.state_machine(self._context.environment, "promote")
        return arn(self, "states", f"{kind}:{name}{suffix}")

    def _verify_promotion(self) -> LambdaFunction:
        function = self._context.function(
            self,
            "VerifyPromotion",
            handler="verify_promotion",
            description="Checks that the endpoint runs exactly the live model",
        )
        function.grant(
            Permission(
                actions=("ssm:GetParameter",),
                resources=(self._live_models(),),
                bound="Read-only, live-model parameters of this environment",
            ),
            *describe_what_serves(self, self._context.environment, self._context.named_endpoints),
            *(self._describe_components() if self._has_components else ()),
        )
        return function

    def _explain_stack_failure(self) -> LambdaFunction:
        function = self._context.function(
            self,
            "ExplainStackFailure",
            handler="explain_stack_failure",
            description="Finds what failed first in the update of an endpoint's stack",
        )
        function.grant(
            Permission(
                actions=("cloudformation:DescribeStackEvents",),
                resources=(self._endpoint_stacks(),),
                bound="Read-only, endpoint stacks of this environment",
            )
        )
        return function

    def _describe_components(self) -> list[Permission]:
        components = names.component(self._context.environment, "*")
        return [
            Permission(
                actions=("sagemaker:DescribeInferenceComponent",),
                resources=(arn(self, "sagemaker", f"inference-component/{components}"),),
                bound="Read-only, inference components of this environment",
            )
        ]

    def _change_endpoints(self) -> list[Permission]:
        environment = self._context.environment
        return [
            Permission(
                actions=("ssm:GetParameter", "ssm:PutParameter"),
                resources=(self._live_models(),),
                bound="Only live-model parameters of this environment, not their specs",
            ),
            Permission(
                actions=("sagemaker:UpdateModelPackage",),
                resources=(
                    arn(
                        self,
                        "sagemaker",
                        f"model-package/{names.model_package_group(environment, '*')}",
                    ),
                ),
                # It records promotions; it must not approve, nor move to a stage that promotes.
                conditions={
                    "Null": {
                        "sagemaker:ModelApprovalStatus": "true",
                        "sagemaker:ModelLifeCycle:stage": "true",
                    }
                },
                bound="Only metadata of model versions of this environment",
            ),
            Permission(
                actions=("cloudformation:DescribeStacks",),
                resources=(self._endpoint_stacks(),),
                bound="Read-only, endpoint stacks of this environment",
            ),
            # Without a role in the request, CloudFormation would act with the stack's last one,
            # which after a deployment is the CDK's, an administrator.
            Permission(
                actions=("cloudformation:UpdateStack",),
                resources=(self._endpoint_stacks(),),
                conditions={
                    "StringEquals": {"cloudformation:RoleArn": self._endpoint_stack_role.role_arn}
                },
                bound="Only endpoint stacks of this environment, with the role of endpoint stacks",
            ),
            pass_role(
                self._endpoint_stack_role.role_arn, to_service="cloudformation.amazonaws.com"
            ),
        ]

    def _live_models(self) -> str:
        parameters = names.live_model_parameter(self._context.environment, "*")
        return arn(self, "ssm", f"parameter{parameters}")

    def _endpoint_stacks(self) -> str:
        stacks = names.endpoint_stack(self._context.environment, "*")
        return arn(self, "cloudformation", f"stack/{stacks}/*")
