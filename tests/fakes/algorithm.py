"""An algorithm resource as CreateAlgorithm takes it and DescribeAlgorithm answers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/prices:7"
ARN = "arn:aws:sagemaker:us-east-1:123456789012:algorithm/prices"
TYPES = ["ml.m5.large", "ml.m5.xlarge", "ml.m5.2xlarge"]


def channel(name: str, *, required: bool = False, **members: Any) -> dict[str, Any]:
    return {
        "Name": name,
        "IsRequired": required,
        "SupportedContentTypes": ["text/csv"],
        "SupportedInputModes": ["File"],
        **members,
    }


def request(**members: Any) -> dict[str, Any]:
    """CreateAlgorithm of one that learns the mean of a label, times a factor."""
    training = {
        "TrainingImage": IMAGE,
        "SupportedTrainingInstanceTypes": TYPES,
        "SupportsDistributedTraining": False,
        "TrainingChannels": [channel("train", required=True), channel("validation")],
        "SupportedHyperParameters": [
            {"Name": "label", "Type": "FreeText", "IsRequired": True},
            {
                "Name": "factor",
                "Type": "Continuous",
                "DefaultValue": "1",
                "Range": {"ContinuousParameterRangeSpecification": _limits("0", "10")},
            },
            {
                "Name": "rounds",
                "Type": "Integer",
                "Range": {"IntegerParameterRangeSpecification": _limits("1", "100")},
            },
            {
                "Name": "mode",
                "Type": "Categorical",
                "Range": {"CategoricalParameterRangeSpecification": {"Values": ["a", "b"]}},
            },
        ],
        "MetricDefinitions": [{"Name": "mean", "Regex": "mean=([0-9.]+)"}],
    }
    inference = {
        "Containers": [{"Image": IMAGE}],
        "SupportedTransformInstanceTypes": TYPES,
        "SupportedRealtimeInferenceInstanceTypes": TYPES,
        "SupportedContentTypes": ["text/csv"],
        "SupportedResponseMIMETypes": ["text/csv"],
    }
    return {
        "AlgorithmName": "prices",
        "TrainingSpecification": training,
        "InferenceSpecification": inference,
        **members,
    }


def described(**members: Any) -> dict[str, Any]:
    return {
        **request(),
        "AlgorithmArn": ARN,
        "AlgorithmStatus": "Completed",
        "CreationTime": datetime(2026, 11, 1, tzinfo=UTC),
        "AlgorithmStatusDetails": {},
        **members,
    }


def _limits(low: str, high: str) -> dict[str, str]:
    return {"MinValue": low, "MaxValue": high}
