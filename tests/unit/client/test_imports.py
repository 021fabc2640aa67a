"""What a version must be so that another environment can take it."""

from __future__ import annotations

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
from tests.fakes.account import FakeAws
from tests.fakes.sandbox import spec
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


def test_a_rejected_version_is_refused() -> None:
    source = _version(IMAGE, ModelApprovalStatus="Rejected")
    with pytest.raises(InvalidArgumentError, match=r"income/3 is rejected\."):
        _import(source, FakeAws())


def test_a_version_that_waits_for_approval_cannot_go_into_service() -> None:
    source = _version(IMAGE, ModelApprovalStatus="PendingManualApproval")
    with pytest.raises(InvalidArgumentError, match=r"is not approved \(it is PendingManual"):
        _import(source, FakeAws(), require_approval=True)


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
