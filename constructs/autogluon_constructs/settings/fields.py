"""Define field types of several sections: instance types, tags, S3 locations."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import MISSING
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic_core import PydanticCustomError

from autogluon_constructs.catalogues.instances import Use, why_unusable
from autogluon_contracts.document import field_named

# As many as the lists of SageMaker's own APIs hold, beside the first type.
_MOST_FALLBACKS = 4
MAX_TAGS = 40  # SageMaker admits 50; jobs add their own.

NAME = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
ACCOUNT = r"^\d{12}$"
REGION = r"^[a-z]{2,4}(-[a-z]+)+-\d+$"
EMAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"
KEY_ARN = r"^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/[a-zA-Z0-9-]+$"
TOPIC_ARN = r"^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$"
SUBNET = r"^subnet-[0-9a-f]{8,17}$"
SECURITY_GROUP = r"^sg-[0-9a-f]{8,17}$"
QUALIFIER = r"^[a-z0-9]+$"
POLICY = r"^(arn:aws[a-z-]*:iam::(\d{12}|aws):policy/)?[\w+=,.@/-]*[\w+=,.@-]$"
ROLE_PATH = r"^/([\w+=,.@-]+/)*$"
ROLE_NAME_PREFIX = r"^[\w+=,.@-]+$"
GITHUB_REPOSITORY = r"^[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+$"
GITLAB_PROJECT = r"^[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)+$"
GITLAB_URL = r"^https://[A-Za-z0-9.-]+$"
# No wildcards, which a trust policy would read as patterns.
GIT_BRANCH = r"^[A-Za-z0-9][A-Za-z0-9._/-]*$"
# Of TransformAmiVersion (botocore's API model, November 2026).
HOST_IMAGE = r"^[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*$"

IN_WORDS: Mapping[str, str] = {
    NAME: "lower-case letters and digits, in parts joined by single hyphens, beginning with a "
    "letter, such as 'house-prices'",
    ACCOUNT: "the 12 digits of an AWS account",
    REGION: "the code of an AWS region, such as 'eu-central-1'",
    EMAIL: "an e-mail address",
    KEY_ARN: "the ARN of a KMS key, "
    "such as 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab'",
    TOPIC_ARN: "the ARN of a standard SNS topic, such as "
    "'arn:aws:sns:eu-central-1:123456789012:predictions'",
    SUBNET: "the id of a subnet, such as 'subnet-0123456789abcdef0'",
    SECURITY_GROUP: "the id of a security group, such as 'sg-0123456789abcdef0'",
    QUALIFIER: "lower-case letters and digits, as given to `cdk bootstrap --qualifier`",
    POLICY: "the name of a managed policy, such as 'ml-boundary', or its ARN",
    ROLE_PATH: "a path that starts and ends with a slash, such as '/ml/autogluon/'",
    GITHUB_REPOSITORY: "owner and name of a repository, such as 'octo-org/predictors'",
    GITLAB_PROJECT: "the path of a project, such as 'data/ml/predictors'",
    GITLAB_URL: "the URL of a GitLab instance without a port, which IAM does not take, "
    "such as 'https://gitlab.example.com'",
    GIT_BRANCH: "the name of one branch, such as 'main', without wildcards",
    HOST_IMAGE: "the name of a host image, such as 'al2-ami-sagemaker-batch-gpu-535'",
    ROLE_NAME_PREFIX: "letters, digits and + = , . @ _ -, such as 'ml-'",
}
"""What the patterns allow, for people."""

_TAG_KEY = re.compile(r"(?!(?i:aws|autogluon):)[\w .:/=+\-@]{1,128}")
_TAG_VALUE = re.compile(r"[\w .:/=+\-@]{0,256}")
_BUCKET = r"[a-z0-9][a-z0-9.\-]{1,61}[a-z0-9]"
_S3_LOCATION = re.compile(rf"(?:s3://|arn:[a-z\-]+:s3:::)(?P<bucket>{_BUCKET})(?:/(?P<prefix>.*))?")


def contract_field(part: type, name: str) -> Any:
    """Return a settings field with the default, bounds and meaning of a contract's key.

    Example:
        timeout_seconds: int = contract_field(BatchSpec, "timeout_seconds")
    """
    item = field_named(part, name)
    words = {"ge": "minimum", "le": "maximum", "gt": "above"}
    bounds = {word: item.metadata[name] for word, name in words.items()}
    given = {word: bound for word, bound in bounds.items() if bound is not None}
    meaning = item.metadata["meaning"]
    return Field(
        default=... if item.default is MISSING else item.default,
        description=f"{meaning[0].upper()}{meaning[1:]}.",
        **given,
    )


def refuse(sentence: str) -> PydanticCustomError:
    """Return an error whose message is `sentence`, taken literally."""
    return PydanticCustomError("refused", "{sentence}", {"sentence": sentence})


def _usable_for(use: Use) -> AfterValidator:
    def check(name: str) -> str:
        reason = why_unusable(name, use)
        if reason is not None:
            raise refuse(reason)
        return name

    return AfterValidator(check)


def _tags(tags: Mapping[str, str]) -> Mapping[str, str]:
    if len(tags) > MAX_TAGS:
        raise refuse(f"{len(tags)} tags; allowed: at most {MAX_TAGS}")
    keys = [repr(key) for key in tags if not _TAG_KEY.fullmatch(key)]
    values = [
        f"tag {key!r} has the value {value!r}"
        for key, value in tags.items()
        if not _TAG_VALUE.fullmatch(value)
    ]
    problems = []
    if keys:
        problems.append(
            f"tag key {', '.join(keys)}; allowed: 1-128 letters, digits, spaces and . : / = + - "
            "@ _, not starting with 'aws:' (reserved by AWS) or 'autogluon:' (set by this project)"
        )
    if values:
        problems.append(
            f"{', '.join(values)}; allowed: up to 256 letters, digits, spaces and . : / = + - @ _"
        )
    if problems:
        raise refuse("; ".join(problems))
    return tags


def _s3_location(location: str) -> str:
    match = _S3_LOCATION.fullmatch(location)
    if match is None:
        raise refuse(
            "allowed: 's3://<bucket>', 's3://<bucket>/<prefix>' or 'arn:aws:s3:::<bucket>'"
        )
    if "*" in location or "?" in location:
        raise refuse("wildcards are not allowed; a prefix already means all that starts with it")
    return f"s3://{match['bucket']}/{match['prefix'] or ''}"


def _s3_folder(location: str) -> str:
    folder = f"{_s3_location(location).rstrip('/')}/"
    _, _, prefix = folder.removeprefix("s3://").partition("/")
    if not prefix or prefix.startswith("/") or "//" in prefix:
        raise refuse("allowed: 's3://<bucket>/<folder>', without empty folder names")
    return folder


def _as_written(value: Any, check: ValidatorFunctionWrapHandler) -> Any:
    check(value)
    return value


def as_tuple(value: Any) -> Any:
    """Return a list as a tuple: YAML has lists only, and strict models take tuples only."""
    return tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else value


Number = Annotated[float, Field(allow_inf_nan=False), WrapValidator(_as_written)]
"""A finite number that stays what the YAML has, whole or not."""
TrainingInstanceType = Annotated[str, _usable_for("training")]
HostingInstanceType = Annotated[str, _usable_for("hosting")]
TransformInstanceType = Annotated[str, _usable_for("transform")]
ProcessingInstanceType = Annotated[str, _usable_for("processing")]
NotebookInstanceType = Annotated[str, _usable_for("notebook")]
TrainingInstanceTypes = Annotated[tuple[TrainingInstanceType, ...], BeforeValidator(as_tuple)]
HostingInstanceTypes = Annotated[tuple[HostingInstanceType, ...], BeforeValidator(as_tuple)]
TransformInstanceTypes = Annotated[tuple[TransformInstanceType, ...], BeforeValidator(as_tuple)]
ProcessingInstanceTypes = Annotated[tuple[ProcessingInstanceType, ...], BeforeValidator(as_tuple)]

MaxPrice = Annotated[float, Field(gt=0, allow_inf_nan=False)]
"""USD per hour of one instance, by the catalogue's list prices."""
_FALLBACKS = Field(max_length=_MOST_FALLBACKS)
TrainingFallbacks = Annotated[TrainingInstanceTypes, _FALLBACKS]
HostingFallbacks = Annotated[HostingInstanceTypes, _FALLBACKS]
TransformFallbacks = Annotated[TransformInstanceTypes, _FALLBACKS]
ProcessingFallbacks = Annotated[ProcessingInstanceTypes, _FALLBACKS]

Tags = Annotated[Mapping[str, str], AfterValidator(_tags)]
S3Locations = Annotated[
    tuple[Annotated[str, AfterValidator(_s3_location)], ...], BeforeValidator(as_tuple)
]
S3Folder = Annotated[str, AfterValidator(_s3_folder)]
"""`s3://<bucket>/<prefix>/`."""
HostImage = Annotated[str, Field(pattern=HOST_IMAGE, max_length=63)]
EmailAddresses = Annotated[
    tuple[Annotated[str, Field(pattern=EMAIL)], ...],
    BeforeValidator(as_tuple),
]
