"""Write the sentence that a failed job leaves behind."""

from __future__ import annotations

from pathlib import Path

from autogluon_jobs.messages.errors import InputError

# SageMaker keeps 1,024 characters of the failure file as the job's FailureReason.
_LONGEST = 1000


def sentence_of(error: BaseException) -> str:
    """Return what to tell the user about an error that ends the job."""
    if isinstance(error, InputError):
        return str(error)[:_LONGEST]
    if isinstance(error, MemoryError):
        return "The instance ran out of memory. Choose one with more, or train on fewer rows."
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    text = " ".join(lines) or "no message"
    return f"AutoGluon failed with {type(error).__name__}: {text}"[:_LONGEST]


def line_for_log(error: BaseException, field: str) -> str:
    """Return what a job's log says of an error, without values of the data.

    Args:
        field: of the job that holds the sentence, such as "FailureReason".
    """
    return f"The job failed with {type(error).__name__}; its {field} says why."


def write_failure(output: Path, sentence: str) -> None:
    """Write the failure file; the training toolkit keeps one that is already there."""
    output.mkdir(parents=True, exist_ok=True)
    (output / "failure").write_text(sentence, encoding="utf-8")
