"""Build the roles with which CI compares and deploys one environment, without stored keys."""

from aws_cdk import Aws
from aws_cdk import aws_iam as iam
from constructs import Construct

from autogluon_constructs.delivery.git_hosts import AUDIENCE, Conditions, git_host
from autogluon_constructs.identity.permissions import Permission, arn, grant, pass_role
from autogluon_constructs.settings import Environment
from autogluon_contracts import names

_ONE_ENVIRONMENT = "Only stacks whose names begin with this environment's"
_READ_ONLY = "Read-only"
_READ_STACKS = (
    "cloudformation:DescribeStackEvents",
    "cloudformation:DescribeStackResources",
    "cloudformation:DescribeStacks",
    "cloudformation:GetTemplate",
    "cloudformation:GetTemplateSummary",
)
_CHANGE_STACKS = (
    "cloudformation:ContinueUpdateRollback",
    "cloudformation:CreateChangeSet",
    "cloudformation:DeleteChangeSet",
    "cloudformation:DeleteStack",
    "cloudformation:DescribeChangeSet",
    "cloudformation:ExecuteChangeSet",
    "cloudformation:RollbackStack",
    "cloudformation:UpdateStack",
    "cloudformation:UpdateTerminationProtection",
)


class DeliveryRoles(Construct):
    """The account's identity provider of a Git host, and two roles that trust a repository.

    One may read what is deployed, to compare it with what a change would deploy. The other may
    change the stacks of the environment. Neither may assume the CDK's deployment role, which may
    change any stack of the region: the CDK then goes on with the role's own permissions.
    """

    def __init__(self, scope: Construct, construct_id: str, *, settings: Environment) -> None:
        super().__init__(scope, construct_id)
        delivery = settings.delivery
        if delivery is None:
            raise ValueError("delivery: missing; the roles of CI need it")
        self._settings = settings
        self._host = git_host(delivery)
        self._provider_arn = self._provider(delivery.provider)
        self.diff = self._role("diff", self._host.may_compare())
        self.deploy = self._role("deploy", self._host.may_deploy(settings.name))
        grant(self.diff, *self._read())
        grant(self.deploy, *self._read(), *self._change(), *self._publish())

    def _provider(self, kind: str) -> str:
        host = self._host.url.removeprefix("https://")
        if kind == "create":
            iam.CfnOIDCProvider(
                self, "Provider", url=self._host.url, client_id_list=[AUDIENCE]
            ).override_logical_id("GitHost")
        return self._iam(f"oidc-provider/{host}")

    def _role(self, task: names.DeliveryTask, conditions: Conditions) -> iam.Role:
        settings = self._settings
        role = iam.Role(
            self,
            task.capitalize(),
            role_name=f"{settings.roles.name_prefix or ''}"
            f"{names.delivery_role(settings.name, settings.region or '', task)}",
            assumed_by=iam.FederatedPrincipal(
                self._provider_arn,
                {operator: dict(keys) for operator, keys in conditions.items()},
                "sts:AssumeRoleWithWebIdentity",
            ),
            description=f"CI may {task} autogluon-{settings.name} with it",
        )
        provider = self.node.try_find_child("Provider")
        if provider is not None:
            role.node.add_dependency(provider)
        return role

    def _read(self) -> list[Permission]:
        qualifier = self._settings.bootstrap_qualifier
        return [
            Permission(actions=_READ_STACKS, resources=self._stacks(), bound=_ONE_ENVIRONMENT),
            Permission(
                # Without a stack's name, DescribeStacks is a permission on all.
                actions=("cloudformation:DescribeStacks",),
                resources=("*",),
                bound=f"{_READ_ONLY}; finds stacks that the settings no longer declare",
            ),
            Permission(
                actions=("ssm:GetParameter", "ssm:GetParameters"),
                resources=(
                    arn(self, "ssm", f"parameter/cdk-bootstrap/{qualifier}/version"),
                    arn(self, "ssm", f"parameter/autogluon/{self._settings.name}/*"),
                ),
                bound=f"{_READ_ONLY}, this environment's parameters",
            ),
        ]

    def _change(self) -> list[Permission]:
        named = sorted(self._settings.named_endpoints.values())
        endpoints = (names.endpoint(self._settings.name, "*"), *named)
        return [
            Permission(actions=_CHANGE_STACKS, resources=self._stacks(), bound=_ONE_ENVIRONMENT),
            Permission(
                # An endpoint that scales takes two updates to another type than it runs on.
                actions=("sagemaker:DescribeEndpoint", "sagemaker:DescribeEndpointConfig"),
                resources=(
                    *(arn(self, "sagemaker", f"endpoint/{name}") for name in endpoints),
                    arn(self, "sagemaker", "endpoint-config/*"),
                ),
                bound=f"{_READ_ONLY}; CloudFormation generates the names of configurations",
            ),
            pass_role(
                self._bootstrap_role("cfn-exec-role"), to_service="cloudformation.amazonaws.com"
            ),
        ]

    def _publish(self) -> list[Permission]:
        bucket = f"cdk-{self._settings.bootstrap_qualifier}-assets-{self._place}"
        return [
            Permission(
                actions=("sts:AssumeRole",),
                resources=(self._bootstrap_role("file-publishing-role"),),
            ),
            Permission(
                # CloudFormation reads a template with the permissions of who asks for the change.
                actions=("s3:GetObject",),
                resources=(
                    f"arn:{Aws.PARTITION}:s3:::{bucket}/{names.assets_folder(self._settings.name)}*",
                ),
                bound="Read-only, the environment's files in the bucket of the CDK's bootstrap",
            ),
        ]

    @property
    def _place(self) -> str:
        return f"{self._settings.account}-{self._settings.region}"

    def _stacks(self) -> tuple[str, ...]:
        return (arn(self, "cloudformation", f"stack/{names.all_of(self._settings.name)}/*"),)

    def _bootstrap_role(self, name: str) -> str:
        qualifier = self._settings.bootstrap_qualifier
        return self._iam(f"role/cdk-{qualifier}-{name}-{self._place}")

    def _iam(self, resource: str) -> str:
        return f"arn:{Aws.PARTITION}:iam::{self._settings.account}:{resource}"
