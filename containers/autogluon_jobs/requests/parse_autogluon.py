"""Parse `application/x-autogluon` requests, as AutoGluon Cloud's client sends them.

JSON: `{"version": 1, "data": <base64 of Parquet>, "inference_kwargs": {...}}`, and for time series
perhaps `known_covariates` and `static_features`, base64 of Parquet, too
(`autogluon.cloud.scripts.sagemaker_scripts.serving_utils.timeseries`).
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from autogluon_contracts.predictor_types.timeseries.series import SeriesFacts
from autogluon_jobs.formats import json_text
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.row_names import row_of_request
from autogluon_jobs.messages.wording import listed
from autogluon_jobs.requests.header_names import check_header
from autogluon_jobs.requests.inference_arguments import inference_arguments
from autogluon_jobs.requests.parse_parquet import features_of_table, table_of_body
from autogluon_jobs.requests.request import Request, require_rows
from autogluon_jobs.requests.side_tables import SIDE_TABLES, joined_table, series_facts
from autogluon_jobs.requests.small_requests import RowReader
from autogluon_jobs.schema.feature_schema import FeatureSchema

_KEYS = ("version", "data", "inference_kwargs")
_COLUMN_NAMES = ("id_column", "timestamp_column")
"""Inference arguments of AutoGluon Cloud's script, which names the columns by them."""


def parse_autogluon(reader: RowReader, body: str | bytes) -> Request:
    """Parse one request by the schema.

    Raises:
        InputError: another version, a key or inference argument that is not supported, or data
            that cannot be read exactly.
    """
    table, options = unpack_autogluon(reader.schema, body)
    require_rows(table.num_rows)
    return Request(features_of_table(reader.schema, table, row_of_request), options=options)


def unpack_autogluon(schema: FeatureSchema, body: str | bytes) -> tuple[Any, dict[str, Any]]:
    """Return the Arrow table and the inference arguments of a document.

    Raises:
        InputError: another version, a key or inference argument that is not supported, data that
            are not base64 of Parquet, or tables that do not fit each other.
    """
    document = json_text.parse_body(body)
    if not isinstance(document, dict) or document.get("version") != 1:
        raise InputError('The body must be {"version": 1, "data": ..., "inference_kwargs": {...}}.')
    facts = series_facts(schema)
    known = _KEYS if facts is None else (*_KEYS, *SIDE_TABLES)
    unknown = [key for key, value in document.items() if key not in known and value is not None]
    if unknown:
        raise InputError(
            f"A request in application/x-autogluon cannot have {listed(unknown)}.",
            advice=f"Supported: {listed(known)}.",
        )
    options = document.get("inference_kwargs") or {}
    data = _bytes(document, "data")
    beside = {key: _bytes(document, key) for key in SIDE_TABLES if document.get(key) is not None}
    if facts is not None:
        options = _without_columns(options, facts)
    if facts is None or not beside:
        return table_of_body(schema, data), inference_arguments(options)
    table = joined_table(schema, facts, data, beside)
    check_header(schema, table.column_names)
    return table, inference_arguments(options)


def _without_columns(options: Any, facts: SeriesFacts) -> Any:
    """Return the arguments without those that name columns, which are the model's."""
    if not isinstance(options, dict):
        return options
    for name in _COLUMN_NAMES:
        wanted = getattr(facts, name)
        if options.get(name) not in (None, wanted):
            raise InputError(
                f'Inference argument "{name}" is {options[name]!r}, and the model was trained with '
                f'"{wanted}".',
                advice=f'Name the column "{wanted}", as in training.',
            )
    return {name: value for name, value in options.items() if name not in _COLUMN_NAMES}


def _bytes(document: dict[str, Any], key: str) -> bytes:
    try:
        return base64.b64decode(document.get(key, ""), validate=True)
    except (binascii.Error, TypeError, ValueError) as error:
        raise InputError(f'"{key}" is not the base64 text of a Parquet file.') from error
