"""Build the tags that lead from a SageMaker resource back to its execution."""

from collections.abc import Mapping


def resource_tags(
    predictor: str, run: str, execution_arn: str, spec_tags: Mapping[str, str]
) -> list[dict[str, str]]:
    """Return the spec's tags and this project's own, as SageMaker takes them."""
    return _tags(spec_tags, {"autogluon:predictor": predictor}, run, execution_arn)


def weights_tags(
    name: str, run: str, execution_arn: str, environment_tags: Mapping[str, str]
) -> list[dict[str, str]]:
    """Return the same of a job that belongs to no predictor, but to a set of weights."""
    return _tags(environment_tags, {"autogluon:weights": name}, run, execution_arn)


def _tags(
    given: Mapping[str, str], subject: Mapping[str, str], run: str, execution_arn: str
) -> list[dict[str, str]]:
    tags = {**given, **subject, "autogluon:run": run, "autogluon:execution": execution_arn}
    return [{"Key": key, "Value": value} for key, value in tags.items()]
