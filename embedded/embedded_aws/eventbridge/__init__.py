"""EventBridge: rules of event buses, what they match, and the targets that they reach."""

from embedded_aws.eventbridge.service import install

__all__ = ["install"]
