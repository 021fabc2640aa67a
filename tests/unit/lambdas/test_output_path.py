"""Results of a batch are copied to where the settings allow it, and nowhere else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.logic.transform.summarize import BatchSummarizer
from autogluon_lambdas.models.errors import BatchFailedError, InvalidInputError
from tests.fakes.lambda_environment import planner_event
from tests.fakes.sandbox import spec
from tests.fakes.store import FakeStore
from tests.unit.lambdas import bulk_batches
from tests.unit.lambdas.test_plan_batch import DATA, HEADER, _planner
from tests.unit.lambdas.test_summarize_batch import FOLDER, _event

OUT = "s3://scores/income/"


def planned(*locations: str, data: str = DATA, **asked: Any) -> dict[str, Any]:
    settings = {"output_locations": list(locations), **asked.pop("settings", {})}
    given = {**spec()["batch"], **settings}
    uri = data if data.endswith(".csv") else f"{data}a.csv"
    planner = _planner({uri: HEADER + "1,a,40\n"}, batch=given)
    answer = planner.plan(planner_event({"predictor": "income", "data": data, **asked}))
    batch: dict[str, Any] = answer["batch"]
    return batch


def refused(*locations: str, **asked: Any) -> str:
    with pytest.raises(InvalidInputError) as caught:
        planned(*locations, **asked)
    return str(caught.value)


# Where


@pytest.mark.parametrize("given", ["s3://scores/income", "s3://scores/income/"])
@pytest.mark.parametrize("location", ["s3://scores/", "s3://scores/inc", "s3://scores/income/"])
def test_a_run_chooses_a_folder_below_a_location_of_the_settings(given: str, location: str) -> None:
    assert planned(location, output_path=given)["output_path"] == OUT


def test_the_settings_folder_is_every_runs_unless_it_has_its_own() -> None:
    settings = {"output_path": OUT}
    assert planned(OUT, settings=settings)["output_path"] == OUT
    deeper = f"{OUT}monday/"
    assert planned(OUT, settings=settings, output_path=deeper)["output_path"] == deeper


def test_without_one_results_are_in_the_runs_folder_alone() -> None:
    assert "output_path" not in planned("s3://scores/")


def test_other_places_are_refused_with_those_that_are_allowed() -> None:
    assert refused("s3://scores/income/", output_path="s3://scores/incomes/") == (
        'input.output_path: got "s3://scores/incomes/", below which batches of predictor "income" '
        "may not write. Name a folder below s3://scores/income/, or add its location to "
        "batch.output_locations in the settings and deploy."
    )
    assert refused(output_path=OUT).endswith(
        "may not write. Add its location to batch.output_locations in the settings and deploy."
    )
    assert refused(output_path="scores/").startswith("input.output_path: got 'scores/'; allowed:")


@pytest.mark.parametrize(
    ("data", "folder"),
    [
        ("s3://data-bucket/new/", "s3://data-bucket/new/out/"),
        ("s3://data-bucket/new/results/", "s3://data-bucket/new/"),
    ],
)
def test_results_among_the_data_are_refused(data: str, folder: str) -> None:
    told = refused("s3://data-bucket/", data=data, output_path=folder)
    assert told == (
        f"input.output_path: the results in {folder}results/ would be among the data in {data}. "
        "Choose another folder."
    )


def test_the_bulk_engine_has_an_output_path_too() -> None:
    answer, _ = bulk_batches.planned(
        {"engine": "bulk", "output_path": OUT}, batch={"output_locations": ["s3://scores/"]}
    )
    assert answer["batch"]["output_path"] == OUT


# Copies


def test_results_of_a_transform_job_and_their_manifest_are_copied() -> None:
    store = FakeStore({FOLDER + "raw/new.csv.out": "1,a\n2,b\n"})
    event = _event(output_path=OUT)

    answer = BatchSummarizer(store).summarize(event)

    assert answer["output_path"] == OUT
    assert answer["results"] == [FOLDER + "results/new.csv"]
    own = store.text(FOLDER + "results/new.csv")
    assert store.text(OUT + "results/new.csv") == own
    manifest = json.loads(store.text(OUT + "manifest.json"))
    assert manifest["files"][0]["output"] == OUT + "results/new.csv"
    assert json.loads(store.text(answer["manifest_uri"]))["files"][0]["output"] == (
        FOLDER + "results/new.csv"
    )
    # Once more, as after a time-out in the middle of the copies.
    store.delete([S3Location.parse(OUT + "manifest.json")])
    assert BatchSummarizer(store).summarize(event) == answer
    assert json.loads(store.text(OUT + "manifest.json")) == manifest


def test_a_bucket_that_takes_nothing_leaves_the_results_in_the_runs_folder() -> None:
    store = FakeStore({FOLDER + "raw/new.csv.out": "1,a\n2,b\n"})
    store.denied.add("scores")

    with pytest.raises(BatchFailedError) as caught:
        BatchSummarizer(store).summarize(_event(output_path=OUT))

    assert str(caught.value) == (
        f"The results are complete in {FOLDER}results/, but cannot be copied to {OUT} "
        f"({OUT}results/new.csv: the bucket does not exist). Copy them from there, or redrive the "
        "run once the bucket accepts them."
    )
    assert FOLDER + "results/new.csv" in store.uris()
