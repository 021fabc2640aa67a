"""Recognise a file by its first bytes, to say why one with another's name is not read."""

from __future__ import annotations

from dataclasses import dataclass

from autogluon_contracts.content_types import (
    ADVICE_OF_ENDING,
    EXTENSIONS,
    Format,
)
from autogluon_contracts.data.files.csv_dialect import MARKUP_ADVICE, is_markup
from autogluon_contracts.data.files.gunzip import GZIP
from autogluon_contracts.data.files.json_array import is_array
from autogluon_contracts.data.files.json_faults import other_document

HEAD_BYTES = 4096
"""As many bytes as show what a file is: a workbook names its parts in them."""

_PARQUET = b"PAR1"
_ZIP = b"PK\x03\x04"
_WORKBOOK_PARTS = (b"[Content_Types].xml", b"xl/", b"opendocument.spreadsheet")
_NOUNS: dict[Format, str] = {"csv": "CSV", "jsonl": "JSON", "parquet": "Parquet"}
_SAVE_AS = ADVICE_OF_ENDING[".feather"]
_SAVE_SHEET = ADVICE_OF_ENDING[".xlsx"]
_UNPACK = ADVICE_OF_ENDING[".zip"]
_DOWNLOAD = "Download the data themselves."
# Signatures of files that nothing here reads.
_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel workbook", _SAVE_SHEET),
    (_ZIP, "a ZIP archive", _UNPACK),
    (b"BZh", "compressed by bzip2", _UNPACK),
    (b"\xfd7zXZ\x00", "compressed by xz", _UNPACK),
    (b"\x28\xb5\x2f\xfd", "compressed by Zstandard", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", _UNPACK),
    (b"Rar!\x1a\x07", "a RAR archive", _UNPACK),
    (b"%PDF-", "a PDF", "Save its table as CSV."),
    (b"\x89PNG\r\n", "a picture", _DOWNLOAD),
    (b"\xff\xd8\xff", "a picture", _DOWNLOAD),
    (b"GIF8", "a picture", _DOWNLOAD),
    (b"SQLite format 3\x00", "an SQLite database", "Export its table as CSV."),
    (b"ARROW1", "an Arrow file", _SAVE_AS),
    (b"FEA1", "a Feather file", _SAVE_AS),
    (b"ORC", "an ORC file", _SAVE_AS),
    (b"Obj\x01", "an Avro file", _SAVE_AS),
    (b"\x89HDF\r\n", "an HDF5 file", _SAVE_AS),
    (b"\x93NUMPY", "a NumPy file", _SAVE_AS),
    (b"\x80\x04\x95", "a Python pickle", _SAVE_AS),
    (b"\x80\x05\x95", "a Python pickle", _SAVE_AS),
    (b"RDX", "an R workspace", _SAVE_AS),
    (b"$FL2", "an SPSS file", _SAVE_AS),
    (b"<stata_dta>", "a Stata file", _SAVE_AS),
    (b"version https://git-lfs", "a pointer of Git LFS", "Run git lfs pull."),
)
# Those that a header may begin with, such as ORCID; in such a file, what follows is not text.
_OF_LETTERS = (_PARQUET, b"BZh", b"GIF8", b"ARROW1", b"FEA1", b"ORC", b"RDX")
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\v\f\r")


@dataclass(frozen=True)
class OtherKind:
    """What a file is instead of what its name says; `what` completes `<file> is ...`.

    `format` is the one that it has, where it is one of a batch's.
    """

    what: str
    advice: str
    format: Format | None = None


def sniffed_format(head: bytes) -> Format:
    """Return the format of a file whose name does not say it, by its first bytes.

    Example:
        >>> sniffed_format(b'{"a": 1}'), sniffed_format(b"a,b\\n1,2"), sniffed_format(b"PAR1")
        ('jsonl', 'csv', 'parquet')
    """
    if head.startswith(_PARQUET):
        return "parquet"
    return "jsonl" if head.lstrip()[:1] == b"{" or is_array(head) else "csv"


def other_kind(name: str, head: bytes, file_format: Format) -> OtherKind | None:
    """Return what a file is that is not of its name's format; None where it may well be.

    Args:
        name: the file's name.
        head: its first bytes, as they are stored.
        file_format: what its ending says.

    Example:
        >>> other_kind("t.csv", b"PAR1\\x15...", "csv")
        OtherKind(what='a Parquet file, not CSV', advice='Name it t.parquet.', format='parquet')
    """
    says_gzip = name.lower().endswith(".gz")
    plain_name = name[: -len(".gz")] if says_gzip else name
    if says_gzip:
        if head.startswith(GZIP):
            return None  # what it holds is told by the bytes that are unpacked
        found = other_kind(plain_name, head, file_format)
        return found or OtherKind("not compressed by gzip", f"Name it {plain_name}.")
    if head.startswith(GZIP):
        name_it = f", or for training name it {name}.gz" if file_format != "parquet" else ""
        return OtherKind(
            "compressed by gzip, which its name does not say",
            f"Unpack it{name_it}.",
        )
    return content_kind(plain_name, head, file_format)


def content_kind(name: str, head: bytes, file_format: Format) -> OtherKind | None:
    """Return what the unpacked bytes of a file are, where its format is another.

    Args:
        name: the file's name without `.gz`.
        head: its first bytes, unpacked.
        file_format: what its ending says.
    """
    noun = _NOUNS[file_format]
    if file_format == "parquet" and head.startswith(_PARQUET):
        return None
    if _begins_with(_PARQUET, head):
        return OtherKind(f"a Parquet file, not {noun}", _rename(name, "parquet"), "parquet")
    if head.startswith(_ZIP) and any(part in head for part in _WORKBOOK_PARTS):
        return OtherKind(f"an Excel workbook, not {noun}", _SAVE_SHEET)
    for signature, what, advice in _SIGNATURES:
        if _begins_with(signature, head):
            return OtherKind(f"{what}, not {noun}", advice)
    text = head.decode("utf-8", "replace")
    if is_markup(text):
        return OtherKind(f"a web page (HTML) or XML, not {noun}", MARKUP_ADVICE)
    return _of_text(name, head, file_format)


def _begins_with(signature: bytes, head: bytes) -> bool:
    is_it = head.startswith(signature)
    return is_it and (signature not in _OF_LETTERS or not _CONTROLS.isdisjoint(head))


def _of_text(name: str, head: bytes, file_format: Format) -> OtherKind | None:
    first = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    is_json = is_array(head) or first.startswith((b'{"', b"{\n", b"{ "))
    if file_format == "csv":
        return OtherKind("JSON, not CSV", _rename(name, "jsonl"), "jsonl") if is_json else None
    if file_format == "jsonl":
        fault = None if is_array(head) else other_document(head, is_whole=len(head) < HEAD_BYTES)
        if fault is not None:
            return OtherKind(fault.what, fault.advice)
        if not first or first[:1] in b"{[":
            return None
        return OtherKind("not JSON", f"If it is CSV, n{_rename(name, 'csv')[1:]}")
    if is_json:
        return OtherKind("JSON, not Parquet", _rename(name, "jsonl"), "jsonl")
    if b"\x00" in head or not first:
        return None  # the Parquet reader says what is wrong with it
    return OtherKind("not Parquet", f"If it is CSV, n{_rename(name, 'csv')[1:]}")


def _rename(name: str, file_format: Format) -> str:
    stem = name.rpartition(".")[0] or name
    return f"Name it {stem}{EXTENSIONS[file_format][0]}."
