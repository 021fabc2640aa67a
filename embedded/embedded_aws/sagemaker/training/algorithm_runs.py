"""Find what a training job runs: its image, or the algorithm resource that it names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from embedded_aws.sagemaker.errors import invalid, unsupported
from embedded_aws.sagemaker.registry.algorithms import find_algorithm
from embedded_aws.sagemaker.state import RegionStore


def trained_by(store: RegionStore, request: dict[str, Any]) -> tuple[str, Sequence[dict[str, str]]]:
    """Return the image that a CreateTrainingJob request runs, and its metric definitions.

    Raises:
        ApiError: it names neither an image nor an algorithm, or both; or the algorithm does not
            take the job.
    """
    asked = request.get("AlgorithmSpecification") or {}
    image, name = asked.get("TrainingImage"), asked.get("AlgorithmName")
    # "You must specify either the algorithm name ... or the image URI" (botocore's API model).
    if bool(image) == bool(name):
        raise invalid(
            "AlgorithmSpecification: either TrainingImage or AlgorithmName is required, not both."
        )
    if image:
        return str(image), asked.get("MetricDefinitions") or ()
    if asked.get("MetricDefinitions"):
        raise unsupported("MetricDefinitions of a job whose AlgorithmName has its own")
    algorithm = find_algorithm(store, str(name))
    specification = algorithm.request["TrainingSpecification"]
    for problem in _problems(specification, request):
        raise invalid(f"Algorithm {algorithm.arn}: {problem}")
    return specification["TrainingImage"], specification.get("MetricDefinitions") or ()


def _problems(specification: Mapping[str, Any], request: Mapping[str, Any]) -> Sequence[str]:
    """Return what the algorithm does not take, in words of this project's own.

    SageMaker's Python SDK refuses the same before it creates a job (`sagemaker/algorithm.py`).
    """
    resources = request.get("ResourceConfig") or {}
    types = specification["SupportedTrainingInstanceTypes"]
    found = []
    if resources.get("InstanceType") not in types:
        found.append(f"instance type {resources.get('InstanceType')}; supported: {types}")
    if resources.get("InstanceCount", 1) > 1 and not specification.get(
        "SupportsDistributedTraining", True
    ):
        found.append("distributed training is not supported; InstanceCount has to be 1")
    channels = {each["Name"]: each for each in specification["TrainingChannels"]}
    given = [each["ChannelName"] for each in request.get("InputDataConfig") or ()]
    found += [f"unknown channel {name!r}" for name in given if name not in channels]
    found += [
        f"channel {name!r} is required"
        for name, each in channels.items()
        if each.get("IsRequired") and name not in given
    ]
    return [*found, *_hyperparameter_problems(specification, request)]


def _hyperparameter_problems(
    specification: Mapping[str, Any], request: Mapping[str, Any]
) -> Sequence[str]:
    declared = {each["Name"]: each for each in specification.get("SupportedHyperParameters") or ()}
    given = request.get("HyperParameters") or {}
    if not declared:
        return []
    return [
        *(f"unknown hyperparameter {name!r}" for name in given if name not in declared),
        *(
            f"hyperparameter {name!r} is required"
            for name, each in declared.items()
            if each.get("IsRequired") and "DefaultValue" not in each and name not in given
        ),
    ]
