"""Properties of instance types that follow from their names."""

from __future__ import annotations

import re

from embedded_aws.sagemaker.errors import invalid

_FAMILY = re.compile(r"ml\.(?P<class>[a-z]+)(?P<generation>\d+)(?P<options>[a-z]*)\.")
# Families with local NVMe storage although their names have no "d".
_NVME_FAMILIES = ("g5", "g6", "g6e", "p4de", "p5", "p5e", "p5en", "i3", "i3en", "trn1", "trn1n")


# GB of the local disks by family and size ("Amazon EC2 Instance Types", instance store volumes).
_SIXFOLD = {"large": 1, "xlarge": 2, "2xlarge": 4, "4xlarge": 8, "12xlarge": 24, "24xlarge": 48}
_G5 = {"xlarge": 250, "2xlarge": 450, "4xlarge": 600, "8xlarge": 900}
_LOCAL_GB: dict[str, dict[str, int]] = {
    "m5d": {size: 75 * share for size, share in _SIXFOLD.items()},
    "r5d": {size: 75 * share for size, share in _SIXFOLD.items()},
    "c5d": {"large": 50, "xlarge": 100, "2xlarge": 200, "4xlarge": 400, "9xlarge": 900,
            "18xlarge": 1800},
    "g4dn": {"xlarge": 125, "2xlarge": 225, "4xlarge": 225, "8xlarge": 900, "12xlarge": 900,
             "16xlarge": 900},
    "g5": {**_G5, "12xlarge": 3800, "16xlarge": 1900, "24xlarge": 3800, "48xlarge": 7600},
    "g6": {**_G5, "12xlarge": 3760, "16xlarge": 1880, "24xlarge": 3760, "48xlarge": 7520},
    "p4d": {"24xlarge": 8000},
    "p5": {"48xlarge": 30_400},
}  # fmt: skip


def local_storage_gb(instance_type: str) -> int | None:
    """Return the size of the type's local NVMe disks; None without any, and where it is unknown."""
    _, _, rest = instance_type.partition(".")
    family, _, size = rest.partition(".")
    return _LOCAL_GB.get(family, {}).get(size)


def has_local_nvme(instance_type: str) -> bool:
    """Return whether the type's volume is local NVMe, which no customer's KMS key can encrypt."""
    match = _FAMILY.match(instance_type)
    if match is None:
        return False
    family = match["class"] + match["generation"] + match["options"]
    return family in _NVME_FAMILIES or "d" in match["options"]


def check_volume_key(member: str, key: str | None, instance_type: str | None) -> None:
    """Refuse a volume key for an instance type that cannot use one, as SageMaker does."""
    if key and instance_type and has_local_nvme(instance_type):
        raise invalid(
            f"{member} is not supported for instance type {instance_type}: its volume is local "
            "NVMe storage, which is encrypted by the hardware; leave the key out."
        )


def check_volume_size(member: str, size_gb: int | None, instance_type: str) -> None:
    """Refuse a volume that is larger than the local disks which take its place.

    "You can't request a VolumeSizeInGB greater than the total size of the local instance storage"
    (SageMaker API Reference, ProcessingClusterConfig; so HyperParameterTuningResourceConfig).
    """
    local_gb = local_storage_gb(instance_type)
    if size_gb is not None and local_gb is not None and size_gb > local_gb:
        raise invalid(
            f"{member}: {size_gb} GB are more than the {local_gb} GB of local storage that "
            f"{instance_type} has."
        )
