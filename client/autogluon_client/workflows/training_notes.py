"""Read what a training run has to say beside its scores: warnings, and models that it lacks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from autogluon_client.data.storage import read_bytes
from autogluon_client.environment.connection import Connection


@dataclass(frozen=True)
class TrainingNotes:
    """What a person should know of a run.

    Attributes:
        warnings: sentences.
        untrained: `model`, `error` and `reason` of each model that could not be trained.
    """

    warnings: tuple[str, ...] = ()
    untrained: tuple[dict[str, str], ...] = ()

    def document(self) -> dict[str, Any]:
        """Return it as JSON-ready values."""
        return {"warnings": list(self.warnings), "untrained_models": list(self.untrained)}

    def lines(self) -> list[str]:
        """Return one sentence per warning and untrained model."""
        return [
            *self.warnings,
            *(f"{model['model']} was not trained: {model['reason']}" for model in self.untrained),
        ]


def training_notes(connection: Connection, output: dict[str, Any] | None) -> TrainingNotes:
    """Read a run's `metrics.json`; nothing where the run left none or its files were deleted.

    Args:
        output: the Train execution's; None for a run that has not succeeded.
    """
    uri = (output or {}).get("metrics_uri")
    if uri is None:
        return TrainingNotes()
    try:
        metrics = json.loads(read_bytes(connection.client("s3"), uri))
    except ClientError as error:
        # S3 answers 403 for an absent object if the caller may not list.
        if error.response["Error"]["Code"] in ("NoSuchKey", "AccessDenied"):
            return TrainingNotes()
        raise
    return TrainingNotes(tuple(metrics.get("warnings", ())), tuple(metrics.get("untrained", ())))
