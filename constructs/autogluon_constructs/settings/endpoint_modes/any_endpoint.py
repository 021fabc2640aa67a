"""Define the settings that endpoints of all modes share."""

import re
from collections.abc import Mapping
from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator

from autogluon_constructs.catalogues.instances import ELASTIC_INFERENCE
from autogluon_constructs.settings.alarms import EndpointAlarms
from autogluon_constructs.settings.endpoint_modes.capture import Capture
from autogluon_constructs.settings.endpoint_modes.hours import (
    Ends,
    Hours,
    Lifetime,
    lifetime,
    times_of,
)
from autogluon_constructs.settings.endpoint_modes.instance_variant import InstanceVariant
from autogluon_constructs.settings.endpoint_modes.pipeline import PipelineContainer
from autogluon_constructs.settings.endpoint_modes.scaling import Scaling
from autogluon_constructs.settings.endpoint_modes.updates import Update
from autogluon_constructs.settings.fields import refuse
from autogluon_constructs.settings.network import EndpointNetwork
from autogluon_constructs.settings.schedules.schedule import Schedule
from autogluon_constructs.settings.section import Section, rule
from autogluon_contracts import names
from autogluon_contracts.models.model_stage import STAGE_WORD


def _stage(text: str) -> str:
    if not re.fullmatch(f"{STAGE_WORD}/{STAGE_WORD}", text):
        raise refuse(
            "allowed: a stage and its status, each of at most 63 letters, digits and hyphens, such "
            "as 'Production/Approved'"
        )
    return text


StageName = Annotated[str, AfterValidator(_stage)]


class AnyEndpoint(Section):
    """What an endpoint has in every mode."""

    unsupported_keys: ClassVar = {
        "accelerator_type": ELASTIC_INFERENCE,
        "time_to_live": "it is called ends here, such as ends: 14 days",
        "ttl": "it is called ends here, such as ends: 14 days",
        "office_hours": "it is called hours here, such as hours: {start: '08:00', end: '18:00'}",
        "endpoint_name": "it is called name here",
    }

    longest_request_seconds: ClassVar[int]
    """How long the container may take for a request at most."""
    usual_request_seconds: ClassVar[int]
    """The same, where the settings of serving say nothing."""
    answers_into_s3: ClassVar[bool] = False
    """Whether the endpoint's role writes answers."""

    autoscaling: Scaling | None = None
    """Follow the load; without it, the capacity stays."""
    network: EndpointNetwork | None = None
    """Another network than the environment's."""
    promote_on_approval: bool = False
    """Whether the latest version goes live when a person or a program approves it."""
    promote_on_stage: StageName | None = None
    """The stage and its status, such as `Production/Approved`, in which the latest approved version
    goes live by itself."""
    alarms: EndpointAlarms | None = None
    """Alarms of this endpoint, instead of the environment's `alarms.endpoints`."""
    hours: Hours | None = None
    """The hours of a week at which it is in service; without it, always."""
    ends: Ends | None = None
    """When it is taken out of service: a date, a time, or how long after its promotion."""

    @property
    def own_name(self) -> str | None:
        """Return the name that the settings give it; None for this project's."""
        return None

    def endpoint_name(self, environment: str, predictor: str) -> str:
        """Return the endpoint's name, or the component's."""
        return self.own_name or names.endpoint(environment, predictor)

    @property
    def times(self) -> Mapping[str, Schedule]:
        """Return the schedules that put it into service and take it out, by name."""
        return times_of(self.hours, self.ends)

    @property
    def lifetime(self) -> Lifetime | None:
        """Return when it is taken out of service for good."""
        return None if self.ends is None else lifetime(self.ends)

    @rule
    def _is_promoted_for_one_reason(self) -> Self:
        if self.promote_on_approval and self.promote_on_stage is not None:
            raise refuse(
                "promote_on_stage with promote_on_approval, which promotes the same versions "
                "earlier; leave one of them out"
            )
        return self

    @rule
    def _ends_though_it_begins_each_day(self) -> Self:
        found = self.lifetime
        if self.hours is not None and found is not None and found.after_hours is not None:
            raise refuse(
                f"ends: got '{self.ends}' with hours, whose every start is a promotion; give a date"
            )
        return self

    @property
    def schedules_capacity(self) -> bool:
        """Return whether the bounds of scaling change at given times."""
        return self.autoscaling is not None and bool(self.autoscaling.schedules)

    @property
    def captured(self) -> Capture | None:
        """Return what is captured: nothing, where the mode has no such setting."""
        return None

    @property
    def watched_update(self) -> Update | None:
        """Return how it is updated, where alarms undo that."""
        return None

    @property
    def topics(self) -> Mapping[str, str]:
        """Return the topics that the endpoint notifies, by their keys; none in most modes."""
        return {}

    @property
    def topic_arns(self) -> tuple[str, ...]:
        """Return the topics that the endpoint's role publishes to."""
        return tuple(dict.fromkeys(self.topics.values()))

    @property
    def all_instance_types(self) -> tuple[str, ...]:
        """Return the instance types that it may run on; none where it has no instances."""
        return ()

    @property
    def own_containers(self) -> Mapping[str, PipelineContainer]:
        """Return the containers beside the model's, by hostname; none without a pipeline."""
        return {}

    @property
    def has_series(self) -> bool:
        """Return whether its containers follow one another, so that batches can go through them."""
        return False

    @property
    def weight(self) -> float:
        """Return the main variant's weight."""
        return 1

    @property
    def variants_beside(self) -> tuple[InstanceVariant, ...]:
        """Return the variants that have live models of their own, the shadow last."""
        return ()
