"""A report that cannot be made costs itself, never the model."""

from __future__ import annotations

import pytest

from autogluon_jobs.tabular.report import page as page_module
from tests.unit.containers.report.conftest import price_of
from tests.unit.containers.report.page_reader import page_of


def _broken(*_: object) -> None:
    raise ZeroDivisionError("odd data")


@pytest.fixture
def patched(monkeypatch, finished):
    def run(name: str):
        monkeypatch.setattr(page_module, name, _broken)
        return finished(f"broken-{name}", price_of)

    return run


def test_a_failing_section_is_replaced_by_a_sentence_and_a_warning(patched):
    job = patched("slices_section")
    cause = "ZeroDivisionError: odd data"
    assert job.metrics()["warnings"] == [f'Report section "Weak segments" is missing: {cause}']
    assert f"This section could not be created: {cause}" in page_of(job).text
    assert len(page_of(job).all("section")) == 6


def test_without_a_page_the_model_and_its_metrics_are_there(patched):
    job = patched("measured_intervals")
    assert not (job.output_data / "report.html").exists()
    assert (job.model / "predictor.pkl").is_file()
    assert job.metrics()["warnings"] == [
        "The report could not be made: ZeroDivisionError: odd data"
    ]
