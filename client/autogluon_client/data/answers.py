"""Parse the tables of answers that endpoints and batches write."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from autogluon_client.errors import InvalidArgumentError
from autogluon_client.optional_packages import pandas, pyarrow_parquet
from autogluon_contracts import content_types

if TYPE_CHECKING:
    import pandas as pd


def parse_answer(content: bytes, media_type: str) -> pd.DataFrame:
    """Return a table of answers in one of the formats that endpoints and batches write.

    Raises:
        InvalidArgumentError: the format is unsupported.
    """
    if media_type not in _PARSERS:
        raise InvalidArgumentError(
            f"accept: got {media_type!r}; allowed: {', '.join(_PARSERS)}.", argument="accept"
        )
    return _PARSERS[media_type](content)


def parse_result_file(content: bytes, name: str) -> pd.DataFrame:
    """Return the table of a batch's result file, whose suffix names the format."""
    is_json_lines = name.endswith(content_types.EXTENSIONS["jsonl"])
    return parse_answer(content, content_types.JSON_LINES if is_json_lines else content_types.CSV)


def parse_records(content: bytes) -> list[dict[str, Any]]:
    """Return the rows of an answer in JSON Lines; needs no pandas."""
    # Not str.splitlines, which would also cut at separators inside texts.
    return [json.loads(line) for line in content.split(b"\n") if line.strip()]


def joined(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the tables of one or more answers as one."""
    return parts[0] if len(parts) == 1 else pandas().concat(parts, ignore_index=True)


def _from_records(records: Sequence[dict[str, Any]]) -> pd.DataFrame:
    pd = pandas()
    names = list(records[0]) if records else []
    return pd.DataFrame({name: [record[name] for record in records] for name in names})


def _json_lines(content: bytes) -> pd.DataFrame:
    return _from_records(parse_records(content))


def _json(content: bytes) -> pd.DataFrame:
    return _from_records(json.loads(content))


def _csv(content: bytes) -> pd.DataFrame:
    # An empty cell is missing; a class called "NA" is a class.
    return pandas().read_csv(
        io.BytesIO(content), float_precision="round_trip", keep_default_na=False, na_values=[""]
    )


def _parquet(content: bytes) -> pd.DataFrame:
    pyarrow_parquet()
    return pandas().read_parquet(io.BytesIO(content))


_PARSERS: dict[str, Callable[[bytes], Any]] = {
    content_types.CSV: _csv,
    content_types.JSON: _json,
    content_types.JSONL: _json_lines,
    content_types.JSON_LINES: _json_lines,
    content_types.PARQUET: _parquet,
}
