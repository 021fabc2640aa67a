"""Define the physical names that stacks, Lambdas, jobs and clients agree on."""

from __future__ import annotations

import hashlib
import re
from typing import Literal

from autogluon_contracts.s3_location import S3Location

Workflow = Literal[
    "train", "tune", "batch-predict", "promote", "drift", "process", "mirror-weights"
]
DeliveryTask = Literal["deploy", "diff"]
JobKind = Literal["Training", "Processing", "Transform"]

NO_MODEL = "none"
"""The live model parameter's value while no model is live."""
VARIANT = "AllTraffic"
"""SageMaker's name of the endpoint's main variant, so that its scaling and its metrics go on when
others are added beside it."""
PREFIX = "autogluon-"
"""What the names of all resources begin with that the project names."""
MAIN_VARIANT = "main"
"""What settings, runs and people call the main variant."""
SHADOW_VARIANT = "shadow"
"""The variant that gets a copy of each request, and whose answers are dropped."""
MODEL_CONTAINER = "model"
"""The hostname of the live model's container, where an endpoint has several."""
JOB_KINDS: tuple[JobKind, ...] = ("Training", "Processing", "Transform")
"""The kinds of SageMaker's jobs that have a log group each; a tuning job's are training jobs."""

INSTANCE_TYPE_PARAMETER = "InstanceType"
"""The endpoint stack's parameter for its instance type."""
INITIAL_INSTANCE_COUNT_PARAMETER = "InitialInstanceCount"
"""The endpoint stack's parameter for its number of instances."""
ENGINE_PARAMETER = "ServingEngine"
"""The endpoint stack's parameter for what the endpoint predicts with."""
SCALING_PARAMETER = "Scaling"
"""The endpoint stack's parameter for whether it scales now; off only while its type changes."""
SCALING_ON, SCALING_OFF = "on", "off"
"""The values of that parameter."""
HOURS_ON, HOURS_OFF, ENDS = "hours-on", "hours-off", "ends"
"""The names of the schedules that `endpoint.hours` and `endpoint.ends` make."""
UPDATE_PARAMETER = "Update"
"""The endpoint stack's parameter for how the last promotion moved the requests."""
UPDATE_AT_ONCE = "at-once"
"""Its value where they all moved at once, whatever the settings say."""
SHARED_ENDPOINT_OUTPUT = "SharedEndpoint"
"""The output of a shared endpoint's stack that holds the endpoint's name in the settings."""
AS_SETTINGS = "settings"
"""The value of the other parameters that follows the settings, from deployment to deployment."""

WEIGHT_AS_SETTINGS = "9999"
"""The value of the parameters for weights, which are numbers, that follows the settings. No weight
is as great."""

DRIFT_METRIC = "DriftedColumns"
"""The CloudWatch metric of drift reports, by `PREDICTOR_DIMENSION`."""
PREDICTOR_DIMENSION = "Predictor"
"""The dimension of an environment's own metrics."""
CHECKPOINTS_PREFIX = "_checkpoints/"
"""What the keys of all checkpoints in the artifact bucket begin with."""
FOLDS_PREFIX = "_folds/"
"""What the keys of folds begin with that the hosts of training jobs exchange."""

IMPORTED_RUN = "import-"
"""What the folders of imported versions begin with, among those of runs."""

_LONGEST_JOB_NAME = 63  # SageMaker
_LONGEST_TUNING_JOB_NAME = 32  # SageMaker, whose trials add a number and a digest
_LONGEST_EXECUTION_PART = 24
_DIGEST_LENGTH = 8
_LONGEST_ATTEMPT = len("-try000")


def whole_environment(environment: str) -> str:
    """Return the name of what an environment has one of, with which all its other names begin."""
    return f"autogluon-{environment}"


def all_of(environment: str) -> str:
    """Return the pattern of the names of an environment's resources."""
    return f"{whole_environment(environment)}-*"


def foundation_stack(environment: str) -> str:
    """Return the name of the stack that keeps data."""
    return f"autogluon-{environment}-foundation"


def workflows_stack(environment: str) -> str:
    """Return the name of the stack that holds the Lambdas and state machines."""
    return f"autogluon-{environment}-workflows"


def delivery_stack(environment: str) -> str:
    """Return the name of the stack that holds the roles of CI."""
    return f"autogluon-{environment}-delivery"


def assets_folder(environment: str) -> str:
    """Return where an environment's files are in the bucket of the CDK's bootstrap."""
    return f"autogluon-{environment}/"


def delivery_role(environment: str, region: str, task: DeliveryTask) -> str:
    """Return the name of a role of CI; roles of all regions share an account's names."""
    return f"autogluon-{environment}-{region}-{task}"


def endpoint_stack(environment: str, predictor: str) -> str:
    """Return the name of the stack that holds one predictor's endpoint."""
    return f"autogluon-{environment}-{predictor}-endpoint"


def endpoint(environment: str, predictor: str) -> str:
    """Return the name of one predictor's endpoint."""
    return f"autogluon-{environment}-{predictor}"


def shared_endpoint_stack(environment: str, name: str) -> str:
    """Return the name of the stack that holds an endpoint which predictors share."""
    return f"autogluon-{environment}-{name}-shared"


def shared_endpoint_description(environment: str, name: str) -> str:
    """Return the description of that stack, which also one has whose creation failed."""
    return f"Endpoint {name} that predictors of autogluon-{environment} share"


def component(environment: str, predictor: str) -> str:
    """Return the name of a predictor's inference component, that of an endpoint of its own."""
    return endpoint(environment, predictor)


def component_log_group(component: str) -> str:
    """Return the log group that SageMaker keeps for an inference component of this name."""
    return f"/aws/sagemaker/InferenceComponents/{component}"


def component_log_groups(environment: str) -> str:
    """Return what the log groups of an environment's inference components begin with."""
    return component_log_group(component(environment, ""))


def job_log_group(kind: JobKind) -> str:
    """Return the log group of SageMaker's jobs of a kind, which all environments share."""
    return f"/aws/sagemaker/{kind}Jobs"


def endpoint_log_group(endpoint: str) -> str:
    """Return the log group that SageMaker keeps for an endpoint of this name."""
    return f"/aws/sagemaker/Endpoints/{endpoint}"


def endpoint_log_groups(environment: str) -> str:
    """Return what the log groups of an environment's endpoints begin with."""
    return endpoint_log_group(endpoint(environment, ""))


def model_package_group(environment: str, predictor: str) -> str:
    """Return the name of the group of one predictor's model versions."""
    return f"autogluon-{environment}-{predictor}"


def state_machine(environment: str, workflow: Workflow) -> str:
    """Return the name of a state machine."""
    return f"autogluon-{environment}-{workflow}"


def schedule_group(environment: str) -> str:
    """Return the name of the group of an environment's schedules."""
    return whole_environment(environment)


def schedule(predictor: str, name: str) -> str:
    """Return the name of one of a predictor's schedules within the group."""
    return f"{predictor}.{name}"


def own_alarms(environment: str) -> str:
    """Return the pattern of an environment's alarms, which are named after their stacks."""
    return all_of(environment)


def predictor_prefix(environment: str) -> str:
    """Return the path of the SSM parameters of all predictors."""
    return f"/autogluon/{environment}/predictors"


def spec_parameter(environment: str, predictor: str) -> str:
    """Return the name of the SSM parameter with one predictor's spec."""
    return f"{predictor_prefix(environment)}/{predictor}/spec"


def live_model_parameter(environment: str, predictor: str, variant: str = MAIN_VARIANT) -> str:
    """Return the name of the SSM parameter with the live model of a predictor, or of a variant.

    Example:
        >>> live_model_parameter("prod", "income", "challenger")
        '/autogluon/prod/predictors/income/variants/challenger/live-model'
    """
    return f"{predictor_prefix(environment)}/{predictor}/{live_model_path(variant)}"


def live_model_path(variant: str = MAIN_VARIANT) -> str:
    """Return where a variant's live model is below its predictor's path."""
    return "live-model" if variant == MAIN_VARIANT else f"variants/{variant}/live-model"


def production_variant(variant: str) -> str:
    """Return SageMaker's name of a variant."""
    return VARIANT if variant == MAIN_VARIANT else variant


def variant_named(production_variant: str) -> str:
    """Return what people call a variant, by SageMaker's name."""
    return MAIN_VARIANT if production_variant == VARIANT else production_variant


def weight_parameter(variant: str) -> str:
    """Return the endpoint stack's parameter for a variant's weight."""
    return f"Weight{pascal_case(variant)}"


def predictors_source_parameter(environment: str) -> str:
    """Return the name of the SSM parameter that says which file the specs were written from."""
    return f"/autogluon/{environment}/predictors-source"


def kept_live_model_prefix(environment: str) -> str:
    """Return the path of what keeps live models while their parameters leave Foundation."""
    return f"/autogluon/{environment}/kept-live-models"


def kept_live_model_parameter(environment: str, predictor: str) -> str:
    """Return the name of the SSM parameter that keeps one predictor's live model meanwhile."""
    return f"{kept_live_model_prefix(environment)}/{predictor}"


def deployment_parameter(environment: str) -> str:
    """Return the name of the SSM parameter that says where everything is."""
    return f"/autogluon/{environment}/deployment"


def more_predictors_parameter(environment: str, number: int | str) -> str:
    """Return the name of a parameter with predictors that the one above has no room for."""
    return f"{deployment_parameter(environment)}/predictors/{number}"


def pascal_case(name: str) -> str:
    """Return `HousePrices` for `house-prices`, for construct ids."""
    return "".join(part.capitalize() for part in name.split("-"))


def runs_folder(artifact_bucket: str, predictor: str) -> S3Location:
    """Return where SageMaker writes a predictor's training output (no trailing slash)."""
    return S3Location(artifact_bucket, f"{predictor}/runs")


def uploads_folder(data_bucket: str, predictor: str) -> S3Location:
    """Return where the client puts data of runs unless it is told otherwise (no trailing slash)."""
    return S3Location(data_bucket, f"{predictor}/uploads")


def run_folder(artifact_bucket: str, predictor: str, job_name: str) -> S3Location:
    """Return one training run's folder, with trailing slash."""
    return S3Location(artifact_bucket, f"{predictor}/runs/{job_name}/")


def checkpoint_folder(artifact_bucket: str, predictor: str, job_name: str) -> S3Location:
    """Return where SageMaker keeps a training run's checkpoint, with trailing slash.

    Outside of the run's folder, so that a rule of the bucket can expire checkpoints. No predictor
    has a name that begins with an underscore.
    """
    return S3Location(artifact_bucket, f"{CHECKPOINTS_PREFIX}{predictor}/{job_name}/")


def folds_folder(artifact_bucket: str, predictor: str, job_name: str) -> S3Location:
    """Return where the hosts of a training run exchange folds, with trailing slash.

    Outside of the run's folder, as checkpoints are.
    """
    return S3Location(artifact_bucket, f"{FOLDS_PREFIX}{predictor}/{job_name}/")


def report_file(folder: S3Location, name: str) -> S3Location:
    """Return one of the files that a training run's summary keeps, such as `metrics.json`."""
    return folder.child(f"report/{name}")


def batch_folder(artifact_bucket: str, predictor: str, job_name: str) -> S3Location:
    """Return one batch's folder, with trailing slash."""
    return S3Location(artifact_bucket, f"{predictor}/batches/{job_name}/")


def weights_sets(artifact_bucket: str) -> S3Location:
    """Return the folder of all mirrored weights, with trailing slash."""
    return S3Location(artifact_bucket, "weights/sets/")


def weights_records(artifact_bucket: str) -> S3Location:
    """Return the folder of the records of mirrored weights, with trailing slash."""
    return S3Location(artifact_bucket, "weights/records/")


def weights_record(artifact_bucket: str, name: str) -> S3Location:
    """Return the record of a set of mirrored weights, which makes the set usable."""
    return weights_records(artifact_bucket).child(f"{name}.json")


def mirror_folder(artifact_bucket: str, job_name: str) -> S3Location:
    """Return the folder of a mirroring job's own files, with trailing slash."""
    return S3Location(artifact_bucket, f"weights/jobs/{job_name}/")


def async_folder(artifact_bucket: str, predictor: str) -> S3Location:
    """Return where an asynchronous endpoint writes, with trailing slash."""
    return S3Location(artifact_bucket, f"{predictor}/asynchronous/")


def async_answers_folder(artifact_bucket: str, predictor: str) -> S3Location:
    """Return where an asynchronous endpoint's answers go (no trailing slash)."""
    return async_folder(artifact_bucket, predictor).child("answers")


def async_failures_folder(artifact_bucket: str, predictor: str) -> S3Location:
    """Return where the errors of its container go (no trailing slash)."""
    return async_folder(artifact_bucket, predictor).child("failures")


def captured_folder(artifact_bucket: str, predictor: str) -> S3Location:
    """Return where an endpoint's captured requests go (no trailing slash)."""
    return S3Location(artifact_bucket, f"{predictor}/captured")


def captured_hour(artifact_bucket: str, environment: str, predictor: str, hour: str) -> S3Location:
    """Return the folder of one hour's captured requests, with trailing slash.

    SageMaker makes it (guide, "Capture data from real-time endpoint").

    Args:
        artifact_bucket: the bucket's name.
        environment: the environment's name.
        predictor: the predictor's name.
        hour: in UTC, such as `2026/11/29/03`.
    """
    folder = captured_folder(artifact_bucket, predictor)
    return folder.child(f"{endpoint(environment, predictor)}/{VARIANT}/{hour}/")


def drift_folder(artifact_bucket: str, predictor: str, job_name: str) -> S3Location:
    """Return one drift run's folder, with trailing slash."""
    return S3Location(artifact_bucket, f"{predictor}/drift/{job_name}/")


def processing_folder(artifact_bucket: str, predictor: str, job_name: str) -> S3Location:
    """Return one processing run's folder, with trailing slash."""
    return S3Location(artifact_bucket, f"{predictor}/processing/{job_name}/")


def processing_output(folder: S3Location, name: str) -> S3Location:
    """Return the folder of one of a processing run's outputs, with trailing slash.

    Example:
        >>> folder = processing_folder("artifacts", "income", "income-monday-ce3e111b")
        >>> processing_output(folder, "train").uri
        's3://artifacts/income/processing/income-monday-ce3e111b/outputs/train/'
    """
    return folder.child(f"outputs/{name}/")


def metric_namespace(environment: str) -> str:
    """Return the CloudWatch namespace of an environment's own metrics."""
    return whole_environment(environment)


def promotion_lock(artifact_bucket: str, predictor: str) -> S3Location:
    """Return the object that says which execution promotes a model of the predictor."""
    return S3Location(artifact_bucket, f"{predictor}/promotion.lock")


def name_to_resume(folder: S3Location) -> str:
    """Return the job name of the batch that made a batch folder, which `resume` takes."""
    return folder.key.rstrip("/").rpartition("/")[2]


def execution_digest(execution_arn: str, length: int = _DIGEST_LENGTH) -> str:
    """Return the first `length` hexadecimal digits of the SHA-256 of an execution's ARN."""
    return hashlib.sha256(execution_arn.encode()).hexdigest()[:length]


def job_name(
    predictor: str, execution_arn: str, *, group: int | None = None, attempt: int = 1
) -> str:
    """Return the name of the SageMaker job that an execution starts.

    `<predictor>-<execution name>-<8 hex of the SHA-256 of the ARN>`, at most 63 characters of
    `[A-Za-z0-9-]`: the execution's part has at most 24 and shrinks as needed.

    Args:
        predictor: the predictor's name.
        execution_arn: ends in `:<execution name>`.
        group: the number of one of a batch's several jobs; `-<4 digits>` follows.
        attempt: the number of a job whose predecessors never started, because there was no
            capacity; from 2 on, `-try<number>` follows.

    Example:
        >>> job_name("income", "arn:aws:states:us-east-1:123456789012:execution:m:monday")
        'income-monday-ce3e111b'
    """
    if attempt > 1:
        return f"{later_job_names(predictor, execution_arn, group=group)}{attempt}"
    return _job_name(predictor, execution_arn, group, reserved=0)


def attempt_of(job: str) -> int:
    """Return the number in the name of a job: 1 where the first attempt found instances."""
    found = re.search(r"-try(\d+)$", job)
    return int(found[1]) if found else 1


def later_job_names(predictor: str, execution_arn: str, *, group: int | None = None) -> str:
    """Return what the names of a job's attempts from the second on have before their number."""
    return f"{_job_name(predictor, execution_arn, group, reserved=_LONGEST_ATTEMPT)}-try"


def _job_name(predictor: str, execution_arn: str, group: int | None, *, reserved: int) -> str:
    ending = f"-{execution_digest(execution_arn)}" + ("" if group is None else f"-{group:04}")
    room = _LONGEST_JOB_NAME - len(predictor) - len("-") - len(ending) - reserved
    name = re.sub(r"[^A-Za-z0-9-]", "-", execution_arn.rpartition(":")[2])
    return f"{predictor}-{name[: min(_LONGEST_EXECUTION_PART, room)]}{ending}"


def approval_run(predictor: str, version_arn: str) -> str:
    """Return the name of the run that promotes a version because it was approved.

    One version, one name, so that Step Functions starts one run however often it is asked.

    Example:
        >>> version = "arn:aws:sagemaker:eu-west-1:123456789012:model-package/autogluon-prod-age/3"
        >>> approval_run("age", version)
        'approved-age-3-c6db3269'
    """
    number = version_arn.rpartition("/")[2]
    return f"approved-{predictor}-{number}-{execution_digest(version_arn)}"


def stage_run(predictor: str, version_arn: str) -> str:
    """Return the name of the run that promotes a version for its stage; one for each version."""
    number = version_arn.rpartition("/")[2]
    return f"staged-{predictor}-{number}-{execution_digest(version_arn)}"


def scheduled_run(predictor: str, schedule: str, scheduled_time: str) -> str:
    """Return the name of the run that a schedule starts at a time.

    One time, one name, so that Step Functions starts one run however often Scheduler delivers.

    Args:
        predictor: the predictor's name.
        schedule: the schedule's name in the settings.
        scheduled_time: as EventBridge Scheduler says it.

    Example:
        >>> scheduled_run("income", "nightly", "2026-11-29T03:00:00Z")
        'nightly-20261129-0300-income'
    """
    moment = re.sub(r"[^0-9]", "", scheduled_time)
    return f"{schedule}-{moment[:8]}-{moment[8:12]}-{predictor}"


def tuning_job_name(predictor: str, execution_arn: str) -> str:
    """Return the name of the tuning job that an execution starts.

    As `job_name`, within SageMaker's 32 characters: beginnings of the predictor's and of the
    execution's name, and the digest that tells executions apart.

    Example:
        >>> tuning_job_name("income", "arn:aws:states:us-east-1:123456789012:execution:m:monday")
        'income-monday-ce3e111b'
    """
    name = job_name(predictor, execution_arn)
    beginning, _, digest = name.rpartition("-")
    return f"{beginning[: _LONGEST_TUNING_JOB_NAME - len(digest) - 1].rstrip('-')}-{digest}"


def beginning_of_jobs(predictor: str) -> str:
    """Return how the names of all SageMaker jobs of a predictor begin, trials included.

    Jobs of other predictors may begin so, too.
    """
    # The shortest that `tuning_job_name` leaves of a long name.
    return predictor[: _LONGEST_TUNING_JOB_NAME - len("--12345678")]


def execution_name_in(job: str, predictor: str) -> str | None:
    """Return the execution's name within a job's name, as far as the job's name holds it."""
    pattern = rf"{re.escape(predictor)}-(?P<name>.+)-[0-9a-f]{{8}}(-try\d+)?"
    found = re.fullmatch(pattern, job)
    return found["name"] if found else None
