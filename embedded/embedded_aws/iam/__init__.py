"""IAM, enforced: the caller's deployed policies decide on every call."""

from embedded_aws.iam.installation import install

__all__ = ["install"]
