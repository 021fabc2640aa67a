"""Compare the AutoGluon that a job runs with the one that it was planned for."""

from __future__ import annotations

from autogluon_contracts.documents.training_job import TrainingJobConfig


def version_warning(config: TrainingJobConfig, installed: str) -> list[str]:
    """Return a sentence where the image holds another version than the planner expected."""
    if config.framework_version == installed:
        return []
    return [
        f"The job was planned for AutoGluon {config.framework_version}, but its image holds "
        f"{installed}. Serve the model with that version."
    ]
