"""CheckpointConfig: a local folder, filled from S3 at the start and copied back as it changes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from embedded_aws.sagemaker.container import s3_data
from embedded_aws.sagemaker.container.opt_ml import OptMl
from embedded_aws.sagemaker.errors import JobError

_DEFAULT_LOCAL_PATH = "/opt/ml/checkpoints"
_SYNC_SECONDS = 2.0


@contextmanager
def synchronised(client: Any, request: dict[str, Any], opt_ml: OptMl) -> Iterator[None]:
    """Synchronize the job's checkpoint folder with S3 while the body runs. Raises JobError."""
    config = request.get("CheckpointConfig")
    if not config:
        yield
        return
    folder = opt_ml.on_host(config.get("LocalPath", _DEFAULT_LOCAL_PATH))
    if not folder.is_relative_to(opt_ml.root):
        raise JobError(
            f"ClientError: the embedded AWS does not support CheckpointConfig.LocalPath "
            f"{config['LocalPath']!r}; it must be below /opt/ml."
        )
    folder.mkdir(parents=True, exist_ok=True)
    uri = s3_data.S3Uri.parse(config["S3Uri"])
    source = {"S3DataType": "S3Prefix", "S3Uri": f"{str(uri).rstrip('/')}/"}
    s3_data.download(client, s3_data.list_objects(client, source, allow_none=True), folder)
    sync = _Sync(client, folder, uri)
    done = threading.Event()
    thread = threading.Thread(target=sync.run_until, args=(done,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        sync.copy_changes()


class _Sync:
    """Copies files that are new or changed since the last pass."""

    def __init__(self, client: Any, folder: Path, uri: s3_data.S3Uri) -> None:
        self._client, self._folder, self._uri = client, folder, uri
        self._seen: dict[Path, tuple[int, int]] = dict(self._files())

    def run_until(self, done: threading.Event) -> None:
        """Copy changes every few seconds; failed copies are retried at the end."""
        while not done.wait(_SYNC_SECONDS):
            try:
                self.copy_changes()
            except (JobError, OSError):
                continue

    def copy_changes(self) -> None:
        """Copy what changed, and delete what is gone. Raises JobError when S3 refuses it."""
        found = dict(self._files())
        for path, version in found.items():
            if self._seen.get(path) != version:
                s3_data.upload(self._client, path, self._target(path), None)
                self._seen[path] = version
        # "If a checkpoint is deleted in the SageMaker AI container, it will also be deleted in the
        # S3 folder" (developer guide, "Checkpoints in Amazon SageMaker AI").
        for path in self._seen.keys() - found:
            s3_data.delete(self._client, self._target(path))
            del self._seen[path]

    def _target(self, path: Path) -> s3_data.S3Uri:
        return self._uri.below(*path.relative_to(self._folder).parts)

    def _files(self) -> Iterator[tuple[Path, tuple[int, int]]]:
        for path in sorted(self._folder.rglob("*")):
            if path.is_file():
                stat = path.stat()
                yield path, (stat.st_mtime_ns, stat.st_size)
