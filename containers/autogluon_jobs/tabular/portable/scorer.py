"""Score JSON rows and Arrow tables by an artifact's export, in any Python process.

A portable wheel holds this module, what it imports, `direct/` and the feature schema. It has
neither AutoGluon nor a server.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from autogluon_contracts.models.portable_models import libraries_of
from autogluon_jobs.messages.row_names import row_of_request
from autogluon_jobs.requests.header_names import check_header
from autogluon_jobs.requests.parse_json import table_of_rows
from autogluon_jobs.requests.parse_parquet import features_of_table
from autogluon_jobs.requests.request import Request
from autogluon_jobs.requests.small_requests import RowReader
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.tabular.direct.engine import DirectEngine
from autogluon_jobs.tabular.direct.files.artifact_files import FOLDER, read_document
from autogluon_jobs.tabular.direct.load import load_proved


class PortableScorer:
    """One predictor, proved on the stored sample of its training when it is loaded."""

    def __init__(self, engine: DirectEngine, schema: FeatureSchema) -> None:
        self._engine = engine
        self._schema = schema
        self._reader = RowReader(schema)

    @classmethod
    def load(cls, folder: Path, cores: int = 1) -> PortableScorer:
        """Load `direct/` and the schema from a folder.

        Args:
            folder: an unpacked artifact, or those parts of it.
            cores: what one call may use at most.

        Raises:
            UnusableError: a library has another version than at training, a file is damaged, or an
                answer to the stored sample differs from AutoGluon's.
        """
        schema = FeatureSchema.load(folder)
        libraries = libraries_of(read_document(folder / FOLDER))
        return cls(load_proved(folder, schema, cores, libraries=libraries), schema)

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the features that rows have, in the order of lists."""
        return tuple(self._schema.names)

    def rows(self, rows: Sequence[Mapping[str, Any] | Sequence[Any]]) -> list[dict[str, Any]]:
        """Score rows as JSON has them: objects, or lists of values in the order of `columns`.

        Returns:
            One object per row: the label, and each class with `_proba` behind its name.

        Raises:
            InputError: a row that cannot be read exactly; named.
        """
        if not rows:
            return []
        answer = self._engine.predict(Request(table_of_rows(self._reader, rows))).cells()
        columns = [np.asarray(values).tolist() for values in answer.values()]
        return [dict(zip(answer, cells, strict=True)) for cells in zip(*columns, strict=True)]

    def table(self, table: Any) -> Any:
        """Score a `pyarrow.Table` with the features as columns; return one of the answers.

        Raises:
            InputError: a missing or unknown column, or a cell that its feature cannot hold.
        """
        import pyarrow as pa  # a caller with a table has imported it

        check_header(self._schema, table.column_names)
        given = features_of_table(self._schema, table, row_of_request)
        return pa.table({
            name: pa.array(np.asarray(values))
            for name, values in self._engine.predict(Request(given)).cells().items()
        })  # fmt: skip
