"""Define the settings of batch prediction."""

from typing import ClassVar, Self

from autogluon_constructs.settings.fields import (
    MaxPrice,
    TransformFallbacks,
    TransformInstanceType,
    TransformInstanceTypes,
    contract_field,
    refuse,
)
from autogluon_constructs.settings.section import Section, rule
from autogluon_contracts.documents.predictor_spec import (
    MOST_IN_FLIGHT_MB,
    BatchEngine,
    BatchSpec,
)


class Batch(Section):
    """Defaults of a batch.

    `engine`: `bulk` (a processing job on all cores), `transform` (Batch Transform), `pipeline`
    (Batch Transform through the containers of the endpoint's pipeline), or `auto`, which chooses
    between the first two by the model and the data. `timeout_seconds` is for one request of up to
    one payload of a transform job; `max_runtime_seconds` is for one bulk job.

    A bulk batch of more than `max_files_per_job` files or `max_gb_per_job` GB (10^9 bytes) is
    shared out to several jobs, of which `max_concurrent_jobs` run at once.
    """

    unsupported_keys: ClassVar = {
        "inter_container_encryption": "the instances of a batch work on files or parts of "
        "their own, so that there is no traffic between containers to encrypt; leave it out",
    }

    engine: BatchEngine = contract_field(BatchSpec, "engine")
    instance_type: TransformInstanceType = "ml.m5.large"
    """Where a batch runs unless its execution chooses otherwise."""
    fallback_instance_types: TransformFallbacks = ()
    """What is tried in this order where `instance_type` has no capacity or no quota."""
    instance_count: int = contract_field(BatchSpec, "instance_count")
    allowed_instance_types: TransformInstanceTypes = ()
    """What an execution may ask for besides `instance_type`."""
    max_payload_mb: int = contract_field(BatchSpec, "max_payload_mb")
    max_concurrent_transforms: int = contract_field(BatchSpec, "max_concurrent_transforms")
    timeout_seconds: int = contract_field(BatchSpec, "timeout_seconds")
    max_runtime_seconds: int = contract_field(BatchSpec, "max_runtime_seconds")
    max_files_per_job: int = contract_field(BatchSpec, "max_files_per_job")
    max_gb_per_job: int = contract_field(BatchSpec, "max_gb_per_job")
    max_concurrent_jobs: int = contract_field(BatchSpec, "max_concurrent_jobs")

    max_usd_per_hour: MaxPrice | None = None
    """The most that an hour of one instance may cost, of any of these types, by list price."""

    @property
    def all_instance_types(self) -> tuple[str, ...]:
        """Return the default first, then its fallbacks and what an execution may ask for."""
        others = (*self.fallback_instance_types, *self.allowed_instance_types)
        return tuple(dict.fromkeys((self.instance_type, *others)))

    @rule
    def _fits_in_flight(self) -> Self:
        in_flight_mb = self.max_payload_mb * self.max_concurrent_transforms
        if in_flight_mb > MOST_IN_FLIGHT_MB:
            raise refuse(
                f"max_payload_mb {self.max_payload_mb} x max_concurrent_transforms "
                f"{self.max_concurrent_transforms} is {in_flight_mb} MB in flight; "
                f"SageMaker allows {MOST_IN_FLIGHT_MB}"
            )
        return self
