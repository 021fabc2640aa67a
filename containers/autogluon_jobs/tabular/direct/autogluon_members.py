"""Let AutoGluon predict with the members that only it can compute, on encoded features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from autogluon_jobs.tabular.direct.features.encoding import Encoded


class AutoGluonMembers:
    """AutoGluon's own models of an artifact; imports AutoGluon as soon as it is made.

    Args:
        artifact: the unpacked artifact.
        names: the models to keep in memory.
        features: the encoded features as `model.json` has them, with their `dtype`.
        cores: what one prediction may use at most.
    """

    def __init__(
        self,
        artifact: Path,
        names: Sequence[str],
        features: Sequence[Mapping[str, Any]],
        cores: int,
    ) -> None:
        from autogluon.tabular import TabularPredictor  # takes seconds; few predictors need it

        from autogluon_jobs.tabular.direct.features.encoded_frame import EncodedFrames
        from autogluon_jobs.tabular.prediction.threads import apply_thread_policy

        predictor = TabularPredictor.load(str(artifact), verbosity=0)
        predictor.persist(models=list(names), with_ancestors=False, max_memory=None)
        self._models = {name: predictor._trainer.load_model(name) for name in names}
        apply_thread_policy(self._models.values(), cores)
        self._frames = EncodedFrames(features)

    def predict(self, name: str, encoded: Encoded, below: Mapping[str, Any]) -> Any:
        """Predict with one model.

        Args:
            name: one of `names`.
            encoded: the features.
            below: the answers of the models that it is stacked on.
        """
        model = self._models[name]
        # As AutoGluon's feature generators hand them to its models, which may change the frame.
        frame = self._frames.frame(encoded)
        if hasattr(model, "stack_column_prefix_lst"):
            return model.predict_proba(frame, infer=False, model_pred_proba_dict=dict(below))
        return model.predict_proba(frame)
