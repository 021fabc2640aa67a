"""Report the rows of a batch that got an error in place of an answer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from autogluon_contracts.documents.batch_manifest import MOST_LISTED_ERRORS
from autogluon_contracts.documents.bulk_job import BadRow
from autogluon_lambdas.models.events.batch import BatchHead


@dataclass(frozen=True)
class FileErrors:
    """How many rows of an input file got an error, and the first of them."""

    uri: str
    count: int
    first: Sequence[BadRow]


def file_errors(uri: str, errors: Iterator[str | None]) -> FileErrors:
    """Count the errors of a file's rows, None for a row without one."""
    count = 0
    first: list[BadRow] = []
    for row, error in enumerate(errors, start=1):
        if error:
            count += 1
            if len(first) < MOST_LISTED_ERRORS:
                first.append(BadRow(row=row, error=error))
    return FileErrors(uri, count, first)


def errors_of_files(batch: BatchHead, files: Sequence[FileErrors]) -> dict[str, Any]:
    """Return the fields of a `BatchManifest` about row errors; none where one fails the batch."""
    if batch.on_error != "row":
        return {}
    listed = [f"{file.uri}, row {bad.row}: {bad.error}" for file in files for bad in file.first]
    return {
        "row_errors": sum(file.count for file in files),
        "first_row_errors": tuple(listed[:MOST_LISTED_ERRORS]),
    }
