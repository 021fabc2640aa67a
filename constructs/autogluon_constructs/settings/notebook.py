"""Define the settings of the notebook instance that has the client on it."""

from typing import Annotated, ClassVar

from pydantic import Field

from autogluon_constructs.settings.fields import NotebookInstanceType
from autogluon_constructs.settings.network import EndpointNetwork
from autogluon_constructs.settings.section import Section

# SageMaker's limits (botocore, CreateNotebookInstance).
_SMALLEST_VOLUME_GB, _LARGEST_VOLUME_GB = 5, 16_384


class Notebook(Section):
    """A notebook instance of SageMaker with this project's client, for people who predict.

    Its role may do what `agcdk doctor --policy` lets a person do. It costs money while it runs;
    `agcdk notebook stop` stops it. People are not root on it.
    """

    unsupported_keys: ClassVar = {
        "idle_minutes": "instances do not stop by themselves; use `agcdk notebook stop`",
        "root_access": "people are not root on it; leave it out",
    }

    instance_type: NotebookInstanceType = "ml.t3.medium"
    """What it runs on."""
    volume_size_gb: Annotated[int, Field(ge=_SMALLEST_VOLUME_GB, le=_LARGEST_VOLUME_GB)] = 10
    """Size of the volume that keeps its files when it is stopped, in GB; it can only grow."""
    network: EndpointNetwork | None = None
    """Another network than the environment's. Of several subnets, the first one is used."""
    direct_internet: bool = False
    """Whether it reaches the internet by SageMaker's own network."""
