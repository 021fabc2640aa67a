"""Build the environment of a model's container: its script and how it joins requests."""

from autogluon_contracts.documents.image_locations import ImageLocations
from autogluon_contracts.documents.predictor_spec import PredictorSpec, ServerSpec, ServingSpec
from autogluon_contracts.documents.server_limits import (
    GUNICORN_VARIABLE,
    PROGRAM,
    PROGRAM_VARIABLE,
    TIMEOUT_VARIABLE,
    TORCHSERVE_REQUEST_VARIABLE,
    TORCHSERVE_RESPONSE_VARIABLE,
    VARIABLE,
    ServerLimits,
)
from autogluon_contracts.jobs.scheduled_locations import DATA_BUCKET
from autogluon_contracts.predictor_types import predictor_type
from autogluon_contracts.predictor_types.built_in import BuiltInAlgorithm

# Longer than clients keep idle connections (botocore: 60 s), so that the server closes none that a
# request is just being sent on.
_KEEP_ALIVE_SECONDS = 75
# The largest MaxPayloadInMB of CreateTransformJob. TorchServe's own limit is 6,553,500 bytes.
_LARGEST_PAYLOAD_BYTES = 100 * 1024 * 1024

# What SageMaker's Python SDK sets for models with a script (`sagemaker.model`, 2.257).
_SUBMIT_DIRECTORY, _CODE = "SAGEMAKER_SUBMIT_DIRECTORY", "/opt/ml/model/code"


def environment_of(spec: PredictorSpec, data_bucket: str) -> dict[str, str]:
    """Return the environment variables of the containers of a predictor's models.

    Args:
        spec: the predictor's.
        data_bucket: the name of the environment's bucket for data.
    """
    if spec.runs_autogluon:
        return serving_environment(spec.serving) | _images(spec.serving, data_bucket)
    timeout = {TIMEOUT_VARIABLE: str(spec.serving.request_timeout_seconds)}
    algorithm = predictor_type(spec.type)
    if isinstance(algorithm, BuiltInAlgorithm):
        is_honoured = "request_timeout_seconds" in algorithm.honoured_serving
        return {**(timeout if is_honoured else {}), **algorithm.server_variables}
    if spec.script is None or spec.script.inference is None:  # the image serves by itself
        return timeout
    return {**timeout, PROGRAM_VARIABLE: spec.script.inference, _SUBMIT_DIRECTORY: _CODE}


def serving_environment(serving: ServingSpec) -> dict[str, str]:
    """Return what the container and the serving script read.

    The 1.6 image starts Gunicorn with one `sync` worker; `GUNICORN_CMD_ARGS` overrides that. The
    images before serve with TorchServe.
    """
    environment = {
        PROGRAM_VARIABLE: PROGRAM,
        TIMEOUT_VARIABLE: str(serving.request_timeout_seconds),
    }
    server = serving.server
    if server is None:
        return environment | {
            TORCHSERVE_REQUEST_VARIABLE: str(_LARGEST_PAYLOAD_BYTES),
            TORCHSERVE_RESPONSE_VARIABLE: str(_LARGEST_PAYLOAD_BYTES),
        }
    limits = ServerLimits(
        workers=server.workers,
        max_batch_rows=server.max_batch_rows,
        max_wait_ms=server.max_wait_ms,
        joining=server.joining,
        max_queued_requests=server.max_queued_requests,
    )
    return {
        **environment,
        GUNICORN_VARIABLE: _gunicorn_arguments(server),
        VARIABLE: limits.to_text(),
    }


def _images(serving: ServingSpec, data_bucket: str) -> dict[str, str]:
    if not serving.image_locations:
        return {}
    found = (each.replace(DATA_BUCKET, data_bucket) for each in serving.image_locations)
    return {ImageLocations.NAME: ImageLocations(locations=tuple(found)).to_text()}


def _gunicorn_arguments(server: ServerSpec) -> str:
    arguments = [
        "--worker-class gthread",
        f"--workers {server.workers}",
        f"--threads {server.threads}",
        f"--keep-alive {_KEEP_ALIVE_SECONDS}",
    ]
    if server.preload:
        arguments.append("--preload")
    return " ".join(arguments)
