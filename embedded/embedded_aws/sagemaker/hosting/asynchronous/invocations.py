"""InvokeEndpointAsync: accept a request, which is answered in S3 later."""

from __future__ import annotations

import random
import uuid
from typing import Any

from embedded_aws.gateway import ApiCall, ApiError, Operation
from embedded_aws.sagemaker.errors import unsupported
from embedded_aws.sagemaker.hosting.asynchronous.dispatcher import Dispatcher
from embedded_aws.sagemaker.hosting.asynchronous.request import AsyncRequest
from embedded_aws.sagemaker.hosting.endpoint import find_invoked
from embedded_aws.sagemaker.service import SageMaker

# Defaults and limits: botocore's model of InvokeEndpointAsync.
_TTL_SECONDS, _TIMEOUT_SECONDS = 21_600, 900
_MOST_INLINE_BYTES = 128_000
_UNSUPPORTED = ("S3OutputPathExtension", "Filename")


class AsyncInvocations:
    """Accepts requests of asynchronous endpoints."""

    def __init__(self, service: SageMaker, dispatcher: Dispatcher) -> None:
        self._service = service
        self._dispatcher = dispatcher
        self._random = random.Random()  # noqa: S311 - no secret

    def operations(self) -> dict[str, Operation]:
        """Return the operations by API name."""
        return {"InvokeEndpointAsync": self._invoke}

    def _invoke(self, call: ApiCall) -> dict[str, Any]:
        params, store = call.params, self._service.region(call.region)
        for member in _UNSUPPORTED:
            if params.get(member):
                raise _invalid(unsupported(f"InvokeEndpointAsync.{member}").message)
        body, location = params.get("Body") or None, params.get("InputLocation")
        if (body is None) == (location is None):
            raise _invalid("Provide exactly one of InputLocation and Body.")
        if body is not None and len(body) > _MOST_INLINE_BYTES:
            raise _invalid(f"Body has {len(body)} bytes; allowed: at most {_MOST_INLINE_BYTES}.")
        if location is not None and not location.startswith("s3://"):
            raise _invalid(f"InputLocation: got {location!r}; it must be s3://...")
        number = uuid.uuid4()
        with store.lock:
            endpoint = find_invoked(store, call)
            assert endpoint.deployment is not None  # otherwise it is not found
            settings = endpoint.deployment.asynchronous
            if settings is None:
                raise _invalid(
                    f"Endpoint {endpoint.name} is not an asynchronous endpoint; call "
                    "InvokeEndpoint."
                )
            failures = settings.failure_path
            request = AsyncRequest(
                inference_id=params.get("InferenceId") or str(uuid.uuid4()),
                input_location=location,
                body=body,
                headers={
                    "Content-Type": params.get("ContentType"),
                    "Accept": params.get("Accept"),
                    "X-Amzn-SageMaker-Custom-Attributes": params.get("CustomAttributes"),
                    "X-Amzn-SageMaker-Inference-Id": params.get("InferenceId"),
                },
                output_location=f"{settings.output_path}/{number}.out",
                failure_location=None if failures is None else f"{failures}/{number}-error.out",
                ttl_seconds=params.get("RequestTTLSeconds", _TTL_SECONDS),
                timeout_seconds=params.get("InvocationTimeoutSeconds", _TIMEOUT_SECONDS),
                received=self._service.runtime.clock.now(),
                point=self._random.random(),
            )
            endpoint.backlog.waiting.append(request)
        self._dispatcher.wake()
        answer = {
            "InferenceId": request.inference_id,
            "OutputLocation": request.output_location,
        }
        if request.failure_location is not None:
            answer["FailureLocation"] = request.failure_location
        return answer


def _invalid(message: str) -> ApiError:
    return ApiError("ValidationError", message)
