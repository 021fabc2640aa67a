"""Names that several rooms agree on (docs/reference/contracts.md)."""

from autogluon_lambdas.models.location import S3Location

# Parameters of an endpoint's stack that say what it runs on.
INSTANCE_TYPE = "InstanceType"
INITIAL_INSTANCE_COUNT = "InitialInstanceCount"

# The value that follows the settings, from deployment to deployment.
AS_SETTINGS = "settings"


def model_package_group(environment: str, predictor: str) -> str:
    """The group that holds a predictor's model versions."""
    return f"autogluon-{environment}-{predictor}"


def runs_folder(artifact_bucket: str, predictor: str) -> S3Location:
    """Where SageMaker writes a predictor's training jobs' output (no trailing slash)."""
    return S3Location(artifact_bucket, f"{predictor}/runs")


def run_folder(artifact_bucket: str, predictor: str, job_name: str) -> S3Location:
    """One training run's folder, with trailing slash."""
    return S3Location(artifact_bucket, f"{predictor}/runs/{job_name}/")


def batch_folder(artifact_bucket: str, predictor: str, job_name: str) -> S3Location:
    """One batch's folder, with trailing slash."""
    return S3Location(artifact_bucket, f"{predictor}/batches/{job_name}/")


def name_to_resume(folder: S3Location) -> str:
    """The job name of the batch that made a batch folder, which `resume` takes."""
    return folder.key.rstrip("/").rpartition("/")[2]
