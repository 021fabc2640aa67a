"""Decide which files of a bulk batch are cut into parts, and into how many.

A part is what one instance predicts to one result, and what a resumed batch need not predict again.
Where parts begin in a file of text, only the job knows, which reads it whole.
"""

from dataclasses import replace

from autogluon_contracts.data.files.json_array import is_array
from autogluon_lambdas.logic.batch.data import BatchData, BatchFile
from autogluon_lambdas.ports import ObjectStore

CUT_FROM_BYTES = 256_000_000
# Longer than records are; some minutes of one core, which an interruption costs at most; and so
# many in a file of some gigabytes that instances end at about the same time.
PART_BYTES = 64_000_000
MOST_PARTS = 1_000
_HEAD_BYTES = 4_096
_MEGABYTE = 1_000_000


def with_parts(store: ObjectStore, data: BatchData) -> BatchData:
    """Return the data with the number of parts of each file; the same file always has the same."""
    if all(file.entry.size < CUT_FROM_BYTES for file in data.inspected):
        return data
    inspected = tuple(
        replace(file, parts=_parts(store, data.files.format, file)) for file in data.inspected
    )
    return replace(data, inspected=inspected)


def note_of_parts(data: BatchData, planned: BatchData) -> str:
    """Return what is to be said of large files behind the reason for the engine; perhaps nothing.

    Such as `; 1 file of 256 MB or more is cut into 31 parts`.

    Args:
        data: as `with_parts` returns it.
        planned: the same without parts of files that are predicted already.
    """
    cut = [file.parts for file in planned.inspected if file.parts > 1]
    size = f"{CUT_FROM_BYTES / _MEGABYTE:.0f} MB or more"
    notes = []
    if cut:
        verb = "is" if len(cut) == 1 else "are"
        files = _counted(len(cut), "file", "files")
        notes.append(f"{files} of {size} {verb} cut into {sum(cut):,} parts")
    whole = sum(file.entry.size >= CUT_FROM_BYTES and file.parts == 1 for file in data.inspected)
    if whole:
        noun = _UNCUT[data.files.format]
        notes.append(f"{_counted(whole, *noun)} of {size} cannot be cut into parts")
    return "".join(f"; {note}" for note in notes)


_UNCUT = {
    "jsonl": ("JSON array", "JSON arrays"),
    "parquet": ("Parquet file with one row group", "Parquet files with one row group"),
}


def _counted(count: int, noun: str, plural: str) -> str:
    return f"{count:,} {noun if count == 1 else plural}"


def _parts(store: ObjectStore, format_name: str, file: BatchFile) -> int:
    if file.entry.size < CUT_FROM_BYTES:
        return 1
    if format_name == "jsonl" and is_array(store.read(file.entry.location, 0, _HEAD_BYTES)):
        return 1
    parts = min(file.entry.size // PART_BYTES, MOST_PARTS)
    return parts if file.row_groups is None else max(1, min(parts, file.row_groups))
