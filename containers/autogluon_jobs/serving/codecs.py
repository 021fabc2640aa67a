"""Read and write every wire format: one codec each, in one registry.

A new format is a codec here; its functions live with the requests and answers that they make.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from autogluon_contracts.answer_attributes import UnknownCategories
from autogluon_contracts.content_types import (
    APACHE_PARQUET,
    AUTOGLUON,
    CSV,
    JSON,
    JSON_LINES,
    JSONL,
    NDJSON,
    PARQUET,
)
from autogluon_contracts.documents.error_facts import ErrorFacts
from autogluon_contracts.documents.transform_batch import TransformBatch
from autogluon_jobs.answers.answer_formats import csv_text, json_text, jsonl_text, parquet_bytes
from autogluon_jobs.answers.columns import Columns
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import listed
from autogluon_jobs.requests.batch_rows import BatchRows
from autogluon_jobs.requests.csv_rows import csv_source
from autogluon_jobs.requests.parse_autogluon import parse_autogluon
from autogluon_jobs.requests.parse_csv import parse_csv
from autogluon_jobs.requests.parse_json import parse_json
from autogluon_jobs.requests.parse_jsonl import parse_jsonl
from autogluon_jobs.requests.parse_parquet import parse_parquet
from autogluon_jobs.requests.request import Request
from autogluon_jobs.requests.row_ranges import RowSource
from autogluon_jobs.requests.row_sources import (
    autogluon_source,
    json_source,
    jsonl_source,
    parquet_source,
)
from autogluon_jobs.requests.small_requests import RowReader
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.serving.transform_pieces import (
    csv_piece,
    csv_piece_rows,
    jsonl_piece,
    jsonl_piece_rows,
    parquet_piece,
    parquet_piece_rows,
)


class Answer(NamedTuple):
    """A body, its content type, and what of the request its caller is told about."""

    body: str | bytes
    content_type: str
    unknown: UnknownCategories | None = None


def _least_csv_bytes(names: Sequence[str]) -> int:
    return 2 * len(names)


def _least_json_bytes(names: Sequence[str]) -> int:
    return len(json.dumps(dict.fromkeys(names, 0), ensure_ascii=False).encode()) + 1


def _unknown_bytes(_: Sequence[str]) -> int:
    return 0  # compressed


def _csv_lines(table: Columns) -> str:
    return csv_text(table, header=False)


@dataclass(frozen=True)
class Writer:
    """How a format writes answers.

    Attributes:
        answer: prints a table as the answer to one request.
        least_bytes: the size of one row with these columns, each value one character long.
        lines: prints the rows of a batch, a line each; None where a format has no lines.
    """

    answer: Callable[[Columns], str | bytes]
    least_bytes: Callable[[Sequence[str]], int]
    lines: Callable[[Columns], str] | None = None


@dataclass(frozen=True)
class Piece:
    """How a piece of a batch's files is read.

    Attributes:
        all: reads the rows, all or none.
        singly: opens the piece, whose rows are then read range by range.
    """

    all: Callable[[FeatureSchema, TransformBatch, str | bytes], Request]
    singly: Callable[[RowReader, TransformBatch, str | bytes], BatchRows]


@dataclass(frozen=True)
class Codec:
    """One wire format.

    Attributes:
        name: as settings of batches have it.
        content_types: its media types; answers to a batch have the first.
        parse: reads the rows of a request, all or none.
        rows: opens a request whose rows are read range by range.
        piece: reads a piece of a batch's files; None where batches do not have the format.
        writer: None where answers do not have the format.
    """

    name: str
    content_types: tuple[str, ...]
    parse: Callable[[RowReader, str | bytes], Request]
    rows: Callable[[RowReader, str | bytes], RowSource]
    piece: Piece | None = None
    writer: Writer | None = None


CODECS = (
    Codec(
        "csv", (CSV,), parse_csv, csv_source, Piece(csv_piece, csv_piece_rows),
        Writer(csv_text, _least_csv_bytes, _csv_lines),
    ),
    Codec("json", (JSON,), parse_json, json_source, None, Writer(json_text, _least_json_bytes)),
    Codec(
        "jsonl", (JSON_LINES, JSONL, NDJSON), parse_jsonl, jsonl_source,
        Piece(jsonl_piece, jsonl_piece_rows), Writer(jsonl_text, _least_json_bytes, jsonl_text),
    ),
    Codec(
        "parquet", (PARQUET, APACHE_PARQUET), parse_parquet, parquet_source,
        Piece(parquet_piece, parquet_piece_rows), Writer(parquet_bytes, _unknown_bytes),
    ),
    Codec("autogluon", (AUTOGLUON,), parse_autogluon, autogluon_source),
)  # fmt: skip

_BY_TYPE = {media_type: codec for codec in CODECS for media_type in codec.content_types}
_BY_NAME = {codec.name: codec for codec in CODECS}
# The container makes no difference between a wildcard and no Accept header.
_WILDCARDS = {"": JSON, "*/*": JSON, "application/*": JSON, "text/*": CSV}


def codec_of(content_type: str) -> Codec:
    """Return the codec of a request's media type.

    Raises:
        InputError: the type is not supported; the sentence lists those that are.
    """
    codec = _BY_TYPE.get(content_type)
    if codec is None:
        raise InputError(
            f'Content type "{content_type}" is not supported.',
            advice=f"Send one of {listed(tuple(_BY_TYPE))}.",
            facts=ErrorFacts(code="unsupported_type", value=content_type, allowed=tuple(_BY_TYPE)),
        )
    return codec


def writer_of(accept: str) -> Writer:
    """Return what writes answers of a media type; a wildcard, or nothing, asks for JSON.

    Raises:
        InputError: no answer has the type; the sentence lists those that are supported.
    """
    codec = _BY_TYPE.get(_WILDCARDS.get(accept, accept))
    if codec is None or codec.writer is None:
        names = [name for name, item in _BY_TYPE.items() if item.writer is not None]
        raise InputError(
            f'Answers are not available as "{accept}".',
            advice=f"Accept one of {listed(names)}.",
            facts=ErrorFacts(code="unsupported_type", value=accept, allowed=tuple(names)),
        )
    return codec.writer


def format_answer(table: Columns, accept: str, unknown: UnknownCategories | None = None) -> Answer:
    """Return the table in the format that `accept` asks for, and what its caller is told beside it.

    Raises:
        InputError: a type that is not supported; the sentence lists those that are.
    """
    return Answer(writer_of(accept).answer(table), _WILDCARDS.get(accept, accept), unknown)


def parse_piece(
    schema: FeatureSchema, batch: TransformBatch, content_type: str, body: str | bytes
) -> Request:
    """Return the rows of one piece of a batch; none where it holds only the header.

    Raises:
        InputError: a content type that batches do not have, or a row that cannot be read exactly.
    """
    return _piece_of(content_type).all(schema, batch, body)


def open_piece(
    reader: RowReader, batch: TransformBatch, content_type: str, body: str | bytes
) -> BatchRows:
    """Return the rows of one piece of a batch for reading one by one.

    Raises:
        InputError: a content type that batches do not have, or rows that cannot be told apart.
    """
    return _piece_of(content_type).singly(reader, batch, body)


def _piece_of(content_type: str) -> Piece:
    codec = _BY_TYPE.get(content_type)
    if codec is None or codec.piece is None:
        names = [name for name, item in _BY_TYPE.items() if item.piece is not None]
        raise InputError(
            f'Content type "{content_type}" is not supported in a batch.',
            advice=f"Use one of {listed(names)}.",
        )
    return codec.piece


def format_piece(table: Columns | None, output_format: str) -> Answer:
    """Return the answer to a piece of a batch, without a header; empty for None.

    The last line has no line feed: `AssembleWith=Line` adds it.
    """
    codec = _BY_NAME[output_format]
    if codec.writer is None or codec.writer.lines is None:
        raise ValueError(f"a transform job has no answers of the format {output_format}")
    text = "" if table is None else codec.writer.lines(table).removesuffix("\n")
    return Answer(text, codec.content_types[0])
