"""Define endpoint names of one's own: those that callers knew before this project."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import AfterValidator

from autogluon_constructs.settings.fields import refuse
from autogluon_contracts.names import PREFIX

# API reference, CreateEndpoint.
_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")
# Policies name each of them, and IAM's limits leave room for so many.
_MOST_NAMES = 10


def _endpoint_name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise refuse("allowed: at most 63 letters, digits and hyphens between them")
    if text.lower().startswith(PREFIX):
        raise refuse(f"names that begin with '{PREFIX}' are given by this project; leave it out")
    return text


EndpointName = Annotated[str, AfterValidator(_endpoint_name)]


def name_problems(named: Mapping[str, str], *, has_keys_on_logs: bool) -> Iterator[str]:
    """Yield what is wrong with the names of endpoints, by the predictors that have them.

    Args:
        has_keys_on_logs: whether log groups get the environment's key.
    """
    if len(named) > _MOST_NAMES:
        yield (
            f"endpoint.name is given {len(named)} times; allowed: at most {_MOST_NAMES} in one "
            "environment, whose policies name each"
        )
    # SageMaker compares names without their case.
    counts = Counter(name.lower() for name in named.values())
    for predictor, name in named.items():
        if counts[name.lower()] > 1:
            yield f"predictors.{predictor}.endpoint.name: '{name}' is another predictor's, too"
        if has_keys_on_logs:
            yield (
                f"predictors.{predictor}.endpoint.name with encryption.log_groups is not supported "
                "yet: the key's policy names log groups of this project's names; leave one out"
            )
