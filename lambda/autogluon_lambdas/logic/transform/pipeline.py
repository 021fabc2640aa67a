"""Plan a batch through the containers of an endpoint: its pipeline, with the version asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autogluon_contracts.content_types import JSONL, OF_FORMAT
from autogluon_contracts.documents.execution_inputs import BatchInput
from autogluon_contracts.documents.predictor_spec import PipelineSpec, PredictorSpec
from autogluon_contracts.documents.server_limits import TIMEOUT_VARIABLE
from autogluon_contracts.names import MODEL_CONTAINER
from autogluon_lambdas.logic.batch.batch_plan import BatchPlan
from autogluon_lambdas.logic.batch.transform_options import TransformOptions
from autogluon_lambdas.logic.data.locations import DataFiles, find_data_files
from autogluon_lambdas.logic.sagemaker.accepted_fields import require_accepted
from autogluon_lambdas.logic.sagemaker.channels import s3_data_source
from autogluon_lambdas.logic.sagemaker.shared_settings import SharedSettings
from autogluon_lambdas.logic.transform.answer import Summarized, planned_job
from autogluon_lambdas.logic.transform.request import model_client, transform_resources
from autogluon_lambdas.logic.transform.split_mode import (
    LARGEST_PAYLOAD_MB,
    concurrent,
    larger_payload,
)
from autogluon_lambdas.models.environment import Environment
from autogluon_lambdas.models.errors import InvalidDataError, InvalidInputError
from autogluon_lambdas.models.model_package import ModelPackage
from autogluon_lambdas.ports import Endpoints, ObjectStore

_MEGABYTE = 1_000_000
# What planners read and write for the model, and a pipeline's own containers do instead.
_OF_THE_MODEL = (
    "header",
    "id_column",
    "output",
    "include_columns",
    "on_error",
    "contributions",
    "artifact_model",
    "resume",
    "max_files_per_job",
    "split_type",
    "strategy",
)
# Without ContainerHostname, which Step Functions is not known to accept in a list of containers.
_COPIED = ("Image", "ModelDataUrl", "Environment")


def pipeline_of(spec: PredictorSpec, asked: BatchInput) -> PipelineSpec:
    """Return the pipeline that a batch asks for.

    Raises InvalidInputError where the predictor has none in series, or where the input has options
    that only a model's own batch has.
    """
    pipeline = None if spec.endpoint is None else spec.endpoint.pipeline
    if pipeline is None or pipeline.mode != "serial":
        raise InvalidInputError(
            f'input.engine: got "pipeline", and the endpoint of predictor "{spec.name}" has no '
            "pipeline in series.",
            advice="Declare endpoint.pipeline with mode serial and deploy, or use another engine.",
        )
    defaults = BatchInput(predictor=asked.predictor, data=asked.data)
    for name in _OF_THE_MODEL:
        if getattr(asked, name) != getattr(defaults, name):
            raise InvalidInputError(
                f'input.{name}: with the engine "pipeline", the first container reads the files '
                "and the last one writes the answers.",
                advice="Leave it out.",
            )
    if asked.output_format != "jsonl":
        raise InvalidInputError(
            f'input.output_format: got "{asked.output_format}", and the results of a pipeline are '
            "the JSON Lines that its last container answers.",
            advice='Set it to "jsonl".',
        )
    return pipeline


@dataclass(frozen=True)
class PipelinePlanner:
    """Plans transform jobs through the containers that an endpoint runs now."""

    environment: Environment
    store: ObjectStore
    endpoints: Endpoints

    def files(self, asked: BatchInput, options: TransformOptions) -> DataFiles:
        """Return the files of a batch, which are sent whole.

        Raises InvalidDataError when there are none, or one is larger than a request may be.
        """
        files = find_data_files(self.store, "input.data", asked.data)
        for entry in files.objects:
            if entry.size > LARGEST_PAYLOAD_MB * _MEGABYTE:
                raise InvalidDataError(
                    f"input.data: {entry.location.uri} has {entry.size / _MEGABYTE:.1f} MB; "
                    f"allowed: at most {LARGEST_PAYLOAD_MB} MB, because a pipeline gets whole "
                    "files.",
                    advice="Write several smaller files.",
                )
            larger_payload(entry.location.uri, entry.size, options)
        return files

    def plan(self, plan: BatchPlan, files: DataFiles, pipeline: PipelineSpec) -> dict[str, Any]:
        """Return the planner's answer; raises InvalidInputError where the endpoint is off."""
        request = self._job_request(plan, files)
        answer = planned_job(
            self.environment,
            plan,
            files,
            (self._model_request(plan, self._containers(plan, pipeline)), request),
            Summarized((), False, None, [(entry.location, None) for entry in files.objects]),
        )
        if not files.alone:
            self.store.write(plan.manifest, files.manifest(), "application/json")
        return answer

    def _containers(self, plan: BatchPlan, pipeline: PipelineSpec) -> list[dict[str, Any]]:
        spec = plan.spec
        name = "" if spec.endpoint is None else spec.endpoint.name
        found = self.endpoints.containers(name)
        if found is None:
            raise InvalidInputError(
                f'input.engine: got "pipeline", whose containers are those that endpoint {name} '
                "runs, and it is not in service.",
                advice="Put a version into service first.",
            )
        running = tuple(each.get("ContainerHostname") for each in found)
        if running != pipeline.containers:
            raise InvalidInputError(
                f'input.engine: got "pipeline", and endpoint {name} does not run the containers of '
                f"the settings ({', '.join(pipeline.containers)}) yet.",
                advice="Wait for the deployment, or deploy again.",
            )
        return [_container(each, plan.package) for each in found]

    def _model_request(
        self, plan: BatchPlan, containers: Sequence[Mapping[str, Any]]
    ) -> dict[str, Any]:
        # Without InferenceExecutionConfig: Serial is SageMaker's default.
        request = {
            "ModelName": plan.job_name,
            "Containers": containers,
            **SharedSettings(self.environment, plan.tags(), plan.spec.network_isolation).model(),
        }
        return require_accepted("CreateModel", request)

    def _job_request(self, plan: BatchPlan, files: DataFiles) -> dict[str, Any]:
        shared = SharedSettings(self.environment, plan.tags(), plan.spec.network_isolation)
        largest = max(files.objects, key=lambda entry: entry.size)
        payload = larger_payload(largest.location.uri, largest.size, plan.transform)
        return {
            "TransformJobName": plan.job_name,
            "ModelName": plan.job_name,
            "BatchStrategy": "SingleRecord",
            "MaxPayloadInMB": payload,
            "MaxConcurrentTransforms": concurrent(payload, plan.transform),
            "ModelClientConfig": model_client(plan.transform),
            "Environment": {TIMEOUT_VARIABLE: str(plan.transform.timeout_seconds)},
            "TransformInput": {
                "DataSource": {"S3DataSource": s3_data_source(files, plan.manifest)},
                "ContentType": OF_FORMAT[files.format],
                "CompressionType": "None",
                "SplitType": "None",
            },
            "TransformOutput": shared.encrypted(
                {"S3OutputPath": plan.raw.uri, "Accept": JSONL, "AssembleWith": "None"}
            ),
            "Tags": shared.tags,
            **transform_resources(self.environment, plan),
        }


def _container(running: Mapping[str, Any], package: ModelPackage) -> dict[str, Any]:
    """Return a container as it runs; in the model's place, the version that is asked for.

    Spelled out rather than by ModelPackageName, so that any version can be tried.
    """
    if running["ContainerHostname"] != MODEL_CONTAINER:
        return {name: running[name] for name in _COPIED if name in running}
    return {
        "Image": package.image,
        "ModelDataUrl": package.model_data_url,
        "Environment": {**package.environment, **running.get("Environment", {})},
    }
