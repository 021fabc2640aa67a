"""Define the model that a training job starts from."""

from __future__ import annotations

from dataclasses import dataclass

from autogluon_contracts.document import key

MODEL_CHANNEL = "model"
"""SageMaker's own name of the channel, unless the input names another one."""
ARCHIVE = "model.tar.gz"
"""The only file of the channel."""


@dataclass(frozen=True, kw_only=True)
class ParentModel:
    """The model that a run trained further, and how."""

    method: str = key("AutoGluon's method that trained it further, such as `refit_full`")
    artifact: str = key("S3 URI of its `model.tar.gz`")
    artifact_sha256: str = key("the hash that its training recorded")
    run: str = key("name of the job that trained it")
    model: str | None = key("ARN of its version; null: it was named by its artifact", default=None)
    first_data: str | None = key(
        "S3 URI of the training data of the first fit, which `fit_extra` learns from again",
        default=None,
    )
    channel: str = key("the job's channel that holds it", default=MODEL_CHANNEL)

    @property
    def name(self) -> str:
        """Return such as `version 3`, or the artifact's address."""
        return self.artifact if self.model is None else f"version {self.version}"

    @property
    def version(self) -> str:
        """Return the version's number, or the artifact's address where it has none."""
        return self.artifact if self.model is None else self.model.rpartition("/")[2]
