"""The example notebook goes from a CSV file to predictions, as it is committed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from autogluon_client.environment.deployment import Deployment
from scripts.notebook import NOTEBOOK, beside_its_data, run_notebook
from tests.e2e.page_run import reader
from tests.e2e.support import Account, Trained, Workflows, endpoint_names, live_model

_LARGEST_BYTES = 300_000

# Its calls are those of the pages that test_6_pages.py and test_6_client.py run.
pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def ran(
    account: Account,
    deployment: Deployment,
    workflows: Workflows,
    income: Trained,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("notebook")
    yield run_notebook(beside_its_data(folder / "income"), reader(account, folder))
    model = income.output["model_package_arn"]
    if live_model(account, deployment, "income") != model:
        workflows.run("promote", {"predictor": "income", "model": model})


def test_the_notebook_shows_data_models_answers_and_plots(ran: Any) -> None:
    text = str(ran)
    for shown in ("LightGBM", "WeightedEnsemble_L2", "reaches the minimum", ">50K", "Completed"):
        assert shown in text
    assert _plots(ran) == 4


def test_the_notebook_cleans_up_after_itself(account: Account, ran: Any) -> None:
    assert "autogluon-sandbox-income" not in endpoint_names(account)


def test_the_committed_notebook_has_the_outputs_of_a_run(ran: Any) -> None:
    committed = nbformat.read(NOTEBOOK, as_version=4)
    assert NOTEBOOK.stat().st_size < _LARGEST_BYTES
    assert _plots(committed) == _plots(ran)
    code = [cell for cell in committed.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert str(Path.home()) not in str(committed)


def _plots(notebook: Any) -> int:
    return sum(
        "image/png" in output.get("data", {})
        for cell in notebook.cells
        for output in cell.get("outputs", [])
    )
