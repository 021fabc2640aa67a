"""Create a cloud predictor of any type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, overload

from autogluon_client.predictors.predictor_types import predictor_type as find_type

if TYPE_CHECKING:
    from autogluon_client.predictors.linear_learner.predictor import LinearLearnerCloudPredictor
    from autogluon_client.predictors.multimodal.predictor import MultiModalCloudPredictor
    from autogluon_client.predictors.script.predictor import ScriptCloudPredictor
    from autogluon_client.predictors.tabular.predictor import TabularCloudPredictor
    from autogluon_client.predictors.timeseries.predictor import TimeSeriesCloudPredictor
    from autogluon_client.predictors.xgboost.predictor import XGBoostCloudPredictor


_OLDER_NAMES = {"text": "multimodal", "image": "multimodal"}
"""AutoGluon Cloud's names of types that it has joined."""


@overload
def CloudPredictor(
    predictor_type: Literal["tabular"] = ..., **arguments: Any
) -> TabularCloudPredictor: ...


@overload
def CloudPredictor(
    predictor_type: Literal["timeseries"], **arguments: Any
) -> TimeSeriesCloudPredictor: ...


@overload
def CloudPredictor(
    predictor_type: Literal["multimodal", "text", "image"], **arguments: Any
) -> MultiModalCloudPredictor: ...


@overload
def CloudPredictor(predictor_type: Literal["script"], **arguments: Any) -> ScriptCloudPredictor: ...


@overload
def CloudPredictor(
    predictor_type: Literal["xgboost"], **arguments: Any
) -> XGBoostCloudPredictor: ...


@overload
def CloudPredictor(
    predictor_type: Literal["linear_learner"], **arguments: Any
) -> LinearLearnerCloudPredictor: ...


@overload
def CloudPredictor(predictor_type: str, **arguments: Any) -> Any: ...


def CloudPredictor(predictor_type: str = "tabular", **arguments: Any) -> Any:  # noqa: N802
    """Create a cloud predictor of a type; the other arguments are its class's.

    Raises:
        NotSupportedError: there is no such type.
    """
    return find_type(_OLDER_NAMES.get(predictor_type, predictor_type)).predictor_class(**arguments)
