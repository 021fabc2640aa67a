"""What each side makes of one data set: init, planner, training container, endpoint, batch."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from autogluon_cli.first_settings.problem import label_column, problem_of
from autogluon_cli.first_settings.table import read_table
from autogluon_cli.framework.errors import CommandError
from autogluon_contracts.data.files.csv_dialect import detect_dialect
from autogluon_contracts.data.suspicions import find_suspicions
from autogluon_contracts.document import written
from autogluon_contracts.documents.bulk_job import BulkJobConfig
from autogluon_contracts.documents.data_reading import DataReading
from autogluon_contracts.documents.execution_inputs import BatchInput
from autogluon_contracts.documents.transform_batch import TransformBatch
from autogluon_contracts.s3_location import S3Location
from autogluon_contracts.shown.states import PLANNERS_NOTES
from autogluon_jobs.bulk.file_formats import cut, read_chunk
from autogluon_jobs.data.channel_table import load_channel
from autogluon_jobs.data.training_frames import TrainingData, prepare_data
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.requests.request import Request
from autogluon_jobs.requests.small_requests import RowReader
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.schema.feature_table import UNKNOWN_CODE
from autogluon_jobs.serving.codecs import codec_of, parse_piece
from autogluon_lambdas.logic.batch.layout import ModelColumns, csv_layout
from autogluon_lambdas.logic.data.csv_head import dialect_for, read_csv_head
from autogluon_lambdas.logic.data.locations import find_data_files
from autogluon_lambdas.logic.training.plan import TrainingPlanner
from autogluon_lambdas.models.errors import InvalidDataError
from tests.fakes.lambda_environment import ENVIRONMENT, planner_event
from tests.fakes.lambda_ports import FakePredictors, FakeRegistry, FakeTrainingJobs
from tests.fakes.sandbox import spec
from tests.fakes.store import FakeStore

_SHOWN = 8  # of a column's categories


@dataclass(frozen=True)
class Case:
    """One kind of data: training files, the column that it is about, and a request in CSV."""

    name: str
    files: Mapping[str, str | bytes]
    column: str
    ask: str = ""
    label: str = "y"
    problem_type: str | None = None
    reading: DataReading = field(default_factory=DataReading)


@dataclass(frozen=True)
class Outcomes:
    """One sentence or value of each side."""

    init: str
    planner: str
    container: str
    endpoint: str
    batch: str


def outcomes(case: Case, folder: Path) -> Outcomes:
    """Show the case to every side; endpoint and batch have the schema that training writes."""
    for name, content in case.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    data = _refused(lambda: prepare_data(
        {"train": load_channel("train", folder)}, case.label, case.reading, case.problem_type
    ))  # fmt: skip
    if isinstance(data, str):
        return Outcomes(_init(case, folder), _planner(case), data, "", "")
    schema = FeatureSchema(
        label=case.label,
        problem_type="regression",
        features=tuple(item for item in data.columns if item.name != case.label),
    )
    return Outcomes(
        init=_init(case, folder),
        planner=_planner(case),
        container=_container(case, data),
        endpoint=_endpoint(case, schema),
        batch=_batch(case, schema, folder),
    )


def _refused(act: Callable[[], Any]) -> Any:
    try:
        return act()
    except (InputError, InvalidDataError, CommandError) as error:
        return f"refused: {error}"


def _init(case: Case, folder: Path) -> str:
    def read() -> str:
        table = read_table(folder if len(case.files) > 1 else folder / next(iter(case.files)))
        problem = problem_of(label_column(table, case.label), case.problem_type)
        column = table.column(case.column)
        told = [
            f"{item.kind}: {item.sentence}"
            for item in find_suspicions(
                table.columns, table.rows, problem.label, problem.problem_type
            )
            if item.column == case.column
        ]
        kind = "left out" if column is None else f"{column.kind}, {len(column.distinct)} values"
        return "; ".join([kind, *told])

    return str(_refused(read)).replace(f"{folder}/", "")


def _planner(case: Case) -> str:
    store = FakeStore({f"s3://data-bucket/d/{name}": text for name, text in case.files.items()})
    arguments = {"label": case.label, "problem_type": case.problem_type}
    init_args = {name: value for name, value in arguments.items() if value is not None}
    predictors = FakePredictors(
        spec(init_args=init_args, quality_gate=None, data=written(case.reading))
    )
    planner = TrainingPlanner(ENVIRONMENT, predictors, store, FakeRegistry(), FakeTrainingJobs())
    # As in `_init`: a file by itself is named.
    name = "" if len(case.files) > 1 else next(iter(case.files))
    asked = {"predictor": "income", "train_data": f"s3://data-bucket/d/{name}"}

    def plan() -> str:
        planned = planner.plan(planner_event(asked))
        return "; ".join(["accepted", *planned["run"][PLANNERS_NOTES]])

    return str(_refused(plan)).replace("input.train_data: ", "").replace("s3://data-bucket/d/", "")


def _container(case: Case, data: TrainingData) -> str:
    (column,) = [item for item in data.columns if item.name == case.column] or (None,)
    if column is None:
        kind = "left out"
    else:
        categories = list(column.categories or ())
        known = f" {categories[:_SHOWN]}" if column.categories is not None else ""
        known += f" and {len(categories) - _SHOWN} more" if len(categories) > _SHOWN else ""
        kind = f"{column.kind}{known}"
    return "; ".join([kind, *data.warnings])


def _endpoint(case: Case, schema: FeatureSchema) -> str:
    """What each wire format gives, once where they agree, as they must."""
    if not case.ask:
        return ""
    separator = detect_dialect(case.ask.encode()).delimiter
    frame = pd.read_csv(
        io.StringIO(case.ask), keep_default_na=not case.reading.keep_na, sep=separator
    )
    records = json.loads(frame.to_json(orient="records"))
    parquet = io.BytesIO()
    frame.to_parquet(parquet, index=False)
    bodies: dict[str, str | bytes] = {
        "text/csv": case.ask,
        "application/json": json.dumps(records),
        "application/jsonlines": "\n".join(map(json.dumps, records)),
        "application/x-parquet": parquet.getvalue(),
    }
    reader = RowReader(schema)
    read = {
        kind: _refused(partial(_parsed, case, reader, kind, body)) for kind, body in bodies.items()
    }
    if len(set(read.values())) == 1:
        return str(next(iter(read.values())))
    return "; ".join(f"{kind}: {value}" for kind, value in read.items())


def _parsed(case: Case, reader: RowReader, kind: str, body: str | bytes) -> str:
    return _shown(case, codec_of(kind).parse(reader, body))


def _batch(case: Case, schema: FeatureSchema, folder: Path) -> str:
    """What both engines read of the request as a file, once where they agree."""
    if not case.ask:
        return ""

    def layout() -> Any:
        uri = "s3://bucket/ask.csv"
        store = FakeStore({uri: case.ask})
        files = find_data_files(store, "input.data", S3Location.parse(uri))
        head = read_csv_head(store, "input.data", files.objects[0], dialect_for(schema.names))
        model = ModelColumns(schema.names, schema.ignored, schema.label, (schema.label,))
        asked = BatchInput(predictor="p", data=S3Location.parse(uri))
        found = csv_layout("ask.csv", head.fields, model, asked)
        return replace(found, delimiter=head.dialect.delimiter)

    planned = _refused(layout)
    if isinstance(planned, str):
        return planned
    path = folder / "ask.csv"
    path.write_text(case.ask)
    config = BulkJobConfig(
        predictor="p", job_name="j", model_package_arn="arn", format="csv",
        columns=planned.columns, has_header=planned.has_header, id_column=None,
        delimiter=planned.delimiter,
        include_columns=(), output="labels", output_format="csv", files=(),
    )  # fmt: skip

    def bulk() -> str:
        (chunk,) = cut(path, config, 1 << 20, 1)
        (rows,) = read_chunk(schema, config, chunk)
        return _shown(case, Request(rows.features))

    piece = TransformBatch(
        columns=planned.columns, has_header=planned.has_header, id_column=None,
        delimiter=planned.delimiter,
        output="labels", output_format="csv",
    )  # fmt: skip
    read = [
        _refused(bulk),
        _refused(lambda: _shown(case, parse_piece(schema, piece, "text/csv", case.ask))),
    ]
    read = [str(item).replace("\x000\x00", "1") for item in read]
    return read[0] if read[0] == read[1] else f"bulk: {read[0]}; transform: {read[1]}"


def _shown(case: Case, request: Request) -> str:
    table = request.table(())
    feature = next((item for item in table.features if item.name == case.column), None)
    if feature is None:
        return "left out"
    values = table.columns[case.column]
    if feature.kind == "datetime":
        moments = np.datetime_as_string(values, unit="m").tolist()
        return ", ".join("missing" if moment == "NaT" else moment for moment in moments)
    return ", ".join(_value(feature, value) for value in values.tolist())


def _value(feature: Any, value: Any) -> str:
    if feature.kind == "category":
        if value == UNKNOWN_CODE:
            return "missing (unknown)"
        return "missing" if value < 0 else str(feature.categories[value])
    return "missing" if value is None or value != value else str(value)
