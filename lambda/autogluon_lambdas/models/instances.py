"""Tell what a SageMaker instance type allows: processing jobs, an encrypted volume."""

import re

# Families with local NVMe storage: SageMaker refuses VolumeKmsKeyId on them, and their disks are
# encrypted by the instance itself (docs: "Nitro-based instances include local storage").
_LOCAL_STORAGE_FAMILY = re.compile(
    r"^(?:g4dn|g5|g6|g6e|gr6|p3dn|p4de?|p5en?|p5|p6.*|trn\d.*|inf2|i\d.*|[cmrx]\d+[a-z]*d[a-z]*)$"
)


# Types that transform jobs have and processing jobs lack (botocore's API model, November 2026).
_NO_PROCESSING = frozenset({"ml.c6i.large"})


def runs_processing(instance_type: str) -> bool:
    """Return whether processing jobs have this type, which transform jobs have."""
    return instance_type not in _NO_PROCESSING


def has_gpu(instance_type: str) -> bool:
    """Return whether an x86-64 type has GPUs, as those of the families g and p have."""
    return instance_type.startswith(("ml.g", "ml.p"))


def takes_volume_key(instance_type: str) -> bool:
    """Return whether the storage volume of `ml.<family>.<size>` can be encrypted with a KMS key."""
    parts = instance_type.split(".")
    return len(parts) != 3 or _LOCAL_STORAGE_FAMILY.match(parts[1]) is None
