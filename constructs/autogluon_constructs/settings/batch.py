"""Define the settings of batch prediction."""

from typing import ClassVar, Self

from autogluon_constructs.catalogues.instances import instance_types
from autogluon_constructs.settings.fields import (
    HostImage,
    MaxPrice,
    S3Folder,
    S3Locations,
    TransformFallbacks,
    TransformInstanceType,
    TransformInstanceTypes,
    contract_field,
    refuse,
)
from autogluon_constructs.settings.section import Section, rule
from autogluon_contracts.documents.predictor_spec import BatchEngine, BatchSpec
from autogluon_contracts.jobs.transform_options import (
    INSTEAD,
    BatchStrategy,
    SplitType,
    in_flight_problem,
    strategy_problem,
)


class Batch(Section):
    """Defaults of a batch.

    `engine`: `bulk` (a processing job on all cores), `transform` (Batch Transform), `pipeline`
    (Batch Transform through the containers of the endpoint's pipeline), or `auto`, which chooses
    between the first two by the model and the data. `max_payload_mb`, `max_concurrent_transforms`,
    `timeout_seconds`, `max_retries`, `split_type`, `strategy` and `transform_ami_version` are for
    transform jobs; `max_runtime_seconds` is for one bulk job.

    `output_path` is a folder into which the results of every run are copied.

    A bulk batch of more than `max_files_per_job` files or `max_gb_per_job` GB (10^9 bytes) is
    shared out to several jobs, of which `max_concurrent_jobs` run at once.
    """

    unsupported_keys: ClassVar = {
        **INSTEAD,
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
    max_retries: int = contract_field(BatchSpec, "max_retries")
    split_type: SplitType = contract_field(BatchSpec, "split_type")
    strategy: BatchStrategy = contract_field(BatchSpec, "strategy")
    transform_ami_version: HostImage | None = contract_field(BatchSpec, "transform_ami_version")
    output_path: S3Folder | None = contract_field(BatchSpec, "output_path")
    output_locations: S3Locations = ()
    """S3 locations below which a run may choose an `output_path`, besides that of the settings."""
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

    @property
    def all_output_locations(self) -> tuple[str, ...]:
        """Return the S3 prefixes below which results may be written."""
        own = () if self.output_path is None else (self.output_path,)
        return tuple(dict.fromkeys((*own, *self.output_locations)))

    @rule
    def _fits_in_flight(self) -> Self:
        problem = in_flight_problem(self.max_payload_mb, self.max_concurrent_transforms)
        if problem is not None:
            raise refuse(problem)
        return self

    @rule
    def _cuts_what_it_groups(self) -> Self:
        problem = strategy_problem(self.split_type, self.strategy)
        if problem is not None:
            raise refuse(problem)
        return self

    @rule
    def _has_whole_files_in_a_pipeline(self) -> Self:
        cuts = self.split_type == "Line" or self.strategy != "auto"
        if self.engine == "pipeline" and cuts:
            raise refuse(
                "split_type Line and strategy cut files, and a pipeline gets whole files; leave "
                "both out, or choose another engine"
            )
        return self

    @rule
    def _has_host_images_on_gpus(self) -> Self:
        if self.transform_ami_version is None:
            return self
        if self.engine == "bulk":
            raise refuse(
                "transform_ami_version is for transform jobs, and engine is bulk, whose processing "
                "jobs choose no host image; leave it out, or set engine to transform"
            )
        for name in self.all_instance_types:
            if not instance_types()[name].gpus:
                raise refuse(
                    "transform_ami_version: the host images that AWS offers for transform jobs "
                    f"are for GPU types, and {name} has none; leave it out"
                )
        return self
