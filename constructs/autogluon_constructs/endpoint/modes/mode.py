"""Define what an endpoint mode builds."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from aws_cdk import CfnResource
from aws_cdk import aws_applicationautoscaling as autoscaling
from aws_cdk import aws_kms as kms
from constructs import Construct

EndpointT = TypeVar("EndpointT")
VariantT = TypeVar("VariantT")


@dataclass(frozen=True, kw_only=True)
class EndpointMode(ABC, Generic[EndpointT, VariantT]):
    """One endpoint's mode; `scope` is the construct that the mode's resources belong to."""

    keeps_capacity: ClassVar[bool]
    """Whether a promotion keeps the number of instances that scaling has reached."""
    scalable_dimension: ClassVar[str] = "sagemaker:variant:DesiredInstanceCount"
    """What automatic scaling changes."""
    container_environment: ClassVar[Mapping[str, str]] = {}
    """Variables of the container besides those of the model package."""

    scope: Construct
    settings: EndpointT
    endpoint_name: str
    predictor: str
    artifact_bucket_name: str
    key: kms.IKey

    @abstractmethod
    def configuration(self) -> dict[str, Any]:
        """Return the properties that the mode adds to the endpoint's configuration."""

    @abstractmethod
    def policies(
        self, target: autoscaling.CfnScalableTarget, variant: VariantT
    ) -> Sequence[CfnResource]:
        """Return the scaling policies of a variant, and the alarms that they need.

        It is called only where the settings have `autoscaling`.
        """
