"""How far an endpoint's update is, in SageMaker's words."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from autogluon_client.executions.update_progress import UpdateProgress


class Connection:
    """A connection to one predictor whose endpoint is described so."""

    def __init__(self, described: dict[str, Any] | None, **endpoint: Any) -> None:
        self._described, self._endpoint = described, {"name": "the-endpoint", **endpoint}

    def spec(self, predictor: str) -> dict[str, Any]:
        assert predictor == "income"
        return {"endpoint": self._endpoint if self._endpoint["name"] else None}

    def client(self, service: str) -> Any:
        assert service == "sagemaker"
        return self

    def describe_endpoint(self, EndpointName: str) -> dict[str, Any]:  # noqa: N803 - boto3's
        assert EndpointName == "the-endpoint"
        if self._described is None:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": ""}}, "")
        return self._described


def pending(*status: dict[str, str]) -> dict[str, Any]:
    variants = [{"VariantName": "AllTraffic", "VariantStatus": list(status)}]
    return {
        "EndpointStatus": "Updating",
        "PendingDeploymentSummary": {"ProductionVariants": variants},
    }


@pytest.mark.parametrize(
    ("described", "told"),
    [
        (
            pending({"Status": "Baking", "StatusMessage": "Baking for 600 seconds."}),
            "baking for 600 seconds",
        ),
        (pending({"Status": "Creating"}), "creating"),
        (pending(), ""),
        ({"EndpointStatus": "RollingBack"}, "rolling back"),
        ({"EndpointStatus": "InService"}, ""),
        ({"EndpointStatus": "Creating", "PendingDeploymentSummary": {}}, ""),
        (None, ""),
    ],
)
def test_the_stage_is_told_where_there_is_one(described: dict[str, Any] | None, told: str) -> None:
    assert UpdateProgress(Connection(described), "income").summary() == told


def test_components_and_predictors_without_an_endpoint_have_no_such_update() -> None:
    described = pending({"Status": "Creating"})

    assert UpdateProgress(Connection(described, component={}), "income").summary() == ""
    assert UpdateProgress(Connection(described, name=None), "income").summary() == ""
