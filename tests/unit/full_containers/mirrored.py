"""Mirrored weights in the channel of a job folder, as the planner of a run describes them."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path
from typing import Any

import pytest

from autogluon_contracts.models.artifact_hash import artifact_sha256
from autogluon_contracts.models.known_weights import KNOWN_WEIGHTS
from tests.unit.containers.job_folder import JobFolder

REVISION = "0123456789abcdef0123456789abcdef01234567"


def mount(job: JobFolder, name: str, checkpoint: Path, **changes: Any) -> dict[str, Any]:
    """Put a checkpoint into the channel, and return its entry in `job.json`."""
    known = KNOWN_WEIGHTS.get(name)
    repository = changes.pop("repository", known.repository if known else f"me/{name}")
    folder = f"{name}/mirror-1/{repository.rpartition('/')[2]}"
    target = job.base / "input" / "data" / "weights" / folder
    shutil.copytree(checkpoint, target)
    entry = {
        "folder": folder,
        "sha256": artifact_sha256(target),
        "repository": repository,
        "revision": REVISION,
        "license": "apache-2.0",
    }
    return {name: entry | changes}


def unmount(job: JobFolder) -> None:
    """Remove the channel: a server has none."""
    shutil.rmtree(job.base / "input")


def block_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every connection fail, as under network isolation."""

    def refuse(self: socket.socket, address: object) -> None:
        raise OSError(f"no network: {address}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
