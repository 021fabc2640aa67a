"""Predict files with any model of the account, also of other tools, by a transform job."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from autogluon_client.aws_errors import explained
from autogluon_client.environment.connection import Connection
from autogluon_client.errors import (
    ExecutionFailedError,
    InvalidArgumentError,
    NotFoundError,
    NotSupportedError,
)
from autogluon_client.executions.progress import Progress
from autogluon_contracts.s3_location import S3Location
from autogluon_contracts.suggestions import did_you_mean
from autogluon_contracts.wording import listed

_POLL_SECONDS = 5.0
_MOST_NAME = 63
_ENDED = ("Completed", "Failed", "Stopped")
# Where CreateTransformJob has what SageMaker's Python SDK calls by these names.
_PLACES: Mapping[str, tuple[str, ...]] = {
    "strategy": ("BatchStrategy",),
    "max_payload": ("MaxPayloadInMB",),
    "max_concurrent_transforms": ("MaxConcurrentTransforms",),
    "env": ("Environment",),
    "content_type": ("TransformInput", "ContentType"),
    "compression_type": ("TransformInput", "CompressionType"),
    "split_type": ("TransformInput", "SplitType"),
    "data_type": ("TransformInput", "DataSource", "S3DataSource", "S3DataType"),
    "accept": ("TransformOutput", "Accept"),
    "assemble_with": ("TransformOutput", "AssembleWith"),
    "output_kms_key": ("TransformOutput", "KmsKeyId"),
    "volume_kms_key": ("TransformResources", "VolumeKmsKeyId"),
    "transform_ami_version": ("TransformResources", "TransformAmiVersion"),
    "input_filter": ("DataProcessing", "InputFilter"),
    "output_filter": ("DataProcessing", "OutputFilter"),
    "join_source": ("DataProcessing", "JoinSource"),
    "timeout_seconds": ("ModelClientConfig", "InvocationsTimeoutInSeconds"),
    "max_retries": ("ModelClientConfig", "InvocationsMaxRetries"),
}


@dataclass(frozen=True)
class Transformed:
    """A transform job that has begun.

    Attributes:
        job_name: its name.
        output_path: the S3 prefix where each input file gets one with `.out` behind its name.
    """

    job_name: str
    output_path: str


class AnyModel:
    """A handle to a model, as `CreateModel` makes it; creating it makes no request.

    Its container need not be AutoGluon's, and no environment needs to know it. A version of an
    environment's predictor is better asked by `CloudPredictor.predict`, which counts the rows.

    Args:
        model_name: the model's name.
        session: a boto3 session. Default: the ambient credentials.
        verbosity: as AutoGluon's: 0 prints nothing.

    Example:
        >>> model = AnyModel("somebody-elses")
        >>> job = model.transform(
        ...     "s3://bucket/new/", "s3://bucket/answers/", content_type="text/csv"
        ... )  # doctest: +SKIP
    """

    def __init__(self, model_name: str, *, session: Any = None, verbosity: int = 2) -> None:
        self.model_name = model_name
        self._connection = Connection(None, session)
        self._progress = Progress(verbosity)

    @explained
    def transform(
        self,
        data: str,
        output_path: str,
        *,
        instance_type: str = "ml.m5.large",
        instance_count: int = 1,
        job_name: str | None = None,
        tags: Mapping[str, str] | None = None,
        wait: bool = True,
        **options: Any,
    ) -> Transformed:
        """Start a transform job and wait for it; Ctrl+C stops waiting, not the job.

        Args:
            data: an S3 object or prefix.
            output_path: an S3 prefix, to which the model's role can write.
            instance_type: where the model runs.
            instance_count: how many instances share the files.
            job_name: a name of up to 63 characters. Default: the model's with the time.
            tags: the job's.
            wait: whether to return only when the job has completed.
            options: by the names of SageMaker's SDK: `strategy`, `max_payload` in MB,
                `max_concurrent_transforms`, `content_type`, `compression_type`, `split_type`,
                `data_type`, `accept`, `assemble_with`, `input_filter`, `output_filter`,
                `join_source`, `env`, `output_kms_key`, `volume_kms_key`; and `timeout_seconds` and
                `max_retries` of one request, `transform_ami_version`.

        Raises:
            NotSupportedError: an option of another name.
            InvalidArgumentError: `data` or `output_path` is not in S3.
            NotFoundError: the account has no model of that name in this region.
            ExecutionFailedError: the job failed or was stopped.
            AwsRequestError: SageMaker refuses the request; nothing was started.
        """
        name = job_name or f"{self.model_name[: _MOST_NAME - 16]}-{time.strftime('%y%m%d-%H%M%S')}"
        request = _request(data, output_path, options)
        request |= {"TransformJobName": name, "ModelName": self.model_name}
        request["TransformResources"] |= {
            "InstanceType": instance_type,
            "InstanceCount": instance_count,
        }
        if tags:
            request["Tags"] = [{"Key": key, "Value": value} for key, value in tags.items()]
        sagemaker = self._connection.client("sagemaker")
        self._require_model(sagemaker)
        arn = sagemaker.create_transform_job(**request)["TransformJobArn"]
        self._progress.say(f"Transform job {name} has begun.")
        if wait:
            self._follow(sagemaker, name, arn)
        return Transformed(name, output_path)

    def _require_model(self, sagemaker: Any) -> None:
        try:
            sagemaker.describe_model(ModelName=self.model_name)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ValidationException":
                raise
            raise NotFoundError(
                f"SageMaker has no model named {self.model_name!r} in this account and region.",
                advice="`aws sagemaker list-models` lists them.",
            ) from error

    def _follow(self, sagemaker: Any, name: str, arn: str) -> None:
        while True:
            found = sagemaker.describe_transform_job(TransformJobName=name)
            status = found["TransformJobStatus"]
            if status in _ENDED:
                break
            time.sleep(_POLL_SECONDS)
        if status != "Completed":
            raise ExecutionFailedError(
                execution_arn=arn,
                status="FAILED" if status == "Failed" else "ABORTED",
                error="TransformJobFailed" if status == "Failed" else "",
                cause=" ".join(found.get("FailureReason", "").split()),
            )
        self._progress.say(f"Transform job {name} has completed.")


def _request(data: str, output_path: str, options: Mapping[str, Any]) -> dict[str, Any]:
    for value, argument in ((data, "data"), (output_path, "output_path")):
        try:
            S3Location.parse(value)
        except ValueError as error:
            raise InvalidArgumentError(
                f"{argument}: {error}.",
                argument=argument,
                advice="Give an S3 address, such as s3://bucket/folder/.",
            ) from error
    source = {"S3DataType": "S3Prefix", "S3Uri": data}
    request: dict[str, Any] = {
        "TransformInput": {"DataSource": {"S3DataSource": source}},
        "TransformOutput": {"S3OutputPath": output_path},
        "TransformResources": {},
    }
    for option, value in options.items():
        if option not in _PLACES:
            raise NotSupportedError(
                f"transform does not take {option}{did_you_mean(option, _PLACES)}; allowed: "
                f"{listed(_PLACES)}.",
                argument=option,
            )
        *parents, member = _PLACES[option]
        place = request
        for parent in parents:
            place = place.setdefault(parent, {})
        place[member] = value
    return request
