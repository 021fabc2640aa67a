"""How many files, GB and jobs a batch may have, and where that ends; how it sends requests."""

from typing import Any

import pytest

from autogluon_constructs.predictor.image_registry import ResolvedImage
from autogluon_constructs.predictor.predictor_spec import predictor_spec
from autogluon_constructs.settings import Environment, SettingsError, parse_environment
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.jobs.transform_options import TRANSFORM_OPTIONS


def _environment(**batch: Any) -> Environment:
    predictors = {"income": {"init_args": {"label": "y"}, "batch": batch}}
    return parse_environment("dev", {"predictors": predictors}, file="config/dev.yaml")


def test_a_batch_is_shared_out_in_thousands_of_files_unless_the_settings_say_otherwise() -> None:
    default = _environment().predictors["income"].batch
    chosen = _environment(max_files_per_job=50, max_gb_per_job=2, max_concurrent_jobs=9)

    assert (default.max_files_per_job, default.max_gb_per_job) == (1000, 50)
    assert default.max_concurrent_jobs == 4
    batch = chosen.predictors["income"].batch
    assert (batch.max_files_per_job, batch.max_gb_per_job, batch.max_concurrent_jobs) == (50, 2, 9)


@pytest.mark.parametrize(
    ("field", "largest"),
    [("max_files_per_job", 10_000), ("max_gb_per_job", 5000), ("max_concurrent_jobs", 1000)],
)
def test_numbers_out_of_bounds_are_refused_with_what_is_allowed(field: str, largest: int) -> None:
    _environment(**{field: largest})
    for value in (0, largest + 1):
        with pytest.raises(SettingsError) as caught:
            _environment(**{field: value})
        assert f"batch.{field}: got {value}" in str(caught.value)


def test_options_of_transform_jobs_reach_the_spec_under_their_own_names() -> None:
    options = {
        "max_payload_mb": 20,
        "max_concurrent_transforms": 5,
        "timeout_seconds": 1200,
        "max_retries": 0,
        "split_type": "Line",
        "strategy": "SingleRecord",
        "transform_ami_version": "al2-ami-sagemaker-batch-gpu-470",
    }
    assert set(options) == set(TRANSFORM_OPTIONS)
    written = _spec(instance_type="ml.g5.xlarge", **options).to_json()["batch"]
    assert {name: written[name] for name in options} == options

    plain = _spec().to_json()["batch"]
    assert (plain["max_retries"], plain["split_type"], plain["strategy"]) == (1, "auto", "auto")
    assert "transform_ami_version" not in plain


def test_a_folder_of_the_settings_is_a_location_of_runs_too() -> None:
    given = {"output_path": "s3://scores/income", "output_locations": ["s3://lake/scores"]}
    written = _spec(**given).to_json()["batch"]
    assert written["output_path"] == "s3://scores/income/"
    assert written["output_locations"] == ["s3://scores/income/", "s3://lake/scores"]
    assert _environment(**given).output_locations == ("s3://scores/income/", "s3://lake/scores")
    assert not {"output_path", "output_locations"} & set(_spec().to_json()["batch"])


@pytest.mark.parametrize(
    "folder", ["s3://scores", "s3://scores/", "s3://scores//a", "s3://scores/a//b"]
)
def test_results_need_a_folder_in_the_bucket(folder: str) -> None:
    with pytest.raises(SettingsError, match=r"batch.output_path: got 's3:.*allowed: 's3://<buck"):
        _environment(output_path=folder)


def _spec(**batch: Any) -> PredictorSpec:
    return predictor_spec(
        environment="dev",
        name="income",
        predictor=_environment(**batch).predictors["income"],
        tags={},
        network_isolation=True,
        image=ResolvedImage(training_uri="i", inference_uri="i", version="1.6.3", ami=None),
    )
