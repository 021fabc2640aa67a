"""`/opt/ml` of a bulk job for tests, and the rows that it predicts."""

from __future__ import annotations

import csv
import io
import json
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from autogluon_jobs.bulk import main
from tests.unit.containers import shop_data
from tests.unit.containers.shop_data import FEATURES, record

ROWS = [row | {"key": f'k{i}, "{i}"'} for i, row in enumerate(shop_data.rows(60, seed=41))]
COLUMNS = ("key", *reversed(FEATURES))


@dataclass
class BulkFolder:
    """`/opt/ml` of one instance of a bulk job, somewhere else."""

    base: Path
    archive: Path

    def run(self, bodies: dict[str, str | bytes], **changes: Any) -> int:
        self.prepare(bodies, **changes)
        return self.main()

    def main(self) -> int:
        return main.main([], {"SAGEMAKER_BASE_DIR": str(self.base)})

    def prepare(self, bodies: dict[str, str | bytes], **changes: Any) -> None:
        data, config, model = (self._folder(name) for name in ("data", "config", "model"))
        for name, body in bodies.items():
            (data / name).parent.mkdir(parents=True, exist_ok=True)
            (data / name).write_bytes(body.encode() if isinstance(body, str) else body)
        if not (model / "model.tar.gz").exists():
            (model / "model.tar.gz").symlink_to(self.archive)
        (config / "bulk.json").write_text(json.dumps(self._document(bodies, changes)))

    def _document(self, bodies: dict[str, str | bytes], changes: dict[str, Any]) -> dict[str, Any]:
        suffix = changes.get("output_format", "csv")
        document = {
            "version": 1, "predictor": "shop", "job_name": "shop-bulk-1",
            "model_package_arn": "arn:aws:sagemaker:::model-package/shop/1", "format": "csv",
            "columns": list(COLUMNS), "has_header": True, "id_column": "key",
            "include_columns": [], "output": "both", "output_format": "csv",
            "files": [
                {
                    "name": name, "uri": f"s3://bucket/{name}", "etag": f"etag of {name}",
                    "bytes": (self.base / "processing" / "data" / name).stat().st_size,
                    "output": f"{name}.{suffix}", "rows": None, "result_bytes": None,
                }
                for name in bodies
            ],
        }  # fmt: skip
        return document | changes

    def _folder(self, name: str) -> Path:
        folder = self.base / "processing" / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def result(self, name: str) -> bytes:
        return (self.base / "processing" / "output" / "results" / name).read_bytes()

    def table(self, name: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.result(name).decode(), newline="")))

    def shard(self, name: str) -> dict[str, Any]:
        path = self.base / "processing" / "output" / "shards" / f"{name}.json"
        document: dict[str, Any] = json.loads(path.read_text())
        return document

    @property
    def message(self) -> str:
        return (self.base / "output" / "message").read_text()


def shipped(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Leave out what Python wrote when another test imported the artifact's code."""
    return None if "__pycache__" in member.name else member


def parquet_of(rows: list[dict[str, Any]], row_group_size: int = 11) -> bytes:
    records = [record(row) | {"key": row["key"]} for row in rows]
    sink = pa.BufferOutputStream()
    table = pa.Table.from_pylist(records)
    pq.write_table(table, sink, row_group_size=row_group_size)
    return sink.getvalue().to_pybytes()
