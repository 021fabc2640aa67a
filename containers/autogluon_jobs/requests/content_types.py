"""The content types that requests may have, each with its parser."""

from __future__ import annotations

from collections.abc import Callable

from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import listed
from autogluon_jobs.requests.parse_autogluon import parse_autogluon
from autogluon_jobs.requests.parse_csv import parse_csv
from autogluon_jobs.requests.parse_json import parse_json
from autogluon_jobs.requests.parse_jsonl import parse_jsonl
from autogluon_jobs.requests.parse_parquet import parse_parquet
from autogluon_jobs.requests.request import Request
from autogluon_jobs.schema.feature_schema import FeatureSchema

Parser = Callable[[FeatureSchema, "str | bytes"], Request]

PARSERS: dict[str, Parser] = {
    "text/csv": parse_csv,
    "application/json": parse_json,
    "application/jsonl": parse_jsonl,
    "application/jsonlines": parse_jsonl,
    "application/x-parquet": parse_parquet,
    "application/x-autogluon": parse_autogluon,
}


def media_type(header: str) -> str:
    """The first media type of a Content-Type or Accept header: lower case, no parameters."""
    return header.split(",", 1)[0].split(";", 1)[0].strip().lower()


def parser_of(content_type: str) -> Parser:
    """The parser of a content type.

    Raises:
        InputError: the type is not supported; the sentence lists those that are.
    """
    try:
        return PARSERS[content_type]
    except KeyError:
        raise InputError(
            f'The content type "{content_type}" is not supported; send one of '
            f"{listed(tuple(PARSERS))}."
        ) from None
