"""A finished file's manifest: what went in, what came out, and what the result depends on."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from autogluon_jobs.bulk.config import BulkConfig, BulkFile
from autogluon_jobs.schema.feature_schema import FILE_NAME

_VERSION = 1


@dataclass(frozen=True)
class ShardManifest:
    """One input file and its result; `bytes` are the result's, `seconds` of wall clock.

    `schema_hash` is that of the model's feature schema; `batch_hash` that of everything else which
    a result depends on (the model version, the layout, the columns asked for).
    """

    input: str
    etag: str
    output: str
    rows_in: int
    rows_out: int
    bytes: int
    seconds: float
    schema_hash: str
    batch_hash: str
    job_name: str
    host: str
    version: int = _VERSION


def schema_hash(model: Path) -> str:
    """SHA-256 of the model's feature schema, 16 hexadecimal digits."""
    return _digest((model / FILE_NAME).read_bytes())


def batch_hash(config: BulkConfig) -> str:
    """SHA-256 of what results depend on beside schema and input, 16 hexadecimal digits."""
    return _digest(json.dumps(config.identity(), sort_keys=True).encode())


def write_manifest(folder: Path, file: BulkFile, manifest: ShardManifest) -> None:
    """Write `<folder>/<file.name>.json`."""
    path = _path(folder, file)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(manifest), indent=1) + "\n", encoding="utf-8")


def is_finished(folder: Path, file: BulkFile, *, schema: str, batch: str) -> bool:
    """Whether an earlier job predicted this very file with this very model, and its result exists.

    Args:
        folder: holds the earlier job's manifests; may be absent.
        file: what would be predicted.
        schema: the model's `schema_hash`.
        batch: the batch's `batch_hash`.
    """
    path = _path(folder, file)
    if file.result_bytes is None or not path.is_file():
        return False
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    expected = {
        "version": _VERSION,
        "input": file.uri,
        "etag": file.etag,
        "output": file.output,
        "bytes": file.result_bytes,
        "schema_hash": schema,
        "batch_hash": batch,
    }
    return {key: document.get(key) for key in expected} == expected


def _path(folder: Path, file: BulkFile) -> Path:
    return folder / f"{file.name}.json"


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]
