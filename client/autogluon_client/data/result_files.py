"""Download the results of a batch, one file for each input file.

The result of a large file consists of parts. They become one file again, except those of Parquet,
which readers take as a folder.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autogluon_client.data.storage import download, read_bytes, split_uri
from autogluon_client.errors import InvalidDataError

_AT_ONCE = 16
_COPY_BYTES = 1 << 20
_PARQUET = ".parquet"


@dataclass(frozen=True)
class _Result:
    """The object of one input file's result, or those of its parts in the order of its rows."""

    uri: str
    parts: Sequence[str] = ()

    def objects(self, path: Path) -> list[tuple[str, Path]]:
        """Return what to download where, for a result at `path`."""
        if not self.parts:
            return [(self.uri, path)]
        folder = path if path.suffix == _PARQUET else path.with_name(f"{path.name}.parts")
        return [(uri, folder / uri.rpartition("/")[2]) for uri in self.parts]


def download_results(s3: Any, output: Mapping[str, Any], folder: Path) -> list[Path]:
    """Download a batch's results into a folder.

    Args:
        s3: an S3 client.
        output: the run's output.
        folder: where to put them; they keep their names below the batch's `results/`.

    Returns:
        A file per input file, in the input's order; for Parquet in parts, the folder of them.

    Raises:
        InvalidDataError: a part of CSV does not begin with the batch's columns.
    """
    results, columns = _results(s3, output)
    root = results_folder(results[0].uri)
    paths = [folder / result.uri.removeprefix(root).rstrip("/") for result in results]
    objects = [result.objects(path) for result, path in zip(results, paths, strict=True)]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for _ in pool.map(lambda one: download(s3, *one), [one for own in objects for one in own]):
            pass  # a download that failed raises here
    for result, path, own in zip(results, paths, objects, strict=True):
        if result.parts and path.suffix != _PARQUET:
            _join([part for _, part in own], path, columns)
    return paths


def results_folder(uri: str) -> str:
    """Return `<batch folder>/results/` of a result's URI."""
    bucket, key = split_uri(uri)
    parts = key.split("/")
    # <predictor>/batches/<job name>/results/<file>
    return f"s3://{bucket}/{'/'.join(parts[:4])}/"


def _results(s3: Any, output: Mapping[str, Any]) -> tuple[list[_Result], Sequence[str]]:
    """Return the results and their columns; the manifest lists them where a folder is given."""
    listed: list[str] = output["results"]
    if not any(uri.endswith("/") for uri in listed):
        return [_Result(uri) for uri in listed], ()
    manifest = json.loads(read_bytes(s3, output["manifest_uri"]))
    results = [
        _Result(file["output"], [part["output"] for part in file.get("parts", ())])
        for file in manifest["files"]
    ]
    return results, manifest.get("columns", ())


def _join(parts: Sequence[Path], path: Path, columns: Sequence[str]) -> None:
    """Write the parts of a result as one file, with one header, and delete them."""
    header = _header(columns) if path.suffix == ".csv" else b""
    with path.open("wb") as file:
        for number, part in enumerate(parts):
            with part.open("rb") as source:
                if source.read(len(header)) != header:
                    raise InvalidDataError(
                        f"{part} does not begin with the columns of its batch.",
                        advice="Download the results again.",
                    )
                if number == 0:
                    source.seek(0)
                shutil.copyfileobj(source, file, _COPY_BYTES)
            part.unlink()
    parts[0].parent.rmdir()


def _header(columns: Sequence[str]) -> bytes:
    """Return the first line of a CSV result as the bulk engine writes it."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerow(columns)
    return text.getvalue().encode()
