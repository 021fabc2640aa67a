"""The request members that the embedded AWS supports; it refuses any other by name.

A path names a member and everything below it; list positions are left out of paths. A tuple lists
the supported values: SageMaker would act on any other, and this endpoint would ignore it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from embedded_aws.gateway import ApiCall
from embedded_aws.sagemaker.errors import unsupported

Honoured = Mapping[str, tuple[Any, ...] | None]


def members(*paths: str) -> dict[str, tuple[Any, ...] | None]:
    """Return paths whose values are not limited."""
    return dict.fromkeys(paths)


_BLUE_GREEN = "DeploymentConfig.BlueGreenUpdatePolicy"
_ROLLING = "DeploymentConfig.RollingUpdatePolicy"
_DEPLOYMENT: Honoured = members(
    f"{_BLUE_GREEN}.TrafficRoutingConfiguration.Type",
    f"{_BLUE_GREEN}.TrafficRoutingConfiguration.WaitIntervalInSeconds",
    f"{_BLUE_GREEN}.TrafficRoutingConfiguration.CanarySize",
    f"{_BLUE_GREEN}.TrafficRoutingConfiguration.LinearStepSize",
    f"{_BLUE_GREEN}.TerminationWaitInSeconds",
    f"{_BLUE_GREEN}.MaximumExecutionTimeoutInSeconds",
    # Without RollbackMaximumBatchSize: a rollback brings all instances back at once.
    f"{_ROLLING}.MaximumBatchSize",
    f"{_ROLLING}.WaitIntervalInSeconds",
    f"{_ROLLING}.MaximumExecutionTimeoutInSeconds",
    "DeploymentConfig.AutoRollbackConfiguration.Alarms.AlarmName",
)

_TRAINING_JOB: Honoured = {
    **members("TrainingJobName", "HyperParameters", "RoleArn", "Tags", "Environment"),
    **members("AlgorithmSpecification.TrainingImage", "AlgorithmSpecification.AlgorithmName"),
    "AlgorithmSpecification.TrainingInputMode": ("File", "FastFile"),
    "AlgorithmSpecification.EnableSageMakerMetricsTimeSeries": (False,),
    **members(
        "AlgorithmSpecification.MetricDefinitions",
        "AlgorithmSpecification.ContainerEntrypoint",
        "AlgorithmSpecification.ContainerArguments",
        "InputDataConfig.ChannelName",
        "InputDataConfig.ContentType",
        "InputDataConfig.DataSource.S3DataSource.S3Uri",
    ),
    "InputDataConfig.CompressionType": ("None",),
    "InputDataConfig.RecordWrapperType": ("None",),
    "InputDataConfig.InputMode": ("File", "FastFile"),
    "InputDataConfig.DataSource.S3DataSource.S3DataType": ("S3Prefix", "ManifestFile"),
    **members("InputDataConfig.DataSource.S3DataSource.S3DataDistributionType"),
    **members("OutputDataConfig", "StoppingCondition"),
    **members("ResourceConfig.InstanceType", "ResourceConfig.VolumeSizeInGB"),
    **members("ResourceConfig.VolumeKmsKeyId"),
    **members("ResourceConfig.InstanceCount", "ResourceConfig.KeepAlivePeriodInSeconds"),
    # Traffic between containers does not leave this machine.
    **members("EnableNetworkIsolation", "EnableInterContainerTrafficEncryption"),
    # Checked, as far as it can be; the container runs on this machine.
    **members("VpcConfig.SecurityGroupIds", "VpcConfig.Subnets"),
    # SageMaker itself never fails here: there is nothing to retry. Spot capacity is reclaimed only
    # by the fault `spot-interruption`.
    **members("EnableManagedSpotTraining", "RetryStrategy", "CheckpointConfig"),
    # The debugger's hook writes only from scripts that import `smdebug`, which the image lacks;
    # SageMaker's SDK 2 always sends it. `training_jobs.py` says so once.
    **members("DebugHookConfig"),
    # Nothing profiles: ProfilingStatus is `Disabled`. SDK 2 asks for it by default, with these.
    **members("ProfilerConfig.S3OutputPath", "ProfilerConfig.DisableProfiler"),
    "RemoteDebugConfig.EnableRemoteDebug": (False,),
}
# What a job has and the definition of a tuning job's jobs has not.
_NOT_IN_DEFINITION = (
    # Trials of an algorithm resource are judged by its tunable hyperparameters, which is not done.
    "AlgorithmSpecification.AlgorithmName",
    "TrainingJobName",
    "HyperParameters",
    "Tags",
    "AlgorithmSpecification.EnableSageMakerMetricsTimeSeries",
    "AlgorithmSpecification.ContainerEntrypoint",
    "AlgorithmSpecification.ContainerArguments",
    # Whether trials keep instances for each other is not documented.
    "ResourceConfig.KeepAlivePeriodInSeconds",
    "DebugHookConfig",
    "ProfilerConfig.S3OutputPath",
    "ProfilerConfig.DisableProfiler",
    "RemoteDebugConfig.EnableRemoteDebug",
)
_TUNING = "HyperParameterTuningJobConfig"
_TRAINING = "TrainingSpecification"
_TRIAL_RESOURCES = "TrainingJobDefinition.HyperParameterTuningResourceConfig"
_TUNING_JOB: Honoured = {
    **members("HyperParameterTuningJobName", "WarmStartConfig", "Tags"),
    # Not Hyperband: AWS does not publish how it counts the resource at which a trial ends.
    f"{_TUNING}.Strategy": ("Bayesian", "Random", "Grid"),
    **members(f"{_TUNING}.RandomSeed"),
    **members(f"{_TUNING}.HyperParameterTuningJobObjective", f"{_TUNING}.ResourceLimits"),
    **members(
        f"{_TUNING}.ParameterRanges.IntegerParameterRanges",
        f"{_TUNING}.ParameterRanges.ContinuousParameterRanges",
        f"{_TUNING}.ParameterRanges.CategoricalParameterRanges",
    ),
    **members(f"{_TUNING}.TrainingJobEarlyStoppingType"),
    **members(
        f"{_TUNING}.TuningJobCompletionCriteria.TargetObjectiveMetricValue",
        f"{_TUNING}.TuningJobCompletionCriteria.BestObjectiveNotImproving",
    ),
    # AWS does not publish how it detects convergence.
    f"{_TUNING}.TuningJobCompletionCriteria.ConvergenceDetected.CompleteOnConvergence": (
        "Disabled",
    ),
    **members("TrainingJobDefinition.StaticHyperParameters"),
    **{
        f"TrainingJobDefinition.{path}": values
        for path, values in _TRAINING_JOB.items()
        if path not in _NOT_IN_DEFINITION
    },
    **members(
        f"{_TRIAL_RESOURCES}.InstanceType",
        f"{_TRIAL_RESOURCES}.VolumeSizeInGB",
        f"{_TRIAL_RESOURCES}.VolumeKmsKeyId",
        f"{_TRIAL_RESOURCES}.InstanceConfigs.InstanceType",
        f"{_TRIAL_RESOURCES}.InstanceConfigs.VolumeSizeInGB",
    ),
    f"{_TRIAL_RESOURCES}.AllocationStrategy": ("Prioritized",),
    f"{_TRIAL_RESOURCES}.InstanceCount": (1,),
    f"{_TRIAL_RESOURCES}.InstanceConfigs.InstanceCount": (1,),
}


_MANAGED = "ProductionVariants.ManagedInstanceScaling"
_COMPONENT: Honoured = members(
    "InferenceComponentName",
    "Specification.ModelName",
    "Specification.StartupParameters",
    "Specification.ComputeResourceRequirements.NumberOfCpuCoresRequired",
    "Specification.ComputeResourceRequirements.MinMemoryRequiredInMb",
    # Not enforced here: the reservation decides where a copy is placed.
    "Specification.ComputeResourceRequirements.MaxMemoryRequiredInMb",
    "RuntimeConfig.CopyCount",
)


def _variants(member: str) -> Honoured:
    names = (
        "VariantName",
        "ModelName",
        "InitialInstanceCount",
        "InstanceType",
        "InstancePools.InstanceType",
        "InstancePools.Priority",
        # Here there is capacity at once, or never.
        "VariantInstanceProvisionTimeoutInSeconds",
        "InitialVariantWeight",
        "VolumeSizeInGB",
        "ModelDataDownloadTimeoutInSeconds",
        "ContainerStartupHealthCheckTimeoutInSeconds",
        "InferenceAmiVersion",
    )
    return {
        **members(*(f"{member}.{name}" for name in names)),
        f"{member}.RoutingConfig.RoutingStrategy": ("RANDOM", "LEAST_OUTSTANDING_REQUESTS"),
        f"{member}.EnableSSMAccess": (False,),
    }


def _container(member: str) -> Honoured:
    names = (
        "ContainerHostname",
        "Image",
        "ModelDataUrl",
        "ModelDataSource.S3DataSource.S3Uri",
        "ModelDataSource.S3DataSource.S3DataType",
        "ModelDataSource.S3DataSource.CompressionType",
        "Environment",
        "ModelPackageName",
    )
    return {
        **members(*(f"{member}.{name}" for name in names)),
        f"{member}.Mode": ("SingleModel",),
    }


HONOURED: Mapping[str, Honoured] = {
    "CreateTrainingJob": _TRAINING_JOB,
    "CreateHyperParameterTuningJob": _TUNING_JOB,
    "CreateModel": {
        **members("ModelName", "ExecutionRoleArn", "EnableNetworkIsolation", "Tags"),
        **_container("PrimaryContainer"),
        **_container("Containers"),
        **members("InferenceExecutionConfig.Mode"),
        **members("VpcConfig.SecurityGroupIds", "VpcConfig.Subnets"),
    },
    "CreateEndpointConfig": {
        **members("EndpointConfigName", "Tags", "KmsKeyId"),
        **_variants("ProductionVariants"),
        **members("ProductionVariants.ServerlessConfig"),
        # Where they are used, they host inference components.
        f"{_MANAGED}.Status": ("ENABLED", "DISABLED"),
        **members(f"{_MANAGED}.MinInstanceCount", f"{_MANAGED}.MaxInstanceCount"),
        f"{_MANAGED}.ScaleInPolicy.Strategy": ("IDLE_RELEASE",),
        **members("ExecutionRoleArn", "EnableNetworkIsolation"),
        **members("VpcConfig.SecurityGroupIds", "VpcConfig.Subnets"),
        **_variants("ShadowProductionVariants"),
        **members("DataCaptureConfig"),
        **members(
            "AsyncInferenceConfig.ClientConfig.MaxConcurrentInvocationsPerInstance",
            "AsyncInferenceConfig.OutputConfig.KmsKeyId",
            "AsyncInferenceConfig.OutputConfig.S3OutputPath",
            "AsyncInferenceConfig.OutputConfig.S3FailurePath",
            "AsyncInferenceConfig.OutputConfig.NotificationConfig.SuccessTopic",
            "AsyncInferenceConfig.OutputConfig.NotificationConfig.ErrorTopic",
        ),
    },
    "CreateEndpoint": {**members("EndpointName", "EndpointConfigName", "Tags"), **_DEPLOYMENT},
    "UpdateEndpoint": {
        **members(
            "EndpointName",
            "EndpointConfigName",
            "RetainAllVariantProperties",
            "ExcludeRetainedVariantProperties",
        ),
        "RetainDeploymentConfig": (False,),
        **_DEPLOYMENT,
    },
    "UpdateEndpointWeightsAndCapacities": members(
        "EndpointName",
        "DesiredWeightsAndCapacities.VariantName",
        "DesiredWeightsAndCapacities.DesiredWeight",
        "DesiredWeightsAndCapacities.DesiredInstanceCount",
        "DesiredWeightsAndCapacities.ServerlessUpdateConfig",
    ),
    "CreateInferenceComponent": {**_COMPONENT, **members("EndpointName", "VariantName", "Tags")},
    "UpdateInferenceComponent": _COMPONENT,
    "UpdateInferenceComponentRuntimeConfig": members(
        "InferenceComponentName", "DesiredRuntimeConfig.CopyCount"
    ),
    "CreateTransformJob": {
        **members(
            "TransformJobName",
            "ModelName",
            "MaxConcurrentTransforms",
            "MaxPayloadInMB",
            "ModelClientConfig",
            "BatchStrategy",
            "Environment",
            "Tags",
            "TransformInput.ContentType",
            "TransformInput.CompressionType",
            "TransformInput.DataSource.S3DataSource.S3Uri",
            "TransformOutput",
            "TransformResources.InstanceType",
            "TransformResources.InstanceCount",
            "TransformResources.VolumeKmsKeyId",
            "TransformResources.TransformAmiVersion",
        ),
        "TransformInput.SplitType": ("None", "Line"),
        "DataProcessing.InputFilter": ("$",),
        "DataProcessing.OutputFilter": ("$",),
        "DataProcessing.JoinSource": ("None",),
        "TransformInput.DataSource.S3DataSource.S3DataType": ("S3Prefix", "ManifestFile"),
    },
    "CreateProcessingJob": {
        **members("ProcessingJobName", "RoleArn", "Environment", "Tags", "StoppingCondition"),
        **members("ProcessingInputs.InputName", "ProcessingInputs.S3Input.S3Uri"),
        **members("ProcessingInputs.S3Input.LocalPath"),
        "ProcessingInputs.AppManaged": (False,),
        "ProcessingInputs.S3Input.S3DataType": ("S3Prefix", "ManifestFile"),
        "ProcessingInputs.S3Input.S3InputMode": ("File",),
        "ProcessingInputs.S3Input.S3CompressionType": ("None",),
        **members("ProcessingInputs.S3Input.S3DataDistributionType"),
        **members("ProcessingOutputConfig.KmsKeyId", "ProcessingOutputConfig.Outputs.OutputName"),
        **members("ProcessingOutputConfig.Outputs.S3Output.S3Uri"),
        **members("ProcessingOutputConfig.Outputs.S3Output.LocalPath"),
        **members("ProcessingOutputConfig.Outputs.S3Output.S3UploadMode"),
        "ProcessingOutputConfig.Outputs.AppManaged": (False,),
        **members("ProcessingResources.ClusterConfig.InstanceCount"),
        **members("ProcessingResources.ClusterConfig.InstanceType"),
        **members("ProcessingResources.ClusterConfig.VolumeSizeInGB"),
        **members("ProcessingResources.ClusterConfig.VolumeKmsKeyId"),
        **members("AppSpecification", "NetworkConfig.EnableNetworkIsolation"),
        **members("NetworkConfig.EnableInterContainerTrafficEncryption"),
        **members("NetworkConfig.VpcConfig.SecurityGroupIds", "NetworkConfig.VpcConfig.Subnets"),
    },
    # Notebook instances are state only: nothing of them runs, so every setting is described back.
    "CreateNotebookInstance": members(
        "AdditionalCodeRepositories",
        "DefaultCodeRepository",
        "DirectInternetAccess",
        "InstanceMetadataServiceConfiguration",
        "InstanceType",
        "KmsKeyId",
        "LifecycleConfigName",
        "NotebookInstanceName",
        "PlatformIdentifier",
        "RoleArn",
        "RootAccess",
        "SecurityGroupIds",
        "SubnetId",
        "Tags",
        "VolumeSizeInGB",
    ),
    "CreatePresignedNotebookInstanceUrl": members(
        "NotebookInstanceName", "SessionExpirationDurationInSeconds"
    ),
    "UpdateNotebookInstance": members(
        "AdditionalCodeRepositories",
        "DefaultCodeRepository",
        "DisassociateAdditionalCodeRepositories",
        "DisassociateDefaultCodeRepository",
        "DisassociateLifecycleConfig",
        "InstanceMetadataServiceConfiguration",
        "InstanceType",
        "LifecycleConfigName",
        "NotebookInstanceName",
        "RoleArn",
        "RootAccess",
        "VolumeSizeInGB",
    ),
    # Not ValidationSpecification: no jobs try an algorithm before it is Completed.
    "CreateAlgorithm": {
        **members("AlgorithmName", "AlgorithmDescription", "Tags"),
        **members(
            f"{_TRAINING}.TrainingImage",
            f"{_TRAINING}.SupportedHyperParameters",
            f"{_TRAINING}.SupportedTrainingInstanceTypes",
            f"{_TRAINING}.SupportsDistributedTraining",
            f"{_TRAINING}.MetricDefinitions",
            f"{_TRAINING}.TrainingChannels",
            f"{_TRAINING}.SupportedTuningJobObjectiveMetrics",
            "InferenceSpecification",
        ),
        "CertifyForMarketplace": (False,),
    },
    "CreateModelPackageGroup": members(
        "ModelPackageGroupName", "ModelPackageGroupDescription", "Tags"
    ),
    "CreateModelPackage": {
        **members(
            "ModelPackageGroupName",
            "ModelPackageDescription",
            "InferenceSpecification",
            "SourceAlgorithmSpecification.SourceAlgorithms.AlgorithmName",
            "SourceAlgorithmSpecification.SourceAlgorithms.ModelDataUrl",
            "ModelApprovalStatus",
            "MetadataProperties",
            "ModelMetrics",
            "ClientToken",
            "Domain",
            "Task",
            "SamplePayloadUrl",
            "CustomerMetadataProperties",
            "DriftCheckBaselines",
            "ModelLifeCycle",
            "SourceUri",
            "Tags",
            "SkipModelValidation",
        ),
        "CertifyForMarketplace": (False,),
    },
    "UpdateModelPackage": members(
        "ModelPackageArn",
        "ModelApprovalStatus",
        "ApprovalDescription",
        "CustomerMetadataProperties",
        "CustomerMetadataPropertiesToRemove",
        "InferenceSpecification",
        "ModelLifeCycle",
        "SourceUri",
    ),
}


def check_support(call: ApiCall) -> None:
    """Raise a ValidationException naming the first unsupported member."""
    honoured = HONOURED.get(call.operation)
    if honoured is None:
        return
    for path, value in _leaves(call.params, ""):
        limit = _find_limit(path, honoured)
        if limit is _REFUSED:
            raise unsupported(f"{call.operation}.{path}")
        if limit is not None and value not in limit:
            allowed = ", ".join(repr(item) for item in limit)
            raise unsupported(f"{call.operation}.{path} = {value!r}; it supports {allowed}")


_REFUSED: Any = object()


def _find_limit(path: str, honoured: Honoured) -> tuple[Any, ...] | None:
    while path:
        if path in honoured:
            return honoured[path]
        path = path.rpartition(".")[0]
    refused: tuple[Any, ...] = _REFUSED
    return refused


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping) and value:
        for name, member in value.items():
            yield from _leaves(member, f"{path}.{name}" if path else name)
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        for member in value:
            yield from _leaves(member, path)
    elif value is not None:
        yield path, value
