"""Measure how fast a model answers one row, served from an artifact of its own."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import pandas as pd
from autogluon.tabular import TabularPredictor

from autogluon_jobs.jobs.engines import Engine
from autogluon_jobs.requests.parse_json import table_of_lists
from autogluon_jobs.requests.request import Request
from autogluon_jobs.requests.small_requests import RowReader
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.tabular.direct.sample_rows import sample_rows
from autogluon_jobs.tabular.engines.engine_choice import choose_engine
from autogluon_jobs.tabular.training.export_direct import export_direct

_MOST_CALLS = 300
_LEAST_CALLS = 5
_SECONDS = 0.5


@dataclass(frozen=True)
class Speed:
    """Median milliseconds of one row on this machine, and the engine: `direct`, `autogluon`."""

    milliseconds: float
    engine: str


def speed_of(
    predictor: TabularPredictor,
    model: str,
    schema: FeatureSchema,
    rows: pd.DataFrame,
    folder: Path,
) -> Speed:
    """Pack the model into `folder` as a job would, load what would serve it, and time it.

    Args:
        predictor: fitted.
        model: one that can predict.
        schema: what the predictor takes.
        rows: rows of the job, with its dtypes; some of them are predicted, one at a time.
        folder: written and removed again.
    """
    try:
        predictor.clone_for_deployment(str(folder), model=model, dirs_exist_ok=True)
        export_direct(folder, schema, rows)
        engine = choose_engine(folder, schema, cores=1)
        return Speed(_milliseconds(engine, schema, rows), engine.name)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _milliseconds(engine: Engine, schema: FeatureSchema, rows: pd.DataFrame) -> float:
    reader = RowReader(schema)
    requests = [Request(table_of_lists(reader, [row])) for row in sample_rows(schema, rows)]
    engine.predict(requests[0])  # the first call prepares those that follow
    seconds: list[float] = []
    while len(seconds) < _LEAST_CALLS or (len(seconds) < _MOST_CALLS and sum(seconds) < _SECONDS):
        start = time.perf_counter()
        engine.predict(requests[len(seconds) % len(requests)])
        seconds.append(time.perf_counter() - start)
    return median(seconds) * 1000
