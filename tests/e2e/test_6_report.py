"""The report of a run: linked from its version, and right in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from autogluon_constructs.catalogues.instances import instance_types
from tests.e2e.browser import open_browser, require_right
from tests.e2e.page_run import reader, run_page
from tests.e2e.support import Account, Trained, read_object, run_in_image

_LARGEST_BYTES = 1_500_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as started:
        yield started


@pytest.fixture(scope="module")
def reports(
    account: Account, income: Trained, housing: Trained, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    pages = {}
    for trained in (income, housing):
        pages[trained.predictor] = folder / f"{trained.predictor}.html"
        pages[trained.predictor].write_bytes(read_object(account, trained.output["report_uri"]))
    return pages


@pytest.fixture(scope="module")
def odd_reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the reports of 30 classes and of quantiles."""
    folder = tmp_path_factory.mktemp("odd")
    run_in_image("odd_reports.py", str(folder))
    return folder


def test_the_model_package_links_the_report(account: Account, income: Trained) -> None:
    package = account.client("sagemaker").describe_model_package(
        ModelPackageName=income.output["model_package_arn"]
    )
    assert package["CustomerMetadataProperties"]["report_uri"] == income.output["report_uri"]
    bucket, _, key = income.output["report_uri"].removeprefix("s3://").partition("/")
    head = account.client("s3").head_object(Bucket=bucket, Key=key)
    assert head["ContentType"] == "text/html; charset=utf-8"
    assert head["ContentLength"] < _LARGEST_BYTES


def test_the_report_estimates_the_cost_by_the_catalogues_price(reports: dict[str, Path]) -> None:
    price = instance_types()["ml.m5.2xlarge"].usd_per_hour
    page = reports["income"].read_text(encoding="utf-8")
    assert f"on 1 x ml.m5.2xlarge at {price:g} USD per hour and instance" in page


def test_the_commands_of_the_how_to_page_fetch_the_report(
    account: Account, income: Trained, tmp_path: Path
) -> None:
    run_page("docs/how-to/report.md", tmp_path, reader(account, tmp_path))
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "training report of income" in page.split("</title>", 1)[0]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("predictor", ["income", "housing"])
def test_the_report_is_right_on_every_screen(
    browser: Browser, reports: dict[str, Path], predictor: str, width: int, scheme: str
) -> None:
    require_right(browser, reports[predictor], width, scheme)


@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("name", ["many", "quantile"])
def test_reports_of_many_classes_and_of_quantiles_are_right_on_every_screen(
    browser: Browser, odd_reports: Path, name: str, width: int, scheme: str
) -> None:
    require_right(browser, odd_reports / f"{name}.html", width, scheme)
