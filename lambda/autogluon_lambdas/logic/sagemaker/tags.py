"""Build the tags that lead from a SageMaker resource back to its execution."""

from collections.abc import Mapping


def resource_tags(
    predictor: str, run: str, execution_arn: str, spec_tags: Mapping[str, str]
) -> list[dict[str, str]]:
    """Return the spec's tags and this project's own, as SageMaker takes them."""
    tags = {
        **spec_tags,
        "autogluon:predictor": predictor,
        "autogluon:run": run,
        "autogluon:execution": execution_arn,
    }
    return [{"Key": key, "Value": value} for key, value in tags.items()]
