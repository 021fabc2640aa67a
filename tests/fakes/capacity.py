"""What an account may use: images of ECR, and quotas."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.fakes.pages import paginators
from tests.fakes.refusals import Exceptions


@dataclass
class FakeImages:
    """ECR: the tags that its one repository has."""

    tags: set[str] = field(default_factory=lambda: {"1.6.3-cpu-amzn2023"})
    exceptions: Exceptions = field(
        default_factory=lambda: Exceptions("RepositoryNotFoundException")
    )

    def batch_get_image(self, *, imageIds: list[dict[str, str]], **_: Any) -> dict[str, Any]:  # noqa: N803
        return {"images": [image for image in imageIds if image["imageTag"] in self.tags]}


@dataclass
class FakeQuotas:
    """Service Quotas: values by name."""

    values: dict[str, float] = field(default_factory=dict)
    fault: Exception | None = None

    def list_service_quotas(self, **_: Any) -> dict[str, Any]:
        if self.fault:
            raise self.fault
        quotas = [
            {"QuotaName": name, "Value": value, "QuotaCode": "L-1"}
            for name, value in self.values.items()
        ]
        return {"Quotas": quotas}

    @property
    def get_paginator(self) -> Any:
        return paginators(list_service_quotas=self.list_service_quotas)
