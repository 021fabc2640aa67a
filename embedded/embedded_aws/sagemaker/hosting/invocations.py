"""InvokeEndpoint: forward a request to one of an endpoint's instances."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from embedded_aws.gateway import ApiCall, ApiError, Operation
from embedded_aws.sagemaker.container.answer import Answer, NoAnswerError
from embedded_aws.sagemaker.container.pipeline_server import TARGET_CONTAINER
from embedded_aws.sagemaker.errors import unsupported
from embedded_aws.sagemaker.hosting.capture.record import Body
from embedded_aws.sagemaker.hosting.capture.settings import CaptureSettings
from embedded_aws.sagemaker.hosting.capture.writer import CaptureWriter
from embedded_aws.sagemaker.hosting.components.component import (
    LOG_GROUPS as COMPONENT_LOG_GROUPS,
)
from embedded_aws.sagemaker.hosting.components.component import find_invoked_component
from embedded_aws.sagemaker.hosting.components.component_metrics import NO_CAPACITY
from embedded_aws.sagemaker.hosting.deployment import AnyVariant, Deployment
from embedded_aws.sagemaker.hosting.endpoint import Endpoint, find_invoked
from embedded_aws.sagemaker.hosting.instance import LOG_GROUPS
from embedded_aws.sagemaker.hosting.metric_statistics import VariantKey
from embedded_aws.sagemaker.hosting.serverless.variant import ServerlessVariant
from embedded_aws.sagemaker.hosting.taken import Taken
from embedded_aws.sagemaker.hosting.variant import Variant
from embedded_aws.sagemaker.hosting.variant_metrics import VariantMetrics
from embedded_aws.sagemaker.service import SageMaker

TIMEOUT_SECONDS = 60.0
_UNSUPPORTED = (
    "TargetModel",
    "EnableExplanations",
    "SessionId",
    "PrefixAwareId",
)


@dataclass(frozen=True)
class _Request:
    """What was asked of an endpoint, and when."""

    region: str
    endpoint: Endpoint
    body: bytes
    headers: Mapping[str, str | None]
    capture: CaptureSettings | None
    received: float


class ModelInvocationError(ApiError):
    """The container answered with an error, or not at all."""

    def __init__(self, status: int, text: str, message: str) -> None:
        super().__init__("ModelError", message, status=424)
        self.OriginalStatusCode = status
        self.OriginalMessage = text


class Invocations:
    """The operations of `sagemaker-runtime`.

    Args:
        source: chooses among variants by their weights.
    """

    def __init__(
        self, service: SageMaker, metrics: VariantMetrics, source: random.Random | None = None
    ) -> None:
        self._service = service
        self._metrics = metrics
        self._captures = CaptureWriter(service)
        self._random = source or random.Random()  # noqa: S311 - no secret

    def operations(self) -> dict[str, Operation]:
        """Return the operations by API name."""
        return {"InvokeEndpoint": self._invoke}

    def _invoke(self, call: ApiCall) -> dict[str, Any]:
        params, received = call.params, time.perf_counter()
        for member in _UNSUPPORTED:
            if params.get(member):
                raise _validation_error(unsupported(f"InvokeEndpoint.{member}").message)
        body: bytes = params.get("Body") or b""
        if params.get("InferenceComponentName"):
            return self._invoke_component(call, body, received)
        with self._service.region(call.region).lock:
            endpoint = find_invoked(self._service.region(call.region), call)
            deployment = endpoint.answering(self._random)
            if deployment.asynchronous is not None:
                raise _validation_error(
                    f"Endpoint {endpoint.name} is an asynchronous endpoint; call "
                    "InvokeEndpointAsync."
                )
            variant = _choose(deployment, params.get("TargetVariant"), self._random)
            _check_target_container(endpoint, variant, params.get("TargetContainerHostname"))
            _check_size(variant, body)
            taken = variant.take()  # from here on an update waits for this request
            shadows = [(shadow, shadow.take()) for shadow in deployment.shadows.values()]
        headers = _headers(params)
        request = _Request(call.region, endpoint, body, headers, deployment.capture, received)
        for shadow, copied_to in shadows:
            self._copy(request, shadow, copied_to)
        answer = self._forward(request, variant, taken)
        if not answer.is_good:
            raise _model_error(call, f"{LOG_GROUPS}/{endpoint.name}", answer)
        return _answered(answer, variant.name)

    def _invoke_component(self, call: ApiCall, body: bytes, received: float) -> dict[str, Any]:
        """Answer a request that names one of the endpoint's inference components."""
        for member in ("TargetVariant", "TargetContainerHostname"):
            if call.params.get(member):
                refused = unsupported(f"InvokeEndpoint.{member} with InferenceComponentName")
                raise _validation_error(refused.message)
        store = self._service.region(call.region)
        with store.lock:
            endpoint = find_invoked(store, call)
            component = find_invoked_component(
                store, endpoint.name, call.params["InferenceComponentName"]
            )
            key = VariantKey(call.region, endpoint.name, component=component.name)
            assert endpoint.deployment is not None  # `find_invoked` would have refused it
            _check_size(endpoint.deployment.variants[component.variant_name], body)
            taken = component.take()
        if taken is None:
            self._metrics.count(key, {NO_CAPACITY: 1.0})
            raise _validation_error(
                "Inference Component has no capacity to process this request. "
                "ApplicationAutoScaling may be in-progress (if configured) or try to increase the "
                "capacity by invoking UpdateInferenceComponentRuntimeConfig API."
            )
        self._metrics.count(key, taken.received())
        answer, seconds = _answer(taken, body, _headers(call.params))
        overhead = time.perf_counter() - received - seconds
        self._metrics.count(key, taken.answered(answer.status, seconds, overhead))
        if not answer.is_good:
            raise _model_error(call, f"{COMPONENT_LOG_GROUPS}/{component.name}", answer)
        return _answered(answer, component.variant_name)

    def _copy(self, request: _Request, shadow: Variant, taken: Taken) -> None:
        """Send a copy of a request to a shadow, and drop its answer."""

        def forward() -> None:
            self._forward(request, shadow, taken)

        self._service.start(f"shadow-{request.endpoint.name}", forward)

    def _forward(self, request: _Request, variant: AnyVariant, taken: Taken) -> Answer:
        """Return the answer of what was taken, counted and captured; status 0 is none."""
        key = VariantKey(request.region, request.endpoint.name, variant.name)
        self._metrics.count(key, taken.received())
        answer, seconds = _answer(taken, request.body, request.headers)
        overhead = time.perf_counter() - request.received - seconds
        self._metrics.count(key, taken.answered(answer.status, seconds, overhead))
        if answer.is_good and request.capture is not None:
            assert isinstance(variant, Variant)  # capture of serverless ones is refused
            self._captures.capture(
                request.capture,
                request.region,
                request.endpoint,
                variant,
                Body(request.body, request.headers["Content-Type"]),
                Body(answer.body, answer.content_type),
                request.headers["X-Amzn-SageMaker-Inference-Id"],
            )
        return answer


def _headers(params: Mapping[str, Any]) -> dict[str, str | None]:
    return {
        "Content-Type": params.get("ContentType"),
        "Accept": params.get("Accept"),
        "X-Amzn-SageMaker-Custom-Attributes": params.get("CustomAttributes"),
        "X-Amzn-SageMaker-Inference-Id": params.get("InferenceId"),
        TARGET_CONTAINER: params.get("TargetContainerHostname"),
    }


def _answered(answer: Answer, variant: str) -> dict[str, Any]:
    return {
        "Body": answer.body,
        "ContentType": answer.content_type,
        "InvokedProductionVariant": variant,
        "CustomAttributes": answer.custom_attributes,
    }


def _answer(taken: Taken, body: bytes, headers: Mapping[str, str | None]) -> tuple[Answer, float]:
    """Return the answer, and how many seconds the container took for it."""
    started = None
    try:
        taken.prepare()
        started = time.perf_counter()
        answer = taken.invoke(body, headers, TIMEOUT_SECONDS)
    except NoAnswerError as error:
        answer = Answer(0, "text/plain", str(error).encode(), None, error.container)
    finally:
        taken.release()
    return answer, 0.0 if started is None else time.perf_counter() - started


def _check_size(variant: AnyVariant, body: bytes) -> None:
    most = variant.largest_payload_bytes
    if len(body) <= most:
        return
    if isinstance(variant, ServerlessVariant):
        # As users of serverless endpoints have seen it (sagemaker-python-sdk issue 4271).
        raise _validation_error(f"Request {uuid.uuid4()} has oversize body.")
    raise ApiError("413", f"HTTP content length exceeded {most} bytes.", status=413)


def _check_target_container(endpoint: Endpoint, variant: AnyVariant, target: str | None) -> None:
    """Refuse a container that the endpoint does not have, or that a caller cannot choose.

    SageMaker guide, "Invoke a multi-container endpoint with direct invocation", lists these three
    as validation errors, without their words.
    """
    model = variant.model
    is_direct = model is not None and model.mode == "Direct"
    if model is None or not is_direct:
        if target is not None:
            raise _validation_error(
                f"Endpoint {endpoint.name} is not configured for direct invocation and does not "
                "support the target container hostname header."
            )
        return
    hostnames = [container.hostname for container in model.containers]
    if target is None:
        raise _validation_error(
            f"Endpoint {endpoint.name} is configured for direct invocation: a target container "
            f"hostname is required, one of {', '.join(hostnames)}."
        )
    if target not in hostnames:
        raise _validation_error(
            f"Container {target} not found for Request; endpoint {endpoint.name} has "
            f"{', '.join(hostnames)}."
        )


def _choose(deployment: Deployment, target: str | None, source: random.Random) -> AnyVariant:
    """Return the target variant, or one by weight."""
    variants = deployment.variants
    if target is None:
        weights = [variant.weight for variant in variants.values()]
        if len(variants) == 1 or not any(weights):
            return next(iter(variants.values()))
        return source.choices(list(variants.values()), weights)[0]
    if target not in variants:
        raise _validation_error(f"Variant {target} not found for Request")
    return variants[target]


def _model_error(call: ApiCall, log_group: str, answer: Answer) -> ModelInvocationError:
    text = answer.body.decode("utf-8", "replace")
    if answer.status == 0:
        message = (
            "Your invocation timed out while waiting for a response from container "
            f"{answer.container}, or the container ended. ({text})"
        )
        kind, text = "server", ""
    else:
        kind, message = ("client" if answer.status < 500 else "server"), text.strip()
    return ModelInvocationError(
        answer.status,
        text,
        f"Received {kind} error ({answer.status}) from {answer.container} with message "
        f'"{message}". See {log_group} in account {call.account_id} for more information.',
    )


def _validation_error(message: str) -> ApiError:
    return ApiError("ValidationError", message)
