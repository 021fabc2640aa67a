"""Properties of instance types that follow from their names."""

from __future__ import annotations

import re

from embedded_aws.sagemaker.errors import invalid

_FAMILY = re.compile(r"ml\.(?P<class>[a-z]+)(?P<generation>\d+)(?P<options>[a-z]*)\.")
# Families with local NVMe storage although their names have no "d".
_NVME_FAMILIES = ("g5", "g6", "g6e", "p4de", "p5", "p5e", "p5en", "i3", "i3en", "trn1", "trn1n")


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
