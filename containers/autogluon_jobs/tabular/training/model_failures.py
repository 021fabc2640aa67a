"""Say which models AutoGluon could not train, each with its own exception."""

from __future__ import annotations

from autogluon.tabular import TabularPredictor

_LONGEST = 200


def model_failures(predictor: TabularPredictor) -> list[str]:
    """Return one sentence per model that failed, in the order of the failures."""
    trainer = predictor._trainer
    if trainer is None:
        return []
    table = trainer.model_failures()
    return [
        f"Model {row['model']} was not trained: {row['exc_type']}: {_first_line(row['exc_str'])}"
        for _, row in table.iterrows()
    ]


def _first_line(text: object) -> str:
    lines = [line.strip() for line in str(text).splitlines() if line.strip()]
    line = (lines or ["no message"])[0]
    return line[:_LONGEST] if line.endswith(".") else f"{line[:_LONGEST]}."
