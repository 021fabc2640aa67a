"""What a version must be so that another environment can take it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from autogluon_client.environment.connection import Connection
from autogluon_client.errors import (
    ArtifactChangedError,
    InvalidArgumentError,
    NotFoundError,
    NotSupportedError,
)
from autogluon_client.registry.imports import import_version
from autogluon_contracts.documents.server_limits import ARTIFACT_VARIABLE
from autogluon_contracts.models.artifact_hash import artifact_sha256
from tests.fakes.account import FakeAws
from tests.fakes.sandbox import ENVIRONMENT, PACKAGE, RUNS, spec
from tests.integration.standalone import archive


def _version(image: str, **changes: Any) -> FakeAws:
    """An account with one version of income."""
    account = FakeAws(spec(inference_image_uri=image))
    account.sagemaker.add_package(3)
    package = account.sagemaker.packages[3]
    container = package["InferenceSpecification"]["Containers"][0]
    container["Image"] = image
    container["Environment"] = {ARTIFACT_VARIABLE: "0" * 64}
    package.update(changes)
    return account


IMAGE = "763104351884.dkr.ecr.us-east-1.amazonaws.com/autogluon:1.6.3-cpu-amzn2023"


def _import(source: FakeAws, target: FakeAws, model: str | None = None, **options: Any) -> None:
    import_version(
        Connection("sandbox", source), Connection("sandbox", target), "income", model, **options
    )


def _in_service(tmp_path: Path) -> FakeAws:
    """An account whose version of income has its artifact, hash and metrics."""
    source = _version(IMAGE)
    package = source.sagemaker.packages[3]
    files = {"predictor.pkl": "trained"}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    inference = package["InferenceSpecification"]
    inference["Containers"][0]["Environment"] = {ARTIFACT_VARIABLE: artifact_sha256(tmp_path)}
    inference |= {"SupportedContentTypes": ["text/csv"], "SupportedResponseMIMETypes": ["text/csv"]}
    source.s3.objects[inference["Containers"][0]["ModelDataUrl"]] = archive(files)
    source.s3.objects[f"{RUNS.uri}/job-3/report/metrics.json"] = b"{}"
    return source


def _prod(name: str = "prod") -> FakeAws:
    """An account with an environment that has no versions yet."""
    account = FakeAws(spec(inference_image_uri=IMAGE))
    values = account.ssm.values
    for key in [key for key in values if f"/{ENVIRONMENT}/" in key]:
        values[key.replace(f"/{ENVIRONMENT}/", f"/{name}/")] = values[key]
    return account


def test_environments_of_one_account_register_a_version_each(tmp_path: Path) -> None:
    """SageMaker refuses a token that another request of the account had."""
    source, requests = _in_service(tmp_path), []
    for name in ("prod", "staging"):
        target = _prod(name)
        done = import_version(Connection(ENVIRONMENT, source), Connection(name, target), "income")
        assert (done.version, done.was_here, done.imported_from) == (1, False, PACKAGE)
        folder = done.artifact.removesuffix("output/model.tar.gz")
        assert target.s3.objects[f"{folder}report/metrics.json"] == b"{}"
        requests += target.sagemaker.registrations
    assert [each["ModelPackageGroupName"] for each in requests] == [
        "autogluon-prod-income",
        "autogluon-staging-income",
    ]
    assert len({each["ClientToken"] for each in requests}) == 2


def test_an_earlier_import_goes_into_service_only_if_it_is_approved_here(tmp_path: Path) -> None:
    source, target = _in_service(tmp_path), _prod()
    package = source.sagemaker.packages[3]
    source.sagemaker.packages[3] = package | {"ModelApprovalStatus": "PendingManualApproval"}
    ends = Connection(ENVIRONMENT, source), Connection("prod", target)
    import_version(*ends, "income", "3")
    source.sagemaker.packages[3] = package  # it is approved there, afterwards
    assert import_version(*ends, "income").was_here
    with pytest.raises(InvalidArgumentError, match="not approved in 'prod'") as caught:
        import_version(*ends, "income", require_approval=True)
    assert "Approve version 1 here" in caught.value.advice
    target.sagemaker.packages[1]["ModelApprovalStatus"] = "Approved"
    assert import_version(*ends, "income", require_approval=True).version == 1


def test_a_rejected_version_is_refused() -> None:
    source = _version(IMAGE, ModelApprovalStatus="Rejected")
    with pytest.raises(InvalidArgumentError, match=r"income/3 is rejected\."):
        _import(source, FakeAws())


def test_a_version_that_waits_for_approval_cannot_go_into_service() -> None:
    source = _version(IMAGE, ModelApprovalStatus="PendingManualApproval")
    with pytest.raises(InvalidArgumentError, match=r"is not approved \(it is PendingManual"):
        _import(source, FakeAws(), require_approval=True)


def test_a_version_of_an_algorithm_is_refused() -> None:
    source = _version(IMAGE)
    algorithm = {"AlgorithmName": "arn:aws:sagemaker:us-east-1:123456789012:algorithm/prices"}
    source.sagemaker.packages[3]["SourceAlgorithmSpecification"] = {"SourceAlgorithms": [algorithm]}
    with pytest.raises(NotSupportedError, match="is a version of an algorithm resource"):
        _import(source, FakeAws())


def test_a_version_without_a_hash_is_refused() -> None:
    source = _version(IMAGE)
    source.sagemaker.packages[3]["InferenceSpecification"]["Containers"][0]["Environment"] = {}
    with pytest.raises(InvalidArgumentError, match="has no recorded hash"):
        _import(source, FakeAws(spec(inference_image_uri=IMAGE)))


def test_another_image_is_refused() -> None:
    gpu = IMAGE.replace("-cpu-", "-gpu-")
    with pytest.raises(NotSupportedError, match=r"autogluon:1\.6\.3-cpu-amzn2023; 'income' in"):
        _import(_version(IMAGE), FakeAws(spec(inference_image_uri=gpu)))


def test_an_artifact_with_another_hash_is_not_sent_to_another_region() -> None:
    source = _version(IMAGE)
    target = FakeAws(spec(inference_image_uri=IMAGE.replace("us-east-1", "eu-central-1")))
    uri = source.sagemaker.packages[3]["InferenceSpecification"]["Containers"][0]["ModelDataUrl"]
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    source.s3.put_object(Bucket=bucket, Key=key, Body=archive({"predictor.pkl": "changed"}))
    with pytest.raises(ArtifactChangedError, match="not the one that training recorded"):
        _import(source, target)
    assert target.s3.objects == {}


def test_another_predictor_type_is_refused() -> None:
    target = FakeAws(spec(type="timeseries", inference_image_uri=IMAGE))
    with pytest.raises(NotSupportedError, match="is a tabular predictor in 'sandbox' and a times"):
        _import(_version(IMAGE), target)


def test_an_unknown_version_names_those_that_exist() -> None:
    with pytest.raises(NotFoundError, match=r"no model version '9'; versions: 3\."):
        _import(_version(IMAGE), FakeAws(spec(inference_image_uri=IMAGE)), "9")
