"""The types of cloud predictors; another type is another entry."""

from __future__ import annotations

from typing import Any

from autogluon_client.errors import NotSupportedError
from autogluon_client.predictors.tabular.predictor import TabularCloudPredictor

_TYPES = {TabularCloudPredictor.predictor_type: TabularCloudPredictor}


def CloudPredictor(  # noqa: N802 - users know it as the name of a class
    predictor_type: str = TabularCloudPredictor.predictor_type, **arguments: Any
) -> TabularCloudPredictor:
    """A cloud predictor of a type; the arguments are the class's.

    Raises:
        NotSupportedError: `timeseries`, `multimodal` or any other type that there is not yet.
    """
    if predictor_type not in _TYPES:
        raise NotSupportedError(
            f"CloudPredictor({predictor_type!r}) is not supported yet; allowed: "
            f"{', '.join(repr(name) for name in _TYPES)}."
        )
    return _TYPES[predictor_type](**arguments)
