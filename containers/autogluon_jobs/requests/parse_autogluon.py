"""Parse `application/x-autogluon` requests, as AutoGluon Cloud's client sends them.

JSON: `{"version": 1, "data": <base64 of Parquet>, "inference_kwargs": {...}}`.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from autogluon_jobs.formats import json_text
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import listed
from autogluon_jobs.requests.inference_arguments import inference_arguments
from autogluon_jobs.requests.parse_parquet import parse_parquet
from autogluon_jobs.requests.request import Request
from autogluon_jobs.requests.small_requests import RowReader

_KEYS = ("version", "data", "inference_kwargs")


def parse_autogluon(reader: RowReader, body: str | bytes) -> Request:
    """Parse one request by the schema.

    Raises:
        InputError: another version, a key or inference argument that is not supported, or data
            that cannot be read exactly.
    """
    data, options = unpack_autogluon(body)
    return Request(parse_parquet(reader, data).given, options=options)


def unpack_autogluon(body: str | bytes) -> tuple[bytes, dict[str, Any]]:
    """Return the Parquet file and the inference arguments of a document.

    Raises:
        InputError: another version, a key or inference argument that is not supported, or data
            that is not base64.
    """
    document = json_text.parse_body(body)
    if not isinstance(document, dict) or document.get("version") != 1:
        raise InputError('The body must be {"version": 1, "data": ..., "inference_kwargs": {...}}.')
    unknown = [key for key, value in document.items() if key not in _KEYS and value is not None]
    if unknown:
        raise InputError(
            f"A request in application/x-autogluon cannot have {listed(unknown)}.",
            advice=f"Supported: {listed(_KEYS)}; known covariates and static features are columns "
            "of the data.",
        )
    return _data(document), inference_arguments(document.get("inference_kwargs") or {})


def _data(document: dict[str, Any]) -> bytes:
    try:
        return base64.b64decode(document.get("data", ""), validate=True)
    except (binascii.Error, TypeError, ValueError) as error:
        raise InputError('"data" is not the base64 text of a Parquet file.') from error
