"""SageMaker: model versions, jobs and endpoints."""

# ruff: noqa: N803 - arguments are named as boto3's

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from autogluon_contracts.names import SHADOW_VARIANT, VARIANT
from tests.fakes.pages import paginators
from tests.fakes.permissions import FakePermissions
from tests.fakes.refusals import Exceptions, refused
from tests.fakes.sandbox import ENDPOINT, GROUP_ARN, RUNS, STARTED

_CONFIG = "EndpointConfig-1"


@dataclass
class FakeSageMaker:
    """Versions by number, jobs of all kinds by name, endpoints and their configurations by name."""

    permissions: FakePermissions
    packages: dict[int, dict[str, Any]] = field(default_factory=dict)
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    endpoints: dict[str, dict[str, Any]] = field(default_factory=dict)
    endpoint_configs: dict[str, dict[str, Any]] = field(default_factory=dict)
    components: dict[str, dict[str, Any]] = field(default_factory=dict)
    exceptions: Exceptions = field(default_factory=Exceptions)
    registrations: list[dict[str, Any]] = field(default_factory=list)
    """Requests of CreateModelPackage."""

    def add_package(self, number: int, status: str = "Approved") -> None:
        """Add a version of `income`."""
        self.packages[number] = {
            "ModelPackageArn": f"{GROUP_ARN}/{number}",
            "ModelPackageVersion": number,
            "ModelApprovalStatus": status,
            "CreationTime": STARTED,
            "InferenceSpecification": {
                "Containers": [{"ModelDataUrl": f"{RUNS.uri}/job-{number}/output/model.tar.gz"}]
            },
            "CustomerMetadataProperties": {"eval_metric": "roc_auc", "eval_metric_value": "0.93"},
        }

    def add_endpoint(
        self, instance_type: str = "ml.m5.large", count: int = 1, *, name: str = ENDPOINT
    ) -> None:
        """Add an endpoint in service. Default: that of `income`."""
        self.endpoints[name] = {
            "EndpointStatus": "InService",
            "EndpointConfigName": _CONFIG,
            "ProductionVariants": [{"VariantName": VARIANT, "CurrentInstanceCount": count}],
        }
        self.endpoint_configs[_CONFIG] = {
            "ProductionVariants": [
                {
                    "VariantName": VARIANT,
                    "InstanceType": instance_type,
                    "InitialInstanceCount": 1,
                }
            ]
        }

    def add_component(self, *, on: str, copies: int = 1) -> None:
        """Add that of `income` in service, on a shared endpoint."""
        self.components[ENDPOINT] = {
            "InferenceComponentName": ENDPOINT,
            "InferenceComponentStatus": "InService",
            "EndpointName": on,
            "RuntimeConfig": {"CurrentCopyCount": copies, "DesiredCopyCount": copies},
        }

    def add_serverless_endpoint(self, *, memory_mb: int, at_once: int, warm: int = 0) -> None:
        """Add that of `income` in service, without instances."""
        config = {"MemorySizeInMB": memory_mb, "MaxConcurrency": at_once}
        if warm:
            config["ProvisionedConcurrency"] = warm
        self.add_endpoint()
        self.endpoints[ENDPOINT]["ProductionVariants"] = [
            {
                "VariantName": VARIANT,
                "CurrentInstanceCount": 0,
                "CurrentServerlessConfig": config,
            }
        ]
        self.endpoint_configs[_CONFIG] = {
            "ProductionVariants": [{"VariantName": VARIANT, "ServerlessConfig": config}]
        }

    def add_variant(
        self, name: str, weight: float, instance_type: str = "ml.m5.large", count: int = 1
    ) -> None:
        """Add a variant beside the main one, which weighs 1, to the endpoint in service."""
        self.endpoints[ENDPOINT]["ProductionVariants"].append(
            {"VariantName": name, "CurrentInstanceCount": count, "CurrentWeight": weight}
        )
        self.endpoint_configs[_CONFIG]["ProductionVariants"].append(
            {"VariantName": name, "InstanceType": instance_type, "InitialInstanceCount": 1}
        )

    def add_shadow(self, instance_type: str = "ml.m5.large") -> None:
        """Add a shadow of the main variant to the endpoint in service."""
        self.endpoints[ENDPOINT]["ShadowProductionVariants"] = [
            {"VariantName": SHADOW_VARIANT, "CurrentInstanceCount": 1, "CurrentWeight": 1}
        ]
        self.endpoint_configs[_CONFIG]["ShadowProductionVariants"] = [
            {
                "VariantName": SHADOW_VARIANT,
                "InstanceType": instance_type,
                "InitialInstanceCount": 1,
            }
        ]

    def list_model_packages(self, **_: Any) -> dict[str, Any]:
        self.permissions.require("sagemaker:ListModelPackages")
        arns = [{"ModelPackageArn": f"{GROUP_ARN}/{number}"} for number in self.packages]
        return {"ModelPackageSummaryList": arns}

    def describe_model_package(self, *, ModelPackageName: str) -> dict[str, Any]:
        self.permissions.require("sagemaker:DescribeModelPackage")
        return dict(self.packages[int(ModelPackageName.rpartition("/")[2])])

    def create_model_package_group(self, **_: Any) -> None:
        self.permissions.require("sagemaker:CreateModelPackageGroup")

    def create_model_package(self, **request: Any) -> dict[str, Any]:
        self.permissions.require("sagemaker:CreateModelPackage")
        self.registrations.append(request)
        number = len(self.packages) + 1
        self.add_package(number)
        self.packages[number] |= request
        return {"ModelPackageArn": self.packages[number]["ModelPackageArn"]}

    def update_model_package(self, *, ModelPackageArn: str, **changes: Any) -> None:
        self.permissions.require("sagemaker:UpdateModelPackage")
        self.packages[int(ModelPackageArn.rpartition("/")[2])].update(changes)

    def delete_model_package(self, *, ModelPackageName: str) -> None:
        self.permissions.require("sagemaker:DeleteModelPackage")
        del self.packages[int(ModelPackageName.rpartition("/")[2])]

    def describe_endpoint(self, *, EndpointName: str) -> dict[str, Any]:
        return self._find(self.endpoints, EndpointName, "DescribeEndpoint")

    def describe_inference_component(self, *, InferenceComponentName: str) -> dict[str, Any]:
        return self._find(self.components, InferenceComponentName, "DescribeInferenceComponent")

    def describe_endpoint_config(self, *, EndpointConfigName: str) -> dict[str, Any]:
        return self._find(self.endpoint_configs, EndpointConfigName, "DescribeEndpointConfig")

    def describe_training_job(self, *, TrainingJobName: str) -> dict[str, Any]:
        return self._find(self.jobs, TrainingJobName, "DescribeTrainingJob")

    def describe_transform_job(self, *, TransformJobName: str) -> dict[str, Any]:
        return self._find(self.jobs, TransformJobName, "DescribeTransformJob")

    def describe_processing_job(self, *, ProcessingJobName: str) -> dict[str, Any]:
        return self._find(self.jobs, ProcessingJobName, "DescribeProcessingJob")

    def list_trials(self, *, HyperParameterTuningJobName: str, **_: Any) -> dict[str, Any]:
        self.permissions.require("sagemaker:ListTrainingJobsForHyperParameterTuningJob")
        names = [name for name in self.jobs if name.startswith(f"{HyperParameterTuningJobName}-")]
        return {"TrainingJobSummaries": [{"TrainingJobName": name} for name in names]}

    def describe_hyper_parameter_tuning_job(
        self, *, HyperParameterTuningJobName: str
    ) -> dict[str, Any]:
        return self._find(self.jobs, HyperParameterTuningJobName, "DescribeHyperParameterTuningJob")

    @property
    def get_paginator(self) -> Any:
        return paginators(
            list_model_packages=self.list_model_packages,
            list_training_jobs_for_hyper_parameter_tuning_job=self.list_trials,
        )

    def _find(
        self, known: Mapping[str, dict[str, Any]], name: str, operation: str
    ) -> dict[str, Any]:
        self.permissions.require(f"sagemaker:{operation}")
        if name not in known:
            raise refused("ValidationException", operation=operation)
        return known[name]
