"""Define the program that trains a predictor in AutoGluon's place: `script` in its spec."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from autogluon_contracts.document import key

PROGRAM = "run_script.py"
"""The container code that runs a person's script, which `sagemaker_program` names."""
CHANNEL = "scripts"
"""The channel of the archive of all scripts that train."""
METRICS_FILE = "metrics.json"
"""What a script may write into its output folder: an object of numbers by metric."""
RECORD_FILE = "script_record.json"
"""What `run_script.py` writes there about the artifact."""
MOST_METRICS = 40
"""SageMaker's metric definitions of a training job."""


@dataclass(frozen=True, kw_only=True)
class ScriptSpec:
    """What a framework's image runs, or an image that needs no script."""

    folder: str | None = key(
        "where its files are in the archive of scripts; null: the image has its own program",
        default=None,
    )
    entry_point: str | None = key("the Python file that trains, from there", default=None)
    inference: str | None = key(
        "the Python file that serves, from there; null: the image serves by itself", default=None
    )
    metrics: Mapping[str, str] = key(
        "metric -> the regular expression, with one group, that finds it in the log", factory=dict
    )
    answers: tuple[str, ...] = key("the columns of an answer; empty: the label", default=())

    def answer_columns(self, label: str) -> tuple[str, ...]:
        """Return the columns of an answer of a predictor with this label."""
        return self.answers or (label,)
