"""What botocore's models say and AWS does not enforce.

The rule: a constraint of the installed model is enforced, enumerations too. A value that the model
does not know, such as an instance type that is younger than it, cannot be honoured here, and
accepting it would let a run pass that another version of AWS's tools refuses. An entry below is an
exception, with its reason; a shape's name stands for every member of that shape.
"""

from __future__ import annotations

# AWS answers these itself, with codes of its own; the service that answers here does too.
_ENUMS_CHECKED_BY_THE_SERVICE = {
    # InvalidLocationConstraint (S3 API, CreateBucket); the enumeration lacks newer regions.
    ("s3", "BucketLocationConstraint"),
    # InvalidAttributeName (SQS API, SetQueueAttributes).
    ("sqs", "QueueAttributeName"),
    ("sqs", "MessageSystemAttributeName"),
}
_PATTERNS_CHECKED_BY_THE_SERVICE: set[tuple[str, str]] = set()
_SIZES_CHECKED_BY_THE_SERVICE: set[tuple[str, str]] = set()


def enforces_enum(service: str, shape: str) -> bool:
    """Return whether a value outside the enumeration is refused here."""
    return (service, shape) not in _ENUMS_CHECKED_BY_THE_SERVICE


def enforces_pattern(service: str, shape: str) -> bool:
    """Return whether a text that does not match the pattern is refused here."""
    return (service, shape) not in _PATTERNS_CHECKED_BY_THE_SERVICE


def enforces_size(service: str, shape: str) -> bool:
    """Return whether a length or a value out of the range is refused here."""
    return (service, shape) not in _SIZES_CHECKED_BY_THE_SERVICE
