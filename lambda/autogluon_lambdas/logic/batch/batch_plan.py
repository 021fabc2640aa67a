"""Hold every decision about a batch, whichever engine predicts it."""

from dataclasses import dataclass, replace

from autogluon_contracts.documents.execution_inputs import BatchInput
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.logic.batch.engine_choice import EngineChoice
from autogluon_lambdas.logic.batch.transform_options import TransformOptions
from autogluon_lambdas.logic.sagemaker.tags import resource_tags
from autogluon_lambdas.models.events.execution import Execution
from autogluon_lambdas.models.model_package import ModelPackage


@dataclass(frozen=True)
class BatchPlan:
    """One batch, every value decided; `features` are those that the model takes, in its order.

    `answers_by_row` and `answers_pieces` are the predictor type's; `transform` is what a transform
    job would have; `output_path` is the folder into which results are copied.
    """

    spec: PredictorSpec
    execution: Execution
    asked: BatchInput
    job_name: str
    folder: S3Location
    output_path: S3Location | None
    package: ModelPackage
    instance_type: str
    fallback_instance_types: tuple[str, ...]
    instance_count: int
    choice: EngineChoice
    transform: TransformOptions
    features: tuple[str, ...]
    answer_columns: tuple[str, ...]
    answers_by_row: bool
    answers_pieces: bool

    def by_type(self) -> "list[BatchPlan]":
        """Return the plan on each of its instance types, in the order in which they are tried."""
        names = (self.instance_type, *self.fallback_instance_types)
        return [replace(self, instance_type=name) for name in names]

    @property
    def manifest(self) -> S3Location:
        """Where the list of files goes when the prefix alone does not name them."""
        return self.folder.child("config/data.manifest")

    @property
    def data_folder(self) -> S3Location:
        """Where the files are that the planner itself writes for a job, if it does."""
        return self.folder.child("config/data/")

    @property
    def raw(self) -> S3Location:
        """Where SageMaker writes its answers."""
        return self.folder.child("raw/")

    def output(self) -> dict[str, str]:
        """Return what the summary has to know of the output path."""
        return {} if self.output_path is None else {"output_path": self.output_path.uri}

    def tags(self) -> list[dict[str, str]]:
        """Return the tags of the model and of every job; they name the batch."""
        batch = self.execution.job_name(self.spec.name)
        return resource_tags(self.spec.name, batch, self.execution.arn, self.spec.tags)
