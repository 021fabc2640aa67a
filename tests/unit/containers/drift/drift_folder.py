"""A drift job's folders as SageMaker lays them out, for jobs that run in a test's process."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autogluon_contracts.documents.drift_report import DriftReport
from autogluon_jobs.drift.main import main
from tests.unit.containers.job_folder import JobFolder

START, END = "2026-11-29T02:00:00Z", "2026-11-29T03:00:00Z"
_NOW = "2026-11-29T02:30:00Z"


@dataclass
class DriftFolder:
    """`/opt/ml` of one drift job, somewhere else."""

    base: Path
    lines: list[str] = field(default_factory=list)

    def put(self, channel: str, name: str, content: str | bytes) -> None:
        path = self.base / "processing" / channel / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    def of_model(self, job: JobFolder) -> DriftFolder:
        """With what a training job has reported."""
        shutil.copytree(job.output_data, self.base / "processing" / "model")
        return self

    def capture(
        self,
        body: str | bytes,
        answer: str | bytes | None,
        *,
        content_type: str = "text/csv",
        accept: str = "text/csv",
        inference_id: str | None = None,
        moment: str = _NOW,
    ) -> None:
        """Add a record as SageMaker writes it."""
        data = {"endpointInput": _part(body, content_type, "INPUT")}
        if answer is not None:
            data["endpointOutput"] = _part(answer, accept, "OUTPUT")
        event = {"eventId": "0", "inferenceTime": moment}
        if inference_id is not None:
            event["inferenceId"] = inference_id
        record = {"captureData": data, "eventMetadata": event, "eventVersion": "0"}
        self.lines.append(json.dumps(record))

    def run(self, **config: Any) -> int:
        """Run the job; returns its exit code."""
        self.put("captured", "endpoint/AllTraffic/2026/11/29/02/a.jsonl", "\n".join(self.lines))
        document = {
            "version": 1,
            "predictor": "shop",
            "job_name": "shop-drift-1",
            "model_package_arn": "arn:aws:sagemaker:us-east-1:123456789012:model-package/shop/3",
            "start": START,
            "end": END,
            "false_alarm_rate": 0.01,
            "min_change": 0.02,
            "min_rows": 50,
            **config,
        }
        self.put("config", "drift_job.json", json.dumps(document))
        return main([], {"SAGEMAKER_BASE_DIR": str(self.base)})

    @property
    def report(self) -> DriftReport:
        return DriftReport.from_text((self._output / "drift.json").read_text(encoding="utf-8"))

    @property
    def page(self) -> str:
        return (self._output / "drift.html").read_text(encoding="utf-8")

    @property
    def message(self) -> str:
        return (self.base / "output" / "message").read_text(encoding="utf-8")

    @property
    def _output(self) -> Path:
        return self.base / "processing" / "output"


def _part(body: str | bytes, content_type: str, mode: str) -> Mapping[str, str]:
    encoding = {"text/csv": "CSV", "application/json": "JSON"}.get(content_type, "BASE64")
    data = body if isinstance(body, str) else body.decode("latin-1")
    if encoding == "BASE64":
        raw = body.encode() if isinstance(body, str) else body
        data = base64.b64encode(raw).decode()
    return {"observedContentType": content_type, "mode": mode, "data": data, "encoding": encoding}
