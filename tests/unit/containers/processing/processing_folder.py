"""A processing job's folders as SageMaker lays them out, for jobs that run in a test's process."""

from __future__ import annotations

import io
import json
import os
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autogluon_contracts.documents.data_profile import DataProfile
from autogluon_contracts.documents.processing_job import ProcessingJobConfig, ProfileConfig
from autogluon_jobs.processing.main import main

JOB = "income-monday-0a1b2c3d"


@dataclass(frozen=True)
class ProcessingFolder:
    """`/opt/ml` of one processing job, somewhere else."""

    base: Path

    def put(self, channel: str, name: str, content: str | bytes) -> Path:
        path = self.base / "processing" / channel / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def script(self, text: str, name: str = "income/features/features.py") -> None:
        """Add the archive of scripts, with one in it."""
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as tar:
            entry = tarfile.TarInfo(name)
            entry.size = len(text.encode())
            tar.addfile(entry, io.BytesIO(text.encode()))
        self.put("scripts", "4567cdef.tar.gz", packed.getvalue())

    def resources(self, current: str, *hosts: str) -> None:
        """Say which of several instances this is."""
        path = self.base / "config" / "resourceconfig.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"current_host": current, "hosts": list(hosts)}))

    def run(
        self, *, inputs: Mapping[str, str] | None = None, profile: Mapping[str, Any] | None = None,
        **config: Any,
    ) -> int:  # fmt: skip
        """Run the job; returns its exit code."""
        given = {name: f"s3://data/{name}/" for name in (inputs or {"raw": ""})}
        values = {
            "predictor": "income",
            "step": "features" if profile is None else "profile",
            "job_name": JOB,
            "script": "income/features/features.py" if profile is None else None,
            "inputs": given,
            "outputs": ("train",) if profile is None else ("profile",),
            "profile": None if profile is None else ProfileConfig(**profile),
        }
        document = ProcessingJobConfig(**{**values, **config})
        self.put("config", "processing_job.json", document.to_text())
        return main([], {**os.environ, "SAGEMAKER_BASE_DIR": str(self.base)})

    @property
    def message(self) -> str:
        return (self.base / "output" / "message").read_text(encoding="utf-8")

    def output(self, name: str) -> Path:
        return self.base / "processing" / "output" / name

    @property
    def profile(self) -> DataProfile:
        text = (self.output("profile") / "profile.json").read_text(encoding="utf-8")
        return DataProfile.from_text(text)

    @property
    def page(self) -> str:
        return (self.output("profile") / "profile.html").read_text(encoding="utf-8")
