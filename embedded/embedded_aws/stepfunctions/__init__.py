"""Step Functions: moto's interpreter with a JSONata engine, acting with each machine's own role."""

from embedded_aws.stepfunctions.api.service import install

__all__ = ["install"]
