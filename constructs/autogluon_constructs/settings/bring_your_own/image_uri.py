"""Define the URIs of images in Amazon ECR, from which SageMaker pulls."""

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator

from autogluon_constructs.settings.fields import refuse

_IMAGE_URI = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.(?P<suffix>[a-z.]+)"
    r"/(?P<repository>[a-z0-9][a-z0-9._/-]*)(?::[\w.-]+|@sha256:[0-9a-f]{64})"
)


def parse_image_uri(uri: str) -> Mapping[str, str]:
    """Return `account`, `region`, `suffix` and `repository` of a valid image URI."""
    match = _IMAGE_URI.fullmatch(uri)
    if match is None:
        raise ValueError(f"got '{uri}', which is not the URI of an image in Amazon ECR")
    return match.groupdict()


def _image_uri(uri: str) -> str:
    if _IMAGE_URI.fullmatch(uri) is None:
        raise refuse(
            "allowed: '<account>.dkr.ecr.<region>.<suffix>/<repository>:<tag>' "
            "(SageMaker pulls from Amazon ECR)"
        )
    return uri


ImageUri = Annotated[str, AfterValidator(_image_uri)]
