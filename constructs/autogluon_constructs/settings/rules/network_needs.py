"""Find what predictors need of S3 that isolated containers, or their roles, do not reach."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from autogluon_constructs.settings.predictor import Predictor
from autogluon_constructs.settings.readable_locations import unreadable_problem


def s3_problems(
    predictors: Mapping[str, Predictor],
    is_isolated: Callable[[str], bool],
    data_access: Sequence[str],
) -> Iterator[str]:
    """Yield a sentence for each problem.

    Args:
        predictors: of the environment, by name.
        is_isolated: whether a predictor's containers run without network access.
        data_access: the S3 locations outside the environment's buckets that may be read.
    """
    for name, predictor in predictors.items():
        count, images = predictor.training.instance_count, predictor.serving.image_locations
        if count > 1 and is_isolated(name):
            yield (
                f"predictors.{name}.training.instance_count: got {count} with "
                "network_isolation true, and instances exchange models through S3, which "
                "isolated containers do not reach; set the predictor's network_isolation: "
                "false, or leave instance_count out"
            )
        if images and is_isolated(name):
            yield (
                f"predictors.{name}.serving.image_locations: given with network_isolation true, "
                "and isolated containers do not reach S3; set the predictor's network_isolation: "
                "false, or leave image_locations out and send images as base64"
            )
        for location in images:
            problem = unreadable_problem(location, data_access)
            if problem is not None:
                yield (f"predictors.{name}.serving.image_locations: got '{location}', {problem}")
