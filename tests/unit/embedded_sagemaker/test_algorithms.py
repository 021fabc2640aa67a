"""Algorithm resources: kept, judged when a job names them, and what serves their versions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.fakes import algorithm as fake
from tests.waiting import until

MODEL = "s3://unit-sagemaker/in/a.csv"


@pytest.fixture
def algorithm(sagemaker: Any) -> Iterator[str]:
    yield sagemaker.create_algorithm(**fake.request())["AlgorithmArn"]
    sagemaker.delete_algorithm(AlgorithmName="prices")


def _job(training_request: dict[str, Any], name: str, **changes: Any) -> dict[str, Any]:
    specification = {"AlgorithmName": fake.ARN, "TrainingInputMode": "File"}
    return {
        **training_request,
        "TrainingJobName": name,
        "AlgorithmSpecification": specification,
        "HyperParameters": {"label": "Price"},
        **changes,
    }


def test_an_algorithm_is_described_and_listed_as_it_was_made(
    sagemaker: Any, algorithm: str
) -> None:
    assert algorithm == fake.ARN
    for name in ("prices", fake.ARN):
        found = sagemaker.describe_algorithm(AlgorithmName=name)
        assert found["TrainingSpecification"] == fake.request()["TrainingSpecification"]
        assert (found["AlgorithmArn"], found["AlgorithmStatus"]) == (fake.ARN, "Completed")
    (listed,) = sagemaker.list_algorithms(NameContains="price")["AlgorithmSummaryList"]
    assert listed["AlgorithmArn"] == fake.ARN


def test_names_are_taken_once_and_other_accounts_algorithms_are_not_here(
    sagemaker: Any, algorithm: str, refusal: Callable[..., str]
) -> None:
    assert "already exists" in refusal(sagemaker.create_algorithm, **fake.request())
    elsewhere = algorithm.replace("123456789012", "210987654321")
    text = refusal(sagemaker.describe_algorithm, AlgorithmName=elsewhere)
    assert f"Algorithm {elsewhere} does not exist" in text


def test_a_job_runs_the_image_of_its_algorithm(
    sagemaker: Any, algorithm: str, training_request: dict[str, Any]
) -> None:
    sagemaker.create_training_job(**_job(training_request, "by-algorithm"))

    def ended() -> Any:
        job = sagemaker.describe_training_job(TrainingJobName="by-algorithm")
        return job if job["TrainingJobStatus"] == "Failed" else None

    job = until(ended, 30, "the job has failed")
    assert job["AlgorithmSpecification"]["AlgorithmName"] == algorithm
    # No folder is given for it here.
    assert f"cannot run image '{fake.IMAGE}'" in job["FailureReason"]


@pytest.mark.usefixtures("algorithm")
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"HyperParameters": {}}, "hyperparameter 'label' is required"),
        ({"HyperParameters": {"label": "a", "depth": "1"}}, "unknown hyperparameter 'depth'"),
        ({"channel": "validation"}, "channel 'train' is required"),
        ({"channel": "rows"}, "unknown channel 'rows'"),
        (
            {
                "ResourceConfig": {
                    "InstanceType": "ml.c5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 10
                }
            },
            "instance type ml.c5.xlarge; supported",
        ),
        (
            {
                "AlgorithmSpecification": {
                    "AlgorithmName": fake.ARN, "TrainingImage": "a:1", "TrainingInputMode": "File"
                }
            },
            "either TrainingImage or AlgorithmName is required, not both",
        ),
        ({"AlgorithmSpecification": {"TrainingInputMode": "File"}}, "is required, not both"),
    ],
)  # fmt: skip
def test_a_job_that_the_algorithm_does_not_take_is_refused(
    sagemaker: Any,
    training_request: dict[str, Any],
    refusal: Callable[..., str],
    changes: dict[str, Any],
    sentence: str,
) -> None:
    (channel,) = training_request["InputDataConfig"]
    name = changes.get("channel", "train")
    training_request["InputDataConfig"] = [channel | {"ChannelName": name}]
    members = {key: value for key, value in changes.items() if key != "channel"}
    request = _job(training_request, "refused", **members)
    assert sentence in refusal(sagemaker.create_training_job, **request)


def _registered(sagemaker: Any, group: str, **changes: Any) -> dict[str, Any]:
    sagemaker.create_model_package_group(ModelPackageGroupName=group)
    source = {"AlgorithmName": fake.ARN, "ModelDataUrl": MODEL}
    arn = sagemaker.create_model_package(
        ModelPackageGroupName=group,
        SourceAlgorithmSpecification={"SourceAlgorithms": [source]},
        **changes,
    )["ModelPackageArn"]
    described: dict[str, Any] = sagemaker.describe_model_package(ModelPackageName=arn)
    return described


@pytest.mark.usefixtures("algorithm")
def test_a_version_of_an_algorithm_is_served_by_the_algorithms_container(sagemaker: Any) -> None:
    found = _registered(sagemaker, "by-algorithm")
    (container,) = found["InferenceSpecification"]["Containers"]
    assert container == {"Image": fake.IMAGE, "ModelDataUrl": MODEL}
    (source,) = found["SourceAlgorithmSpecification"]["SourceAlgorithms"]
    assert source["AlgorithmName"] == fake.ARN


def test_a_version_of_no_algorithm_and_no_image_is_refused(
    sagemaker: Any, package_request: dict[str, Any], refusal: Callable[..., str]
) -> None:
    sagemaker.create_model_package_group(ModelPackageGroupName="neither")
    for request in (
        {},
        {**package_request, "SourceAlgorithmSpecification": {
            "SourceAlgorithms": [{"AlgorithmName": "absent", "ModelDataUrl": MODEL}]
        }},
    ):  # fmt: skip
        text = refusal(sagemaker.create_model_package, ModelPackageGroupName="neither", **request)
        assert "needs either an InferenceSpecification or a Source" in text
