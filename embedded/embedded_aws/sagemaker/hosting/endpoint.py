"""The record of an endpoint, and its changes of status."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.sagemaker import state_changes
from embedded_aws.sagemaker.errors import invalid, not_found
from embedded_aws.sagemaker.hosting.asynchronous.request import Backlog
from embedded_aws.sagemaker.hosting.deployment import AnyCapacity, Deployment
from embedded_aws.sagemaker.hosting.next_fleet import NextFleet
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.sagemaker.state import Record, RegionStore, now

ENDPOINT = "endpoint"


@dataclass
class Endpoint(Record):
    """An endpoint: the deployment that answers and, during an update, the next one.

    Attributes:
        next_fleet: what an update in steps starts, and gives ever more of the traffic.
        deployment_config: how the last update was to move the traffic.
    """

    config_name: str = ""
    deployment: Deployment | None = None
    next_fleet: NextFleet | None = None
    deployment_config: dict[str, Any] | None = None
    pending: tuple[str, datetime] | None = None
    failure_reason: str | None = None
    # Of a restored endpoint until it serves again.
    saved_capacities: dict[str, AnyCapacity] | None = None
    backlog: Backlog = field(default_factory=Backlog)

    def describe(self) -> dict[str, Any]:
        """Return DescribeEndpoint's answer."""
        answer: dict[str, Any] = {
            "EndpointName": self.name,
            "EndpointArn": self.arn,
            "EndpointConfigName": self.config_name,
            "EndpointStatus": self.status,
            "CreationTime": self.created,
            "LastModifiedTime": self.modified,
        }
        if self.deployment is not None:
            variants = self.deployment.variants.values()
            answer["ProductionVariants"] = [variant.describe() for variant in variants]
            if self.deployment.shadows:
                shadows = self.deployment.shadows.values()
                answer["ShadowProductionVariants"] = [variant.describe() for variant in shadows]
            if self.deployment.asynchronous is not None:
                answer["AsyncInferenceConfig"] = self.deployment.asynchronous.described
            if self.deployment.capture is not None:
                answer["DataCaptureConfig"] = self.deployment.capture.describe()
        if self.failure_reason is not None:
            answer["FailureReason"] = self.failure_reason
        if self.pending is not None:
            name, start = self.pending
            summary: dict[str, Any] = {"EndpointConfigName": name, "StartTime": start}
            if self.next_fleet is not None:
                summary["ProductionVariants"] = self.next_fleet.describe()
            answer["PendingDeploymentSummary"] = summary
        if self.deployment_config is not None:
            answer["LastDeploymentConfig"] = self.deployment_config
        return answer

    @property
    def deployments(self) -> tuple[Deployment, ...]:
        """Return what runs: the deployment in service, and the next one where it is starting."""
        next_one = None if self.next_fleet is None else self.next_fleet.deployment
        return tuple(each for each in (self.deployment, next_one) if each is not None)

    def answering(self, source: random.Random) -> Deployment:
        """Return the deployment that answers the next request, by their shares of the traffic."""
        return self.answering_at(source.random())

    def answering_at(self, point: float) -> Deployment:
        """Return the deployment that answers at a point of all requests, from 0 to below 1."""
        assert self.deployment is not None  # `find_invoked` would have refused the request
        fleet = self.next_fleet
        return self.deployment if fleet is None or point >= fleet.share else fleet.deployment

    @property
    def with_traffic(self) -> tuple[Deployment, ...]:
        """Return the deployments that get requests: the one in service, the next one, or both."""
        fleet, part = self.next_fleet, 0.0 if self.next_fleet is None else self.next_fleet.share
        next_one = None if fleet is None or part == 0 else fleet.deployment
        own = None if part == 1 else self.deployment
        return tuple(each for each in (own, next_one) if each is not None)

    def __getstate__(self) -> dict[str, Any]:
        """Return what is saved: of the running servers the capacity of each variant."""
        variants = () if self.deployment is None else self.deployment.every_variant
        capacities = {variant.name: variant.saved for variant in variants}
        left_out = {"deployment": None, "next_fleet": None}
        return self.__dict__ | left_out | {"saved_capacities": capacities or None}

    def settle(self, status: str) -> None:
        """Set a status in which the endpoint can be changed again."""
        self.status, self.pending, self.modified = status, None, now()


def announce_endpoint(service: SageMaker, endpoint: Endpoint, region: str) -> None:
    """Announce an endpoint's status to the event bus."""
    service.announce(endpoint, endpoint.describe(), state_changes.ENDPOINT, region)


def announce_deployment(service: SageMaker, endpoint: Endpoint, region: str) -> None:
    """Announce a stage of an endpoint's update to the event bus."""
    service.announce(endpoint, endpoint.describe(), state_changes.DEPLOYMENT, region)


def find_endpoint(store: RegionStore, name: str) -> Endpoint:
    """Return an endpoint. Raises the API's error when there is none."""
    record = store.table(ENDPOINT).get(name)
    if record is None:
        raise not_found("endpoint", store.arn(ENDPOINT, name))
    return cast(Endpoint, record)


def find_invoked(store: RegionStore, call: ApiCall) -> Endpoint:
    """Return the endpoint that a request is for.

    Raises:
        ApiError: there is none, or it does not answer (yet).
    """
    name = call.params["EndpointName"]
    endpoint = store.table(ENDPOINT).get(name)
    if not isinstance(endpoint, Endpoint) or endpoint.deployment is None:
        message = f"Endpoint {name} of account {call.account_id} not found."
        raise ApiError("ValidationError", message)
    return endpoint


def check_can_change(endpoint: Endpoint) -> None:
    """Raise the API's error for an endpoint that is being changed, or that failed."""
    if endpoint.status != "InService":
        raise invalid(
            f'Cannot update endpoint "{endpoint.arn}" in status {endpoint.status}; '
            "it must be InService."
        )
