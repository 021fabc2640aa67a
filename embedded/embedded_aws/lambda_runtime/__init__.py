"""Lambda: functions whose handlers really run, each with the credentials of its own role."""

from embedded_aws.lambda_runtime.service import install

__all__ = ["install"]
