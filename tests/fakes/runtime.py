"""An endpoint's container as a function."""

# ruff: noqa: N803 - arguments are named as boto3's

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from autogluon_contracts.names import VARIANT
from tests.fakes.refusals import Exceptions, refused

Container = Callable[[str, bytes], bytes]


@dataclass
class FakeRuntime:
    """Answers requests by a function of content type and body, and remembers them."""

    container: Container = lambda *_: b""
    bodies: list[bytes] = field(default_factory=list)
    attributes: list[str] = field(default_factory=list)
    asked_variants: list[str | None] = field(default_factory=list)
    asked_containers: list[str | None] = field(default_factory=list)
    containers: tuple[str, ...] = ()
    content_type: str = ""
    inference_ids: list[str | None] = field(default_factory=list)
    told: str = ""
    variants: tuple[str, ...] = (VARIANT,)
    meta: Any = field(
        default_factory=lambda: SimpleNamespace(endpoint_url="https://runtime.sagemaker")
    )
    exceptions: Exceptions = field(default_factory=lambda: Exceptions("ModelError"))

    def invoke_endpoint(
        self,
        *,
        EndpointName: str,
        ContentType: str,
        Accept: str,
        Body: bytes,
        CustomAttributes: str = "",
        TargetVariant: str | None = None,
        TargetContainerHostname: str | None = None,
        InferenceId: str | None = None,
    ) -> dict[str, Any]:
        if TargetVariant is not None and TargetVariant not in self.variants:
            message = f"Variant {TargetVariant} not found for Request"
            raise refused("ValidationError", message, "InvokeEndpoint")
        if TargetContainerHostname not in (self.containers or (None,)):
            message = f"Container {TargetContainerHostname} not found for Request"
            raise refused("ValidationError", message, "InvokeEndpoint")
        self.asked_containers.append(TargetContainerHostname)
        self.bodies.append(Body)
        self.attributes.append(CustomAttributes)
        self.inference_ids.append(InferenceId)
        body = io.BytesIO(self.container(ContentType, Body))
        # SageMaker chooses at random; the first and the next in turn are random enough.
        turn = self.variants[(len(self.bodies) - 1) % len(self.variants)]
        self.asked_variants.append(TargetVariant)
        answer: dict[str, Any] = {
            "Body": body,
            "ContentType": self.content_type or Accept,
            "InvokedProductionVariant": TargetVariant or turn,
        }
        return {**answer, "CustomAttributes": self.told} if self.told else answer
