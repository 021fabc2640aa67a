"""Application Auto Scaling: endpoints get and lose instances by policies and schedules."""

from embedded_aws.scaling.service import install

__all__ = ["install"]
