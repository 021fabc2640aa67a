"""Describe the containers of the model that an endpoint serves."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aws_cdk import CfnParameter, IResolvable
from aws_cdk import aws_sagemaker as sagemaker
from constructs import IConstruct

from autogluon_constructs.endpoint.container_images import ContainerImages
from autogluon_constructs.settings import Pipeline, PipelineContainer
from autogluon_constructs.settings.endpoint_modes.pipeline import PROGRAM
from autogluon_contracts.names import MODEL_CONTAINER

_Container = sagemaker.CfnModel.ContainerDefinitionProperty
_MODES = {"serial": "Serial", "direct": "Direct"}
_ACCEPT = "SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT"
# Where a script is found: of AutoGluon's image, sagemaker_entrypoint.sh and server.py of
# aws/deep-learning-containers; of scikit-learn's, serving.py of its container's repository.
_SCRIPT = {"SAGEMAKER_PROGRAM": PROGRAM, "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code"}


@dataclass(frozen=True, kw_only=True)
class ModelContainers:
    """What a model consists of: the live version's container, alone or in a pipeline.

    Attributes:
        archives: the packed folders of containers, by hostname.
    """

    pipeline: Pipeline | None
    archives: Mapping[str, str]

    def of_model(self) -> dict[str, str]:
        """Return the variables that the pipeline gives the live version's container."""
        if self.pipeline is None:
            return {}
        return _accepting(self.pipeline.containers[MODEL_CONTAINER])

    def arguments(self, scope: IConstruct, live_model: CfnParameter) -> dict[str, Any]:
        """Return the members of a model that hold its containers."""
        package = live_model.value_as_string
        if self.pipeline is None:
            return {"primary_container": _Container(model_package_name=package)}
        images = ContainerImages(scope)
        return {
            "containers": [
                _Container(container_hostname=name, model_package_name=package)
                if name == MODEL_CONTAINER
                else self._own(name, container, images)
                for name, container in self.pipeline.containers.items()
            ],
            "inference_execution_config": sagemaker.CfnModel.InferenceExecutionConfigProperty(
                mode=_MODES[self.pipeline.mode]
            ),
        }

    def set_variables(self, model: sagemaker.CfnModel, variables: IResolvable) -> None:
        """Give the live version's container its variables, which conditions may leave out."""
        place = "PrimaryContainer"
        if self.pipeline is not None:
            place = f"Containers.{list(self.pipeline.containers).index(MODEL_CONTAINER)}"
        model.add_property_override(f"{place}.Environment", variables)

    def described(self) -> dict[str, Any]:
        """Return what changes of which are changes of the endpoint; nothing without a pipeline."""
        return {"archives": dict(self.archives)} if self.archives else {}

    def _own(self, name: str, container: PipelineContainer, images: ContainerImages) -> Any:
        data = self.archives.get(name, container.model_data)
        variables = {**({} if data is None else _SCRIPT), **_accepting(container)}
        return _Container(
            container_hostname=name,
            image=images.uri(container),
            model_data_url=data,
            environment={**variables, **container.environment} or None,
        )


def _accepting(container: PipelineContainer) -> dict[str, str]:
    return {} if container.accept is None else {_ACCEPT: container.accept}
