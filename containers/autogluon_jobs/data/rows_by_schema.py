"""Convert the channels' tables to the frames of a model that is trained further, by its schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from autogluon_contracts.documents.data_reading import DataReading
from autogluon_jobs.conversion.conversion import convert_columns
from autogluon_jobs.data.channel_table import ChannelTable
from autogluon_jobs.data.labelled_rows import joined_column, keep_labelled, label_feature
from autogluon_jobs.data.training_frames import TrainingData, comparable, infer
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import listed
from autogluon_jobs.schema.feature_schema import Feature, FeatureSchema, Kind

_KINDS: Mapping[type, tuple[Kind, str]] = {
    bool: ("bool", "bool"),
    int: ("int", "int64"),
    float: ("float", "float64"),
}


def rows_by_schema(
    tables: Mapping[str, ChannelTable], schema: FeatureSchema, reading: DataReading
) -> TrainingData:
    """Convert every channel as training converted the first one's columns.

    Args:
        tables: the channels `train`, which may lack the label, and those given of `test` and
            `tuning`.
        schema: of the model.
        reading: of the model's own training.

    Raises:
        InputError: columns that the model does not take, or a cell that it cannot read.
    """
    warnings: list[str] = []
    kept: dict[str, ChannelTable] = {}
    for channel, table in tables.items():
        _require_columns(table, schema)
        cut, notes = comparable({"train": table}, reading)
        kept[channel], warnings = cut["train"], [*warnings, *notes]
    labelled = {name: table for name, table in kept.items() if schema.label in table.columns}
    for channel, table in labelled.items():
        keep_na = schema.label in reading.keep_na
        kept[channel], without = keep_labelled(table, schema.label, keep_na=keep_na)
        if without:
            warnings.append(f'{without} rows of "{channel}" have no label and were ignored.')
    label = _label(schema, {name: kept[name] for name in labelled}, reading)
    by_name = {**schema.by_name, schema.label: label}
    columns = tuple(
        by_name.get(name) or infer(name, kept, reading, warnings) for name in kept["train"].columns
    )
    frames = {}
    for channel, table in kept.items():
        of_channel = [item for item in columns if item.name in table.columns]
        if schema.label in table.columns and label not in of_channel:
            of_channel.append(label)
        cells: dict[str, Any] = dict(zip(table.columns, table.table.columns, strict=True))
        frames[channel] = convert_columns(of_channel, cells, table.row_name)
        if schema.label in table.columns:
            _require_known(frames[channel][schema.label], channel, schema)
    return TrainingData(
        columns, frames["train"], frames.get("test"), frames.get("tuning"), tuple(warnings)
    )


def _require_columns(table: ChannelTable, schema: FeatureSchema) -> None:
    needed = [*schema.names, *schema.ignored]
    missing = [name for name in needed if name not in table.columns]
    extra = [name for name in table.columns if name not in (*needed, *schema.accepted)]
    if not missing and not extra:
        return
    parts = [f"lacks {listed(missing)}"] if missing else []
    parts += [f"has also {listed(extra)}"] if extra else []
    raise InputError(
        f'Channel "{table.channel}" {" and ".join(parts)}, compared with what the model takes.',
        advice="Give the columns that it was trained on, or train it anew.",
    )


def _label(
    schema: FeatureSchema, tables: Mapping[str, ChannelTable], reading: DataReading
) -> Feature:
    """Describe the label as the model's own training did."""
    keep_na = schema.label in reading.keep_na
    if schema.classes is None and tables:
        column = joined_column(schema.label, tables)
        found = label_feature(schema.label, column, keep_na=keep_na)
        if found.kind in ("int", "float"):
            return found
        raise InputError(
            f'Label column "{schema.label}" holds texts, and the model learned numbers.'
        )
    types = {type(item) for item in schema.classes or ()}
    [only] = types if len(types) == 1 else [str]
    if only in _KINDS:
        kind, dtype = _KINDS[only]
        return Feature(schema.label, kind, dtype, nullable=True)
    return Feature(schema.label, "text", "object", nullable=True, na_is_missing=not keep_na)


def _require_known(labels: pd.Series, channel: str, schema: FeatureSchema) -> None:
    if schema.classes is None:
        return
    unknown = sorted({str(item) for item in labels.unique()} - {str(i) for i in schema.classes})
    if unknown:
        raise InputError(
            f'Channel "{channel}" has labels that the model did not learn: {listed(unknown)}.',
            advice=f"It knows {listed([str(item) for item in schema.classes])}; train it anew "
            "for others.",
        )
