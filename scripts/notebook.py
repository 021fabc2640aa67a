"""Run the example notebook and keep its outputs: `python -m scripts.notebook`.

Uses the embedded AWS that AWS_ENDPOINT_URL names; else starts one and deploys to it (2 minutes).
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from autogluon_demo.cdk import ROOT
from autogluon_demo.target import open_target
from scripts.screenshots import output_of, workspace

NOTEBOOK = ROOT / "examples" / "income" / "csv_to_predictions.ipynb"
_SECONDS_PER_CELL = 300


def main() -> int:
    """Run it where it stands, and write it with its outputs; returns the exit code."""
    with tempfile.TemporaryDirectory() as name, open_target(Path(name) / "aws.log") as target:
        environment = os.environ | target.environment
        if not target.is_running_on:
            output_of("agcdk deploy --bootstrap", workspace(Path(name)), environment)
        notebook = run_notebook(beside_its_data(Path(name) / "work"), environment)
    nbformat.write(notebook, NOTEBOOK)
    return 0


def beside_its_data(folder: Path) -> Path:
    """A new folder with train.csv and test.csv, where the notebook may write."""
    folder.mkdir()
    for name in ("train.csv", "test.csv"):
        (folder / name).symlink_to(NOTEBOOK.parent / name)
    return folder


def run_notebook(folder: Path, environment: Mapping[str, str]) -> nbformat.NotebookNode:
    """The notebook with the outputs of a run in `folder`, which holds train.csv and test.csv.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell failed.
    """
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=_SECONDS_PER_CELL,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,  # else every run changes every cell
    )
    client.execute(env=dict(environment))
    return notebook


if __name__ == "__main__":
    sys.exit(main())
