"""Define the settings of training jobs."""

from typing import Annotated, ClassVar

from pydantic import AfterValidator

from autogluon_constructs.settings.bring_your_own.own_code.folder import relative_folder
from autogluon_constructs.settings.fields import (
    MaxPrice,
    TrainingFallbacks,
    TrainingInstanceType,
    TrainingInstanceTypes,
    contract_field,
)
from autogluon_constructs.settings.section import Section
from autogluon_contracts.documents.training_spec import SpotSpec, TrainingSpec


class Spot(Section):
    """How training jobs use spot instances: cheaper ones, which AWS may take back at any time.

    A job that is interrupted waits for other instances, and goes on with the models that it has
    finished.
    """

    max_wait_seconds: int = contract_field(SpotSpec, "max_wait_seconds")
    then_on_demand: bool = contract_field(SpotSpec, "then_on_demand")


class Training(Section):
    """Defaults of a training job; an execution's input may choose otherwise within them.

    `allowed_instance_types` are what an execution may ask for besides `instance_type`, and
    `max_runtime_seconds` is the most that it may ask for.
    """

    unsupported_keys: ClassVar = {
        "inter_container_encryption": "the traffic between a job's instances is always encrypted; "
        "leave it out",
        "warm_pool": "write keep_alive_seconds: how long instances stay for the next run",
        "keep_alive_period_in_seconds": "write keep_alive_seconds",
    }

    instance_type: TrainingInstanceType = "ml.m5.2xlarge"
    """Where a training job runs unless its execution chooses otherwise."""
    fallback_instance_types: TrainingFallbacks = ()
    """What is tried in this order where `instance_type` has no capacity or no quota."""
    instance_count: int = contract_field(TrainingSpec, "instance_count")
    volume_size_gb: int = contract_field(TrainingSpec, "volume_size_gb")
    max_runtime_seconds: int = contract_field(TrainingSpec, "max_runtime_seconds")
    allowed_instance_types: TrainingInstanceTypes = ()
    """What an execution may ask for besides `instance_type`."""

    further_training: bool = contract_field(TrainingSpec, "further_training")
    max_usd_per_hour: MaxPrice | None = None
    """The most that an hour of one instance may cost, of any of these types, by list price."""
    spot: Spot | None = None
    """Train on spot instances; without it, on on-demand ones."""
    checkpoints: bool = contract_field(TrainingSpec, "checkpoints")
    keep_alive_seconds: int | None = contract_field(TrainingSpec, "keep_alive_seconds")
    max_pending_seconds: int | None = contract_field(TrainingSpec, "max_pending_seconds")
    code: Annotated[str, AfterValidator(relative_folder)] | None = None
    """A folder of your own Python files, from the folder of the settings file, of which arguments
    name objects as `module:name`: a metric, a feature generator."""

    @property
    def keeps_checkpoints(self) -> bool:
        """Return whether jobs keep finished models before their end."""
        return self.checkpoints or self.spot is not None

    @property
    def all_instance_types(self) -> tuple[str, ...]:
        """Return the default first, then its fallbacks and what an execution may ask for."""
        others = (*self.fallback_instance_types, *self.allowed_instance_types)
        return tuple(dict.fromkeys((self.instance_type, *others)))
