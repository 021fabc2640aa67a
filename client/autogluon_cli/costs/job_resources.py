"""What a SageMaker job runs on, in whichever field its kind keeps it."""

from __future__ import annotations

from typing import Any


def job_resources(job: dict[str, Any]) -> dict[str, Any]:
    """`InstanceType`, `InstanceCount` and more, of a Describe...Job answer."""
    resources = job.get("ResourceConfig") or job.get("TransformResources")
    if resources is None:
        resources = job["ProcessingResources"]["ClusterConfig"]
    return dict(resources)
