"""EventBridge Scheduler: schedules that invoke their targets by the clock."""

from embedded_aws.scheduler.service import install

__all__ = ["install"]
