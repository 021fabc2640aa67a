"""AutoGluon's features, and one more: whether somebody lives on capital."""

import pandas as pd
from autogluon.common.features.types import R_INT
from autogluon.features.generators import (
    AbstractFeatureGenerator,
    AutoMLPipelineFeatureGenerator,
)

_COLUMNS = ["capital-gain", "capital-loss"]


class NetCapital(AbstractFeatureGenerator):
    """Makes one feature of two columns: the gain without the loss."""

    def _fit_transform(self, X: pd.DataFrame, **_: object) -> tuple[pd.DataFrame, dict]:  # noqa: N803
        return self._transform(X), {}

    def _transform(self, X: pd.DataFrame) -> pd.DataFrame:  # noqa: N803
        gain, loss = (X[column] for column in _COLUMNS)
        return pd.DataFrame({"net-capital": gain - loss}, index=X.index)

    @staticmethod
    def get_default_infer_features_in_args() -> dict:
        return {"valid_raw_types": [R_INT]}


def generator() -> AbstractFeatureGenerator:
    """Return AutoGluon's usual generator with the feature beside its own ones."""
    return AutoMLPipelineFeatureGenerator(
        custom_feature_generators=[NetCapital(features_in=_COLUMNS)]
    )
