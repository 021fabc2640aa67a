"""The image of the built-in XGBoost: what runs for it, and which metrics SageMaker reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from embedded_aws.gateway import ApiError
from embedded_aws.sagemaker.container.images import (
    is_algorithm,
    resolve_image,
    version_note,
)
from embedded_aws.sagemaker.errors import JobError
from embedded_aws.sagemaker.training.algorithm_metrics import with_algorithm_metrics
from embedded_aws.sagemaker.training.metric_definitions import MetricReader

XGBOOST = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"
PYTHON = Path("/env/bin/python")


def _request(image: str = XGBOOST, **members: Any) -> dict[str, Any]:
    return {"AlgorithmSpecification": {"TrainingImage": image, **members}, "HyperParameters": {}}


def test_it_is_the_local_environment_with_the_algorithms_server() -> None:
    image = resolve_image(XGBOOST, PYTHON)
    assert (image.python, image.version, image.library) == (PYTHON, "1.7", "XGBoost")
    assert image.server == "xgboost_server"


def test_its_log_says_which_library_runs(tmp_path: Path) -> None:
    library = tmp_path / "lib" / "python3.11" / "site-packages" / "xgboost_cpu-3.2.0.dist-info"
    library.mkdir(parents=True)
    note = version_note(resolve_image(XGBOOST, tmp_path / "bin" / "python"))
    assert note is not None
    assert note.endswith("asks for XGBoost 1.7; the local environment that represents it has 3.2.0")


def test_other_versions_and_algorithms_are_refused_by_name() -> None:
    for image in (
        XGBOOST.replace("1.7-1", "3.0-5"),
        XGBOOST.replace("sagemaker-xgboost", "kmeans"),
    ):
        with pytest.raises(JobError, match="the built-in XGBoost, <registry>/sagemaker-xgboost"):
            resolve_image(image, PYTHON)
    assert is_algorithm(XGBOOST)
    assert not is_algorithm("123456789012.dkr.ecr.us-east-1.amazonaws.com/prices:7")


def test_its_metrics_are_read_from_the_log_by_sagemakers_own_definitions() -> None:
    found = with_algorithm_metrics(_request())["AlgorithmSpecification"]["MetricDefinitions"]
    reader = MetricReader(found)
    reader.read("[0]#011train-rmse:2.5#011validation-rmse:3.0e+05#011validation-r2:-0.5")
    reader.read("[1]#011train-rmse:1.5#011validation-rmse:2.0e+05#011validation-r2:0.25")
    last = {each["MetricName"]: each["Value"] for each in reader.final_metrics()}
    assert last == {"train:rmse": 1.5, "validation:rmse": 2.0e5, "validation:r2": 0.25}


def test_definitions_of_ones_own_are_refused_as_sagemaker_does() -> None:
    own = [{"Name": "x", "Regex": "x=(.*)"}]
    with pytest.raises(ApiError, match="You can't override the metric definitions"):
        with_algorithm_metrics(_request(MetricDefinitions=own))


@pytest.mark.parametrize(
    "request_of",
    [
        {**_request(), "HyperParameters": {"sagemaker_program": "train.py"}},
        _request(XGBOOST.replace("sagemaker-xgboost", "prices")),
    ],
)
def test_jobs_without_an_algorithm_stay_as_they_are(request_of: dict[str, Any]) -> None:
    assert with_algorithm_metrics(request_of) is request_of
