"""Build the CreateModel and CreateTransformJob requests of a batch."""

from typing import Any

from autogluon_contracts.content_types import OF_FORMAT
from autogluon_contracts.documents.server_limits import TIMEOUT_VARIABLE
from autogluon_contracts.documents.transform_batch import (
    MOST_PIECES,
    PIECE_CHARACTERS,
    TransformBatch,
)
from autogluon_contracts.quality_gate import APPROVED
from autogluon_lambdas.logic.batch.batch_plan import BatchPlan
from autogluon_lambdas.logic.batch.data import BatchData
from autogluon_lambdas.logic.batch.transform_options import TransformOptions
from autogluon_lambdas.logic.registry.model_choice import how_to_approve
from autogluon_lambdas.logic.sagemaker.accepted_fields import require_accepted
from autogluon_lambdas.logic.sagemaker.channels import s3_data_source
from autogluon_lambdas.logic.sagemaker.shared_settings import JobInstances, SharedSettings
from autogluon_lambdas.logic.transform.split_mode import TransformMode
from autogluon_lambdas.models.environment import Environment
from autogluon_lambdas.models.errors import InvalidDataError, InvalidInputError
from autogluon_lambdas.models.model_package import ModelPackage

_WHERE = {
    "delimiter": "input.data: the cells are not separated by commas",
    "on_error": 'input.on_error: got "row"',
    "contributions": "input.contributions: got true",
    "artifact_model": "input.artifact_model: given",
}
"""Of keys that came after release 0.1: what the input asks for."""


def model_request(environment: Environment, plan: BatchPlan) -> dict[str, Any]:
    """Return CreateModel with the version's own container.

    Spelled out rather than by ModelPackageName, so that a version that is not approved can be tried
    on a batch. Only SageMaker itself may pull the image of a Marketplace's algorithm: a version of
    an algorithm resource is named.

    Raises InvalidInputError for a version of an algorithm that is not approved.
    """
    request = {
        "ModelName": plan.job_name,
        "PrimaryContainer": _container(plan.package, plan.spec.algorithm_arn),
        **SharedSettings(environment, plan.tags(), plan.spec.network_isolation).model(),
    }
    return require_accepted("CreateModel", request)


def _container(package: ModelPackage, algorithm_arn: str | None) -> dict[str, Any]:
    if algorithm_arn is None:
        return {
            "Image": package.image,
            "ModelDataUrl": package.model_data_url,
            "Environment": dict(package.environment),
        }
    if package.status != APPROVED:
        raise InvalidInputError(
            f"input.model: version {package.version} is not approved (it is {package.status}), and "
            "SageMaker makes models of an algorithm's versions only after their approval.",
            advice=how_to_approve(package.arn),
        )
    return {"ModelPackageName": package.arn}


def transform_job_request(
    environment: Environment,
    plan: BatchPlan,
    data: BatchData,
    mode: TransformMode,
    *,
    reads_batch: bool,
) -> dict[str, Any]:
    """Return CreateTransformJob; raises InvalidDataError when there are too many columns.

    With `reads_batch`, containers read how the files are made.
    """
    shared = SharedSettings(environment, plan.tags(), plan.spec.network_isolation)
    request: dict[str, Any] = {
        "TransformJobName": plan.job_name,
        "ModelName": plan.job_name,
        "BatchStrategy": mode.batch_strategy,
        "MaxPayloadInMB": mode.max_payload_mb,
        "MaxConcurrentTransforms": mode.max_concurrent_transforms,
        "ModelClientConfig": model_client(plan.transform),
        "Environment": {
            TIMEOUT_VARIABLE: str(plan.transform.timeout_seconds),
            **(_batch_environment(plan, data) if reads_batch else {}),
        },
        "TransformInput": {
            "DataSource": {"S3DataSource": s3_data_source(data.files, plan.manifest)},
            "ContentType": OF_FORMAT[data.files.format],
            "CompressionType": "None",
            "SplitType": mode.split_type,
        },
        "TransformOutput": shared.encrypted(
            {
                "S3OutputPath": plan.raw.uri,
                "Accept": OF_FORMAT[plan.asked.output_format],
                "AssembleWith": mode.split_type,
            }
        ),
        "Tags": shared.tags,
        **transform_resources(environment, plan),
    }
    return request


def model_client(options: TransformOptions) -> dict[str, int]:
    """Return how long a request may take, and how often it is sent again."""
    return {
        "InvocationsTimeoutInSeconds": options.timeout_seconds,
        "InvocationsMaxRetries": options.max_retries,
    }


def transform_resources(environment: Environment, plan: BatchPlan) -> dict[str, Any]:
    """Return the members of the request that differ from instance type to instance type."""
    shared = SharedSettings(environment, plan.tags(), plan.spec.network_isolation)
    instances = JobInstances(plan.instance_type, plan.instance_count)
    resources = shared.transform(instances)["TransformResources"]
    if plan.transform.transform_ami_version is not None:
        resources["TransformAmiVersion"] = plan.transform.transform_ami_version
    return {"TransformResources": resources}


def _batch_environment(plan: BatchPlan, data: BatchData) -> dict[str, str]:
    """Return `AUTOGLUON_BATCH`, in numbered pieces where it exceeds 10,000 characters."""
    asked = plan.asked
    if asked.output_format == "parquet":
        raise InvalidInputError('input.output_format: "parquet" needs the bulk engine.')
    layout = data.layout
    batch = TransformBatch(
        columns=layout.columns,
        has_header=layout.has_header,
        delimiter=layout.delimiter,
        id_column=layout.id_column,
        output=asked.output,
        output_format=asked.output_format,
        on_error=asked.on_error,
        contributions=asked.contributions,
        artifact_model=asked.artifact_model,
    )
    if batch.later_keys and _is_of_release_0_1(plan.package):
        name = batch.later_keys[0]
        raise InvalidInputError(
            f"{_WHERE[name]}, which the code in the artifact of version {plan.package.version}, "
            "trained by release 0.1, does not know.",
            advice="Train the predictor again"
            + (', or set input.engine to "bulk".' if plan.choice.has_bulk else "."),
        )
    variables = batch.to_environment()
    if len(variables) > MOST_PIECES:
        raise InvalidDataError(
            f"input.data: the column names have {len(batch.to_text()):,} characters, but a "
            f"transform job's environment holds at most {MOST_PIECES * PIECE_CHARACTERS:,}.",
            advice="Use Parquet, whose files carry their column names.",
        )
    return variables


def _is_of_release_0_1(package: ModelPackage) -> bool:
    """Return whether a training run of that release registered it: later ones record hashes."""
    return package.metadata.run is not None and package.artifact_sha256 is None
