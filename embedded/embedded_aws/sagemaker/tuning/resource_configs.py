"""Read what the trials of a tuning job run on: one instance type, or several in order."""

from __future__ import annotations

from typing import Any

from embedded_aws.sagemaker.errors import invalid

_FLEXIBLE = "HyperParameterTuningResourceConfig"
_OF_ONE_TYPE = ("InstanceType", "InstanceCount", "VolumeSizeInGB")


def resource_configs(definition: dict[str, Any]) -> list[dict[str, Any]]:
    """Take them out of a TrainingJobDefinition; return a ResourceConfig for each type.

    By botocore's model, HyperParameterTuningResourceConfig takes the place of ResourceConfig, and
    its InstanceConfigs that of its own type, count and volume.

    Raises:
        ApiError: both are given, or neither.
    """
    plain, flexible = definition.pop("ResourceConfig", None), definition.pop(_FLEXIBLE, None)
    if (plain is None) == (flexible is None):
        raise invalid(f"TrainingJobDefinition needs either ResourceConfig or {_FLEXIBLE}.")
    if flexible is None:
        return [plain]
    configs = flexible.get("InstanceConfigs")
    if configs is None:
        return [{name: value for name, value in flexible.items() if name != "AllocationStrategy"}]
    both = [name for name in _OF_ONE_TYPE if name in flexible]
    if both:
        raise invalid(f"{_FLEXIBLE}: InstanceConfigs excludes {', '.join(both)}.")
    key = {name: value for name, value in flexible.items() if name == "VolumeKmsKeyId"}
    return [{**config, **key} for config in configs]
