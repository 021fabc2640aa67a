"""Every command and every snippet of README.md and docs/ works as written, in its order."""

from __future__ import annotations

from pathlib import Path

import pytest

from autogluon_client.environment.deployment import Deployment
from tests.e2e.page_run import reader, run_page, workspace
from tests.e2e.support import Account, Trained, Workflows, live_model
from tests.pages import RUN_BY, pages, runnable

pytestmark = pytest.mark.usefixtures("income_is_served_as_before")

# Their commands take three quarters of a minute to four minutes each.
LONG = {
    f"docs/how-to/{name}.md"
    for name in (
        "coming-from-sagemaker-sdk", "command-line", "promotion", "training", "tuning",
        "without-the-client",
    )
}  # fmt: skip
PAGES = [
    pytest.param(page, marks=[pytest.mark.long] if page in LONG else [])
    for page in pages()
    if page not in RUN_BY and runnable(page)
]

# What a reader sees, besides that nothing fails.
SHOWN = {
    "README.md": ["Approved. roc_auc", ">50K_proba", "WeightedEnsemble_L2"],
    "docs/how-to/command-line.md": ["Nothing is missing."],
    "docs/tutorial.md": [">50K_proba", "per month"],
    "docs/how-to/without-the-client.md": ["SUCCEEDED", "signed with botocore: "],
}


@pytest.fixture(autouse=True)
def income_is_served(
    account: Account, deployment: Deployment, workflows: Workflows, income: Trained
) -> None:
    """Pages find some model in service; what one leaves is the next one's."""
    if live_model(account, deployment, "income") == "none":
        workflows.serve(income)


@pytest.mark.parametrize("page", PAGES)
def test_the_code_of_the_page_works(page: str, account: Account, tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    printed = run_page(page, folder, reader(account, folder))["printed"]
    for words in SHOWN.get(page, []):
        assert words in printed
