"""Parse `application/x-autogluon` requests, as AutoGluon Cloud's client sends them.

JSON: `{"version": 1, "data": <base64 of Parquet>, "inference_kwargs": {...}}`, and where the
predictor type takes them tables beside the rows, base64 of Parquet, too
(`autogluon.cloud.scripts.sagemaker_scripts.serving_utils`).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from autogluon_jobs.formats import json_text
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.row_names import row_of_request
from autogluon_jobs.messages.wording import listed
from autogluon_jobs.requests.header_names import check_header
from autogluon_jobs.requests.inference_arguments import inference_arguments
from autogluon_jobs.requests.parse_parquet import features_of_table, table_of_body
from autogluon_jobs.requests.request import Request, require_rows
from autogluon_jobs.requests.small_requests import RowReader

_KEYS = ("version", "data", "inference_kwargs")


def parse_autogluon(reader: RowReader, body: str | bytes) -> Request:
    """Parse one request by the schema.

    Raises:
        InputError: another version, a key or inference argument that is not supported, or data
            that cannot be read exactly.
    """
    table, options = unpack_autogluon(reader, body)
    require_rows(table.num_rows)
    return Request(features_of_table(reader.schema, table, row_of_request), options=options)


def unpack_autogluon(reader: RowReader, body: str | bytes) -> tuple[Any, dict[str, Any]]:
    """Return the Arrow table and the inference arguments of a document.

    Raises:
        InputError: another version, a key or inference argument that is not supported, data that
            are not base64 of Parquet, or tables that do not fit each other.
    """
    document = json_text.parse_body(body)
    if not isinstance(document, dict) or document.get("version") != 1:
        raise InputError('The body must be {"version": 1, "data": ..., "inference_kwargs": {...}}.')
    schema, tables = reader.schema, reader.side_tables
    keys = () if tables is None else tables.keys
    known = (*_KEYS, *keys)
    unknown = [key for key, value in document.items() if key not in known and value is not None]
    if unknown:
        raise InputError(
            f"A request in application/x-autogluon cannot have {listed(unknown)}.",
            advice=f"Supported: {listed(known)}.",
        )
    options = document.get("inference_kwargs") or {}
    data = _bytes(document, "data")
    beside = {key: _bytes(document, key) for key in keys if document.get(key) is not None}
    if tables is not None:
        options = _without_columns(options, tables.column_arguments)
    if tables is None or not beside:
        return table_of_body(schema, data), inference_arguments(options)
    table = tables.joined(data, beside)
    check_header(schema, table.column_names)
    return table, inference_arguments(options)


def _without_columns(options: Any, columns: Mapping[str, str]) -> Any:
    """Return the arguments without those that name columns, which are the model's."""
    if not isinstance(options, dict):
        return options
    for name, wanted in columns.items():
        if options.get(name) not in (None, wanted):
            raise InputError(
                f'Inference argument "{name}" is {options[name]!r}, and the model was trained with '
                f'"{wanted}".',
                advice=f'Name the column "{wanted}", as in training.',
            )
    return {name: value for name, value in options.items() if name not in columns}


def _bytes(document: dict[str, Any], key: str) -> bytes:
    try:
        return base64.b64decode(document.get(key, ""), validate=True)
    except (binascii.Error, TypeError, ValueError) as error:
        raise InputError(f'"{key}" is not the base64 text of a Parquet file.') from error
