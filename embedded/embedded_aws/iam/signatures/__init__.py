"""Verify the signatures of calls: versions 4 (header, URL, stream) and 2 (URLs of S3)."""

from embedded_aws.iam.signatures.verification import verify_signature

__all__ = ["verify_signature"]
