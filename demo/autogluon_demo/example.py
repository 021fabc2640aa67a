"""Define what the demo trains on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autogluon_demo.cdk import ROOT


@dataclass(frozen=True)
class Example:
    """A predictor of `config/<environment>.yaml` with its sample data."""

    environment: str
    predictor: str
    label: str
    shown_columns: tuple[str, ...]

    @property
    def folder(self) -> Path:
        """Return the folder of train.csv and test.csv."""
        return ROOT / "examples" / self.predictor

    @property
    def results(self) -> Path:
        """Return the folder for local copies of results."""
        return ROOT / ".embedded" / "demo"


INCOME = Example("sandbox", "income", "class", ("age", "education", "occupation"))
