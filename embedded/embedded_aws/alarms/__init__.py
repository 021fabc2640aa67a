"""CloudWatch alarms: evaluated on the clock, with actions that happen; and metric filters."""

from embedded_aws.alarms.service import install

__all__ = ["install"]
