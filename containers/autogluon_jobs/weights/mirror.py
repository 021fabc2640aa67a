"""Run a mirroring job: `main(argv, environ) -> int`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from autogluon_contracts.documents.mirrored_weights import (
    JOB_FILE,
    RECORD_FILE,
    MirroredWeights,
    MirrorJobConfig,
)
from autogluon_contracts.models.artifact_hash import artifact_sha256
from autogluon_jobs.jobs.processing_program import ProcessingPaths, exit_code
from autogluon_jobs.messages.documents import read_document
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import listed
from autogluon_jobs.weights.hub import Hub
from autogluon_jobs.weights.mirrored_files import check_checkpoint, hashed_files


@dataclass(frozen=True)
class _Folders(ProcessingPaths):
    """The folders of the job; `base` is `/opt/ml`."""

    @property
    def config(self) -> Path:
        return self.processing / "config"

    @property
    def files(self) -> Path:
        return self.processing / "files"

    @property
    def record(self) -> Path:
        return self.processing / "record"


def main(argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """Download a repository at one commit, and record what it is.

    Returns:
        0, or 1 with the cause in one sentence in `/opt/ml/output/message`.
    """
    folders = _Folders.from_environ(environ)
    return exit_code("mirror.py", argv, folders, lambda: _mirror(folders))


def _mirror(folders: _Folders) -> None:
    config = read_document(
        MirrorJobConfig, folders.config / JOB_FILE, 'the processing job\'s input "config"'
    )
    hub = Hub(config.hub)
    found = hub.find(config.repository, config.revision)
    if found.license != config.license:
        states = "no licence" if found.license is None else f"the licence '{found.license}'"
        raise InputError(
            f"{config.hub} states {states} for {config.repository}, and '{config.license}' was "
            "accepted. Nothing was downloaded.",
            advice="Read the licence on the model's page, and accept the one that is stated.",
        )
    print(
        f"Mirroring {config.repository} at {found.commit}: {listed(sorted(found.files))}, "
        f"licence {found.license}",
        flush=True,
    )
    hub.download(found, folders.files)
    files = hashed_files(folders.files, found.files)
    check_checkpoint(folders.files)
    record = MirroredWeights(
        name=config.name,
        hub=config.hub,
        repository=config.repository,
        revision=found.commit,
        license=config.license,
        job=config.job,
        mirrored=datetime.now(UTC).isoformat(timespec="seconds"),
        sha256=artifact_sha256(folders.files),
        files=files,
    )
    folders.record.mkdir(parents=True, exist_ok=True)
    (folders.record / RECORD_FILE).write_text(record.to_text(indent=1) + "\n", encoding="utf-8")
    print(f"Mirrored {len(files)} files, {record.bytes} bytes, SHA-256 {record.sha256}", flush=True)
