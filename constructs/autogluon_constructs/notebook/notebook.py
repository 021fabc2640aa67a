"""Build a notebook instance with the client on it."""

from dataclasses import replace
from importlib.resources import files

from aws_cdk import Aws, Fn, Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from autogluon_constructs.code.client_wheel import ClientWheel
from autogluon_constructs.identity.acknowledgments import acknowledge
from autogluon_constructs.identity.permissions import arn
from autogluon_constructs.network.placement import Placement, network_interfaces
from autogluon_constructs.notebook.person_role import PersonRole
from autogluon_constructs.settings import Notebook
from autogluon_contracts import names
from autogluon_contracts.documents.deployment import DeploymentDocument

# Amazon Linux 2023 with JupyterLab 4; the newest that CloudFormation takes.
_PLATFORM = "notebook-al2023-v1"
# Packages that an environment lacks are on the internet; the API of the client needs only boto3.
_WITHOUT_INTERNET = "--no-index --no-deps"
_NETWORK_BOUND = (
    "The settings put it into SageMaker's own network; nothing in a VPC can be reached from there"
)
_INTERNET_BOUND = "The settings ask for it; the role allows what a person may do, and no more"


class NotebookInstance(Construct):
    """A notebook instance, its role, and the script that installs the client.

    Args:
        deployment: where everything is, for the role.
        placement: a VPC; None for SageMaker's own network.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Notebook,
        deployment: DeploymentDocument,
        key: kms.IKey,
        placement: Placement | None,
    ) -> None:
        super().__init__(scope, construct_id)
        wheel = ClientWheel(self, "Client")
        # AWS's managed policy AmazonSageMakerFullAccess has the same actions for interfaces.
        interfaces = network_interfaces(self, [] if placement is None else [placement])
        role = PersonRole(
            self,
            "Person",
            deployment=_by_names(self, deployment),
            needed=[wheel.read_permission(), *interfaces],
        )
        script = sagemaker.CfnNotebookInstanceLifecycleConfig(
            self,
            "Start",
            on_start=[
                sagemaker.CfnNotebookInstanceLifecycleConfig.NotebookInstanceLifecycleHookProperty(
                    content=Fn.base64(
                        _script(wheel, deployment.environment, Stack.of(self).region, settings)
                    )
                )
            ],
        )
        self._instance = sagemaker.CfnNotebookInstance(
            self,
            "Instance",
            instance_type=settings.instance_type,
            role_arn=role.role.role_arn,
            volume_size_in_gb=settings.volume_size_gb,
            kms_key_id=key.key_arn,
            lifecycle_config_name=script.attr_notebook_instance_lifecycle_config_name,
            platform_identifier=_PLATFORM,
            root_access="Disabled",
            direct_internet_access="Enabled" if settings.direct_internet else "Disabled",
            subnet_id=None if placement is None else placement.subnets[0],
            security_group_ids=None if placement is None else list(placement.security_groups),
            instance_metadata_service_configuration=(
                sagemaker.CfnNotebookInstance.InstanceMetadataServiceConfigurationProperty(
                    minimum_instance_metadata_service_version="2"
                )
            ),
        )
        # Its script fetches the client, and an instance whose script fails is not created.
        self._instance.node.add_dependency(role)
        if placement is None:
            acknowledge(self._instance, "SM1", bound=_NETWORK_BOUND)
        if settings.direct_internet:
            acknowledge(self._instance, "SM3", bound=_INTERNET_BOUND)

    @property
    def name(self) -> str:
        """Return the name that CloudFormation gives it: a new subnet or key replaces it."""
        return self._instance.attr_notebook_instance_name


def _script(wheel: ClientWheel, environment: str, region: str, settings: Notebook) -> str:
    text = files(__package__).joinpath("on_start.sh").read_text(encoding="utf-8")
    for word, value in {
        "@WHEEL@": wheel.file_name,
        "@WHEEL_URI@": wheel.uri,
        "@REGION@": region,
        "@ENVIRONMENT@": environment,
        "@PIP_OPTIONS@ ": "" if settings.direct_internet else f"{_WITHOUT_INTERNET} ",
    }.items():
        text = text.replace(word, value)
    return text


def _by_names(scope: Construct, deployment: DeploymentDocument) -> DeploymentDocument:
    """Return the document with ARNs that can be read at synth, as the policy of people reads them.

    State machines have names; of the role, the policy reads account and partition.
    """
    return replace(
        deployment,
        training_role_arn=f"arn:{Aws.PARTITION}:iam::{Stack.of(scope).account}:role/training",
        state_machines={
            workflow: arn(
                scope,
                "states",
                f"stateMachine:{names.state_machine(deployment.environment, _hyphened(workflow))}",
            )
            for workflow in deployment.state_machines
        },
    )


def _hyphened(workflow: str) -> names.Workflow:
    return workflow.replace("_", "-")  # type: ignore[return-value]
