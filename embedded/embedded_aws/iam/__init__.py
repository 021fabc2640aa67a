"""IAM, enforced: every call is judged by the deployed policies of whoever makes it."""

from embedded_aws.iam.installation import install

__all__ = ["install"]
