"""Tell which models of a preset AutoGluon's image leaves out."""

from collections.abc import Iterator, Mapping

from autogluon_constructs.settings.predictor import Predictor
from autogluon_contracts.predictor_types import predictor_type


def left_out_warnings(predictors: Mapping[str, Predictor]) -> Iterator[tuple[str, str]]:
    """Yield the name of each predictor that AWS's image trains in part, and a sentence about it.

    Images of one's own are not judged: what they hold is not known.

    Example:
        >>> list(left_out_warnings({}))
        []
    """
    for name, predictor in predictors.items():
        if predictor.image_uri is None and predictor.runs_autogluon:
            warning = predictor_type(predictor.type).image_warning(dict(predictor.fit_args))
            if warning is not None:
                yield name, f"predictors.{name}.{warning}"
