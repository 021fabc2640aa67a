"""Make AutoGluon's features of few rows by the rules of `direct`, proved against its generators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.schema.feature_table import FeatureTable
from autogluon_jobs.schema.frames import frame_of
from autogluon_jobs.tabular.compiled.frame_inputs import FrameInputs
from autogluon_jobs.tabular.direct.export.export_encoding import Rule
from autogluon_jobs.tabular.direct.export.typed_rules import typed_rules
from autogluon_jobs.tabular.direct.features.encoded_frame import EncodedFrames
from autogluon_jobs.tabular.direct.features.encoding import Encoder
from autogluon_jobs.tabular.direct.files.artifact_files import NotExportableError

_ALONE_ROWS = 16


class CompiledFeatures:
    """Does what `TabularPredictor.transform_features` does.

    Args:
        generator: the predictor's fitted pipeline.
        rules: see `encoding_rules`.
        schema: what requests hold.
        probe: rows of plain values to prove it on.
        inputs: gets to know the inputs of each frame.

    Raises:
        NotExportableError: a feature that comes out differently.
    """

    def __init__(
        self,
        generator: Any,
        rules: Sequence[Rule],
        schema: FeatureSchema,
        probe: FeatureTable,
        inputs: FrameInputs,
    ) -> None:
        typed = typed_rules(generator, schema, rules, probe)
        self._encoder = Encoder(schema, typed)
        self._frames = EncodedFrames(typed)
        self._inputs = inputs
        self._prove(generator.transform(frame_of(probe)), probe)

    def frame(self, table: FeatureTable) -> pd.DataFrame:
        """Return the features of the rows as AutoGluon's models take them."""
        encoded = self._encoder.encode(table)
        frame = self._frames.frame(encoded)
        self._inputs.remember(frame, encoded)
        return frame

    def _prove(self, truth: pd.DataFrame, probe: FeatureTable) -> None:
        _require_same(self.frame(probe), truth)
        for at, row in enumerate((probe.rows or ())[:_ALONE_ROWS]):
            alone = self.frame(FeatureTable.of_rows(probe.features, [row]))
            _require_same(alone, truth.iloc[at : at + 1].reset_index(drop=True))


def _require_same(made: pd.DataFrame, truth: pd.DataFrame) -> None:
    same_types = made.dtypes.to_dict() == truth.dtypes.to_dict()
    if not (same_types and made.columns.equals(truth.columns) and made.equals(truth)):
        raise NotExportableError("features that come out differently")
