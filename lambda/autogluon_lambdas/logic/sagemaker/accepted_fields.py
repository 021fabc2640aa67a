"""The request fields that Step Functions' integrations with SageMaker are known to accept.

Step Functions checks each request by a list of its own, which AWS does not publish. A field that is
missing there ends the execution with `States.Runtime`, which no Catch sees: no message, no cause.
So a planner sends only fields that have a source, and refuses a run that needs another one.

Sources: AWS's Step Functions Developer Guide of October 2021 (the last with lists of parameters);
the tasks of aws-cdk-lib 2.275; AWS's library aws-step-functions-data-science-sdk-python 2.3. The
embedded AWS has the whole list, field by field (integration_fields.yaml); this is what planners
send.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from autogluon_lambdas.models.errors import InvalidInputError

_TAGS = ("Tags.Key", "Tags.Value")
# StoppingCondition and CheckpointConfig: the data science SDK; EnableManagedSpotTraining: a
# maintainer in its issue 42.
_SPOT = (
    "CheckpointConfig.LocalPath",
    "CheckpointConfig.S3Uri",
    "EnableManagedSpotTraining",
    "StoppingCondition.MaxWaitTimeInSeconds",
)
_VPC = ("VpcConfig.SecurityGroupIds", "VpcConfig.Subnets")
_S3_SOURCE = "DataSource.S3DataSource"
# Maps, whose keys are free.
_MAPS = frozenset(
    {"HyperParameters", "Environment", "PrimaryContainer.Environment", "Containers.Environment"}
)
ACCEPTED: Mapping[str, frozenset[str]] = {
    "CreateTrainingJob": frozenset(
        {
            "TrainingJobName",
            "AlgorithmSpecification.AlgorithmName",
            "AlgorithmSpecification.TrainingImage",
            "AlgorithmSpecification.TrainingInputMode",
            "AlgorithmSpecification.MetricDefinitions.Name",
            "AlgorithmSpecification.MetricDefinitions.Regex",
            "HyperParameters",
            "InputDataConfig.ChannelName",
            "InputDataConfig.CompressionType",
            "InputDataConfig.ContentType",
            "InputDataConfig.InputMode",
            f"InputDataConfig.{_S3_SOURCE}.S3DataDistributionType",
            f"InputDataConfig.{_S3_SOURCE}.S3DataType",
            f"InputDataConfig.{_S3_SOURCE}.S3Uri",
            "OutputDataConfig.KmsKeyId",
            "OutputDataConfig.S3OutputPath",
            "ResourceConfig.InstanceCount",
            "ResourceConfig.InstanceType",
            "ResourceConfig.VolumeKmsKeyId",
            "ResourceConfig.VolumeSizeInGB",
            "RoleArn",
            "StoppingCondition.MaxRuntimeInSeconds",
            "EnableNetworkIsolation",
            *_SPOT,
            *_VPC,
            *_TAGS,
        }
    ),
    "CreateModel": frozenset(
        {
            "ModelName",
            "PrimaryContainer.Image",
            "PrimaryContainer.ModelDataUrl",
            "PrimaryContainer.ModelPackageName",
            "PrimaryContainer.Environment",
            "Containers.Image",
            "Containers.ModelDataUrl",
            "Containers.Environment",
            "ExecutionRoleArn",
            "EnableNetworkIsolation",
            *_VPC,
            *_TAGS,
        }
    ),
    "CreateTransformJob": frozenset(
        {
            "TransformJobName",
            "ModelName",
            "BatchStrategy",
            "MaxPayloadInMB",
            "MaxConcurrentTransforms",
            "ModelClientConfig.InvocationsMaxRetries",
            "ModelClientConfig.InvocationsTimeoutInSeconds",
            "Environment",
            f"TransformInput.{_S3_SOURCE}.S3DataType",
            f"TransformInput.{_S3_SOURCE}.S3Uri",
            "TransformInput.ContentType",
            "TransformInput.CompressionType",
            "TransformInput.SplitType",
            "TransformOutput.Accept",
            "TransformOutput.AssembleWith",
            "TransformOutput.KmsKeyId",
            "TransformOutput.S3OutputPath",
            "TransformResources.InstanceCount",
            "TransformResources.InstanceType",
            "TransformResources.VolumeKmsKeyId",
            *_TAGS,
        }
    ),
    "CreateProcessingJob": frozenset(
        {
            "ProcessingJobName",
            "AppSpecification.ContainerEntrypoint",
            "AppSpecification.ImageUri",
            "NetworkConfig.EnableNetworkIsolation",
            *(f"NetworkConfig.{path}" for path in _VPC),
            "ProcessingInputs.InputName",
            "ProcessingInputs.S3Input.LocalPath",
            "ProcessingInputs.S3Input.S3CompressionType",
            "ProcessingInputs.S3Input.S3DataDistributionType",
            "ProcessingInputs.S3Input.S3DataType",
            "ProcessingInputs.S3Input.S3InputMode",
            "ProcessingInputs.S3Input.S3Uri",
            "ProcessingOutputConfig.KmsKeyId",
            "ProcessingOutputConfig.Outputs.OutputName",
            "ProcessingOutputConfig.Outputs.S3Output.LocalPath",
            "ProcessingOutputConfig.Outputs.S3Output.S3UploadMode",
            "ProcessingOutputConfig.Outputs.S3Output.S3Uri",
            "ProcessingResources.ClusterConfig.InstanceCount",
            "ProcessingResources.ClusterConfig.InstanceType",
            "ProcessingResources.ClusterConfig.VolumeKmsKeyId",
            "ProcessingResources.ClusterConfig.VolumeSizeInGB",
            "RoleArn",
            "StoppingCondition.MaxRuntimeInSeconds",
            *_TAGS,
        }
    ),
}


def integration_for(operation: str, request: Mapping[str, Any]) -> str:
    """Return `optimised`, or `sdk` for a request with a field that only the SDK's is known to take.

    Example:
        >>> integration_for("CreateTransformJob", {"DataCaptureConfig": {}})
        'sdk'
    """
    known = ACCEPTED[operation]
    return "optimised" if all(path in known for path in _paths(request, "")) else "sdk"


def require_accepted(operation: str, request: dict[str, Any]) -> dict[str, Any]:
    """Return the request; raises InvalidInputError naming a field that has no source."""
    for path in _paths(request, ""):
        if path not in ACCEPTED[operation]:
            raise InvalidInputError(
                f"{operation} needs the field {path}, which Step Functions is not known to accept: "
                "it would end the execution without a message."
            )
    return request


def _paths(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, Mapping) and path not in _MAPS:
        for key, member in value.items():
            yield from _paths(member, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        for member in value:
            yield from _paths(member, path)
    else:
        yield path
