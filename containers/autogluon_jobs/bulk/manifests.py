"""Write and compare manifests of finished files and parts, which let a batch resume."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

from autogluon_contracts.documents.bulk_job import BulkUnit, ShardManifest
from autogluon_contracts.documents.feature_schema import FILE_NAME


def schema_hash(model: Path) -> str:
    """Return the SHA-256 of the model's feature schema, 16 hexadecimal digits."""
    return _digest((model / FILE_NAME).read_bytes())


def write_manifest(folder: Path, unit: BulkUnit, manifest: ShardManifest, scratch: Path) -> None:
    """Write `<folder>/<unit.name>.json`, which appears when it is complete.

    Args:
        folder: of manifests; it is uploaded while the job runs, and a job may be killed any time.
        unit: what is finished.
        manifest: says so.
        scratch: a file that is not uploaded.
    """
    path = _path(folder, unit)
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch.write_text(manifest.to_text(indent=1) + "\n", encoding="utf-8")
    shutil.move(scratch, path)


def is_finished(folder: Path, unit: BulkUnit, *, schema: str, batch: str) -> bool:
    """Return whether an earlier job predicted this with this model, and its result exists.

    Args:
        folder: holds the earlier job's manifests; may be absent.
        unit: the file or part that would be predicted.
        schema: the model's `schema_hash`.
        batch: the batch's `batch_hash`.
    """
    path = _path(folder, unit)
    if unit.result_bytes is None or not path.is_file():
        return False
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:  # a job of an earlier release was killed while it wrote
        return False
    expected = {
        "version": ShardManifest.VERSION,
        "input": unit.file.uri,
        "etag": unit.file.etag,
        # Of a part, it says how many there are, and so which rows.
        "output": unit.output,
        "bytes": unit.result_bytes,
        "schema_hash": schema,
        "batch_hash": batch,
    }
    return {key: document.get(key) for key in expected} == expected


def _path(folder: Path, unit: BulkUnit) -> Path:
    return folder / f"{unit.name}.json"


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]
