"""Read what a SageMaker job runs on, which each kind of job has in another field."""

from __future__ import annotations

from typing import Any


def job_resources(job: dict[str, Any]) -> dict[str, Any]:
    """Return `InstanceType`, `InstanceCount` and more of a Describe...Job answer."""
    resources = job.get("ResourceConfig") or job.get("TransformResources")
    if resources is None:
        resources = job["ProcessingResources"]["ClusterConfig"]
    return dict(resources)
