"""Match the columns of a CSV request to features by the schema, without guessing.

The first line is a header where it names every feature (in any order). It is a header with a
mistake, and refused by name, where it names some of them or nearly names most. Otherwise the rows
are values in the order of the schema, and there must be as many cells as features.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autogluon_contracts.data.files.csv_dialect import Delimiter, delimiter_for, separator_line
from autogluon_contracts.data.index_column import INDEX_NAMES
from autogluon_contracts.suggestions import did_you_mean, simplified
from autogluon_jobs.conversion.conversion import convert_column
from autogluon_jobs.conversion.single_cells import RefusedError, UnsureError, reader_of
from autogluon_jobs.formats import csv_text, text_columns
from autogluon_jobs.formats.cell_rules import MISSING_MARKS
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.row_names import row_of_request
from autogluon_jobs.messages.wording import listed
from autogluon_jobs.requests.header_names import check_header
from autogluon_jobs.requests.header_rows import is_free_text
from autogluon_jobs.schema.feature_schema import Feature, FeatureSchema, missing_words

_SNIFFED_CELLS = 32
"""How many cells of a first line are compared with the features' names, each with all of them."""

_LONGEST_SEPARATOR_LINE = 16


@dataclass(frozen=True)
class CsvLayout:
    """The columns of a CSV in file order; `has_header` says what its first line is.

    `is_stated`: the columns were stated and checked beforehand, so that no row may be a header.
    """

    columns: tuple[str, ...]
    has_header: bool
    is_stated: bool = False
    delimiter: Delimiter = ","


def open_csv(schema: FeatureSchema, body: str | bytes) -> tuple[bytes, Delimiter]:
    """Return a request's CSV in UTF-8, below a `sep=` line, and its delimiter.

    Raises:
        InputError: an empty body, or invalid UTF-16.
    """
    data = csv_text.as_bytes(csv_text.as_utf8(body))
    named = separator_line(data[:_LONGEST_SEPARATOR_LINE].decode("utf-8", "replace"))
    if named is not None:
        data = csv_text.as_bytes(data[named[1] :])
    if not data or data.isspace():
        raise InputError("The body is empty.", advice="Send a header and rows, or rows alone.")
    if named is not None:
        return data, named[0]
    return data, delimiter_for(schema.names, lambda mark: csv_text.first_record(data, mark))


def detect_layout(
    schema: FeatureSchema, first: Sequence[str], delimiter: Delimiter = ","
) -> CsvLayout:
    """Read the first line of a request.

    Args:
        schema: what the predictor takes.
        first: the cells of the first line.
        delimiter: between cells.

    Raises:
        InputError: a header with a missing, mistyped, doubled or unknown name; a first line that
            could be both header and values.
    """
    names = set(schema.names)
    if set(schema.required(first)) <= set(first):
        check_header(schema, first)
        if len(first) == len(names) and _is_plausible_row(schema, first):
            raise InputError(
                "The first line is both the header and a valid row of values, because the columns "
                "are named like values.",
                advice="Send JSON records or Parquet instead.",
            )
        return CsvLayout(tuple(first), has_header=True, delimiter=delimiter)
    if _is_mistyped_header(schema, first):
        check_header(schema, first)
    if len(first) != len(names):
        raise InputError(
            f"The first line names no column and has {len(first)} cells.",
            advice=f"Without a header, send the {len(names)} features of each row in this order: "
            f"{listed(schema.names)}.",
        )
    return CsvLayout(schema.names, has_header=False, delimiter=delimiter)


def _is_mistyped_header(schema: FeatureSchema, first: Sequence[str]) -> bool:
    if len(first) == len(schema.features) and _is_plausible_row(schema, first):
        return False
    known = (set(schema.names) | schema.accepted) - set(INDEX_NAMES)
    if any(cell in schema.by_name for cell in first):
        return True
    if len(first) > 2 * len(known):
        return False  # most cells cannot be names of features
    alike = {simplified(name) for name in known}
    sniffed = first[:_SNIFFED_CELLS]
    near = sum(simplified(cell) in alike or did_you_mean(cell, known) != "" for cell in sniffed)
    return 2 * near >= len(sniffed)


def _is_plausible_row(schema: FeatureSchema, cells: Sequence[str]) -> bool:
    """Return whether the cells, in the schema's order, are values that training could have seen.

    At least one of them has to say so: free text is like any name, and so is a missing value.
    """
    pairs = list(zip(schema.features, cells, strict=True))
    says_something = any(_is_present(item, cell) for item, cell in pairs if not is_free_text(item))
    return says_something and all(_is_plausible(item, cell) for item, cell in pairs)


def _is_present(feature: Feature, cell: str) -> bool:
    if feature.kind in ("category", "text"):
        return cell not in missing_words(feature)
    return cell.strip() not in ("", *MISSING_MARKS)


def _is_plausible(feature: Feature, cell: str) -> bool:
    if feature.kind == "category":
        return cell in feature.known or cell in missing_words(feature)
    try:
        reader_of(feature)(cell)
        return True
    except RefusedError:
        return False
    except UnsureError:
        return _is_convertible(feature, cell)


def _is_convertible(feature: Feature, cell: str) -> bool:
    try:
        convert_column(feature, text_columns.as_text([cell]), row_of_request)
    except InputError:
        return False
    return True
