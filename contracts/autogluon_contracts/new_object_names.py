"""Define the names of what starts batches of new objects, and of their runs."""

from __future__ import annotations

import hashlib

from autogluon_contracts.names import whole_environment

_LONGEST_RULE_NAME = 64  # EventBridge
_RULE_DIGEST_LENGTH = 8
_RUN_DIGEST_LENGTH = 20  # 80 bits: a million objects share none


def new_objects_rules(environment: str) -> str:
    """Return how the names of all rules of an environment begin that tell of new objects."""
    return f"{whole_environment(environment)}-objects-"


def new_objects_rule(environment: str, predictor: str, rule: str) -> str:
    """Return the name of the EventBridge rule of a name below `on_new_objects`.

    Example:
        >>> new_objects_rule("prod", "income", "incoming")
        'autogluon-prod-objects-income-16f80cee'
    """
    digest = hashlib.sha256(f"{predictor}.{rule}".encode()).hexdigest()[:_RULE_DIGEST_LENGTH]
    beginning = f"{new_objects_rules(environment)}{predictor}"
    return f"{beginning[: _LONGEST_RULE_NAME - _RULE_DIGEST_LENGTH - 1].rstrip('-')}-{digest}"


def new_object_run(predictor: str, rule: str, bucket: str, key: str, version: str) -> str:
    """Return the name of the run that predicts an object: one for each time it was created.

    So Step Functions starts one run however often S3 tells of the object. It has at most 72
    characters, of the 80 that Step Functions allows.

    Args:
        predictor: the predictor's name.
        rule: the name below `on_new_objects` in its settings.
        bucket: the object's bucket.
        key: the object's key.
        version: what tells the object from others that had or will have its key.

    Example:
        >>> new_object_run("income", "incoming", "data", "incoming/a.csv", "3HL4kqtJlcpXroDTDm")
        'incoming-1d8722642fe3e77b294a-income'
    """
    digest = hashlib.sha256("\0".join((bucket, key, version)).encode()).hexdigest()
    return f"{rule}-{digest[:_RUN_DIGEST_LENGTH]}-{predictor}"
