"""Upload the outputs of a processing job, at its end or while it runs."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from embedded_aws.sagemaker.container import s3_data
from embedded_aws.sagemaker.processing.processing_instance import ProcessingInstance, outputs_of

_PAUSE_SECONDS = 0.5


class ProcessingOutput:
    """The outputs of one instance; a file is uploaded again when it changed."""

    def __init__(
        self, client: Any, request: Mapping[str, Any], instance: ProcessingInstance
    ) -> None:
        self._client = client
        self._instance = instance
        self._outputs = [item["S3Output"] for item in outputs_of(request)]
        self._key = (request.get("ProcessingOutputConfig") or {}).get("KmsKeyId")
        self._uploaded: dict[Path, tuple[int, int]] = {}

    @contextmanager
    def while_running(self) -> Iterator[None]:
        """Upload the outputs of mode `Continuous` while the block runs, and once after it.

        Raises:
            JobError: an upload failed.
        """
        done = threading.Event()
        problems: list[BaseException] = []

        def follow() -> None:
            while not done.wait(_PAUSE_SECONDS):
                try:
                    self._upload("Continuous")
                except Exception as error:  # noqa: BLE001 - raised again in the job's own thread
                    problems.append(error)
                    return

        follower = threading.Thread(target=follow, daemon=True)
        follower.start()
        try:
            yield
        finally:
            done.set()
            follower.join()
            if not problems:
                self._upload("Continuous")
        if problems:
            raise problems[0]

    def upload(self) -> None:
        """Upload the outputs of mode `EndOfJob`. Raises JobError."""
        self._upload("EndOfJob")

    def _upload(self, mode: str) -> None:
        for location in self._outputs:
            if location["S3UploadMode"] == mode:
                folder = self._instance.local(location)
                uri = s3_data.S3Uri.parse(location["S3Uri"])
                for path in sorted(folder.rglob("*")):
                    self._upload_changed(path, uri.below(*path.relative_to(folder).parts))

    def _upload_changed(self, path: Path, uri: s3_data.S3Uri) -> None:
        if not path.is_file():
            return
        status = path.stat()
        state = (status.st_mtime_ns, status.st_size)
        if self._uploaded.get(path) != state:
            s3_data.upload(self._client, path, uri, self._key)
            self._uploaded[path] = state
