"""Record an artifact's hash when its training ends, and verify it before the artifact is loaded."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path

from autogluon_contracts.documents.metrics import FILE_NAME, TrainingMetrics
from autogluon_contracts.models.artifact_hash import ADVICE, artifact_problem, artifact_sha256
from autogluon_jobs.messages.errors import InputError


def write_metrics(metrics: TrainingMetrics, model: Path, output: Path) -> TrainingMetrics:
    """Write `metrics.json` into the finished artifact, and beside it with the artifact's hash.

    The artifact's own copy cannot hold the hash of the artifact.

    Returns:
        What was written to `output`.
    """
    _write(metrics, model)
    recorded = replace(metrics, artifact_sha256=artifact_sha256(model))
    _write(recorded, output)
    return recorded


def verify_artifact(folder: Path, recorded: str | None, *, code_imported: bool = False) -> None:
    """Compare an unpacked artifact with the hash that its training recorded; a line says so.

    Args:
        folder: the artifact.
        recorded: the hash; None for versions of release 0.1.
        code_imported: as in `artifact_sha256`.

    Raises:
        InputError: they differ.
    """
    if recorded is None:
        _log("Artifact not verified: its model version has no recorded hash.")
        return
    started = time.monotonic()
    problem = artifact_problem(folder, recorded, code_imported=code_imported)
    if problem is not None:
        raise InputError(problem, advice=ADVICE)
    seconds = time.monotonic() - started
    _log(f"Artifact verified: SHA-256 {recorded}, in {seconds:.3f} s.")


def _log(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _write(metrics: TrainingMetrics, folder: Path) -> None:
    text = metrics.to_text(indent=1, allow_nan=False, ensure_ascii=False) + "\n"
    (folder / FILE_NAME).write_text(text, encoding="utf-8")
