"""Step Functions: moto's interpreter with a JSONata engine and each machine's own role."""

from embedded_aws.stepfunctions.api.service import install

__all__ = ["install"]
