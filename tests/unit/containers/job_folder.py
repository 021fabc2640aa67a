"""A training job's folders as SageMaker lays them out, for jobs that run in a test's process."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TINY_FIT = {"hyperparameters": {"GBM": {"num_boost_round": 25}}, "fit_weighted_ensemble": False,
            "num_cpus": 1}  # fmt: skip


@dataclass
class JobFolder:
    """`/opt/ml` of one job, somewhere else."""

    base: Path

    @property
    def model(self) -> Path:
        return self.base / "model"

    @property
    def output_data(self) -> Path:
        return self.base / "output" / "data"

    @property
    def failure(self) -> str:
        return (self.base / "output" / "failure").read_text(encoding="utf-8")

    def put(self, channel: str, name: str, content: str | bytes) -> None:
        folder = self.base / "input" / "data" / channel
        folder.mkdir(parents=True, exist_ok=True)
        data = content.encode() if isinstance(content, str) else content
        (folder / name).write_bytes(data)

    def put_job(self, label: str, **changes: Any) -> None:
        document: dict[str, Any] = {
            "version": 1,
            "predictor": "shop",
            "run": "shop-run-1",
            "type": "tabular",
            "framework_version": "1.6.3",
            "init_args": {"label": label},
            "fit_args": TINY_FIT,
            "max_runtime_seconds": 3600,
            "data": {"train": "s3://bucket/train.csv", "test": None, "tuning": None},
        }
        self.put("config", "job.json", json.dumps(document | changes))

    def environ(self) -> Mapping[str, str]:
        channels = sorted((self.base / "input" / "data").iterdir())
        mounted = {f"SM_CHANNEL_{path.name.upper()}": str(path) for path in channels}
        return {"SAGEMAKER_BASE_DIR": str(self.base), **mounted}

    def metrics(self) -> dict[str, Any]:
        text = (self.output_data / "metrics.json").read_text(encoding="utf-8")
        document: dict[str, Any] = json.loads(text)
        return document
