"""The gateway: every AWS API call arrives as a WSGI request and is answered as a response.

A call is identified with botocore's own service models (through moto's parsers), authorised for the
principal that signed it, and then answered by one of this package's operations or by moto.
"""

from __future__ import annotations

import functools
import io
import json
import re
import uuid
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

import botocore.session
from moto.core.exceptions import ServiceException
from moto.core.model import OperationModel, ServiceModel
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import determine_request_protocol
from moto.core.routing import NotFound, get_service_router
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model
from moto.moto_server.werkzeug_app import (
    BackendRequest,
    DomainDispatcherApplication,
    create_backend_app,
)

StartResponse = Callable[..., Any]
WsgiApp = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/(\d{8})/([^/,]+)/([^/,]+)/aws4_request")
# Codes that every service shares (AccessDenied, Throttling ...) are in no service's model.
warnings.filterwarnings("ignore", r"Exception\(\w+\) with code", UserWarning)

# botocore services that sign with another name than their own. SageMaker's runtime shares its
# control plane's name and is told apart by the path.
_SERVICE_BY_SIGNING_NAME = {
    "states": "stepfunctions",
    "servicequotas": "service-quotas",
    "monitoring": "cloudwatch",
    "tagging": "resourcegroupstaggingapi",
    "email": "sesv2",
}
# The bodies of these are payload, not parameters: they are never read into memory here.
_PAYLOAD_OPERATIONS = {("s3", "PutObject"), ("s3", "UploadPart")}


class ApiError(ServiceException):
    """An error that answers an operation: `ApiError("ValidationException", "sentence")`."""

    def __init__(self, code: str, message: str, *, status: int | None = None) -> None:
        super().__init__(code, message)
        self.status = status


@dataclass(frozen=True)
class ApiCall:
    """One API call, identified and parsed.

    `params` holds the request's members by their API names (`TrainingJobName`, not
    `training_job_name`), converted by botocore's model. Object payloads are left out.
    """

    service: str  # botocore's name: "sagemaker", "stepfunctions", "s3", ...
    operation: str  # "CreateTrainingJob"
    params: dict[str, Any]
    access_key_id: str | None
    region: str
    account_id: str
    request: BackendRequest = field(repr=False)
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))


Operation = Callable[[ApiCall], "Mapping[str, Any] | None"]
Authorizer = Callable[[ApiCall], None]
CallListener = Callable[[ApiCall, int], None]
FaultListener = Callable[[ApiCall, Exception], None]


class Gateway:
    """Routes API calls to registered operations, and the rest to moto."""

    def __init__(self, *, account_id: str, default_region: str) -> None:
        self._account_id = account_id
        self._default_region = default_region
        self._operations: dict[tuple[str, str], Operation] = {}
        self._exclusive_services: dict[str, str] = {}
        self._refused_services: dict[str, str] = {}
        self._raw_routes: dict[str, WsgiApp] = {}
        self._moto: WsgiApp = DomainDispatcherApplication(create_backend_app)
        self._authorize: Authorizer | None = None
        self._listeners: list[CallListener] = []
        self._fault_listeners: list[FaultListener] = []

    def register(self, service: str, operation: str, handler: Operation) -> None:
        """Answer `operation` of `service` here instead of in moto."""
        self._operations[service, operation] = handler

    def register_service(self, service: str, handlers: Mapping[str, Operation]) -> None:
        """Answer a whole service here; an operation without a handler is a named error."""
        self._exclusive_services[service] = ", ".join(sorted(handlers))
        for operation, handler in handlers.items():
            self.register(service, operation, handler)

    def refuse_service(self, service: str, why: str) -> None:
        """Refuse every operation of a service, which moto would answer with invented values."""
        self._refused_services[service] = why

    def register_path(self, prefix: str, app: WsgiApp) -> None:
        """Serve an internal, unsigned path (`/_embedded/...`) with a WSGI application."""
        self._raw_routes[prefix] = app

    def authorize_with(self, authorizer: Authorizer) -> None:
        """Call `authorizer` before every operation; it raises `ApiError` to deny."""
        self._authorize = authorizer

    def on_call(self, listener: CallListener) -> None:
        """Tell `listener` of every answered call with its HTTP status."""
        self._listeners.append(listener)

    def on_fault(self, listener: FaultListener) -> None:
        """Tell `listener` of every call that failed by a fault of this package."""
        self._fault_listeners.append(listener)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "/")
        for prefix, app in self._raw_routes.items():
            if path.startswith(prefix):
                return app(environ, start_response)
        request = BackendRequest(environ)
        call = self._recognise(request)
        if call is None:
            if self._authorize is not None:
                return _refuse_unrecognised(request, start_response)
            return self._moto(environ, start_response)
        operation_model = get_service_model(call.service).operation_model(call.operation)
        try:
            if self._authorize is not None:
                self._authorize(call)
            handler = self._operations.get((call.service, call.operation))
            if handler is None:
                self._refuse_if_exclusive(call)
                return self._pass_on(call, environ, start_response)
            answer: Any = handler(call) or {}
        except ServiceException as error:
            answer = error
        except Exception as error:  # noqa: BLE001 - our own fault, answered as AWS does
            for on_fault in self._fault_listeners:
                on_fault(call, error)
            answer = ApiError(
                "InternalFailure",
                f"The embedded AWS failed in {call.service}:{call.operation}: {error!r}.",
                status=500,
            )
        return self._answer(call, operation_model, answer, start_response)

    def _recognise(self, request: BackendRequest) -> ApiCall | None:
        credential = _find_credential(request)
        if credential is None:
            return None
        access_key_id, region, signing_name = credential
        service = _service_name(signing_name, request)
        if service != "s3":
            _read_body(request)  # before anything parses it as a form and consumes it
        try:
            operation_model, url_params = get_service_router(service).match(request)
        except (NotFound, NotImplementedError):
            return None
        return ApiCall(
            service=service,
            operation=operation_model.name,
            params=_parse(service, operation_model, url_params, request),
            access_key_id=access_key_id,
            region=region or self._default_region,
            account_id=self._account_id,
            request=request,
        )

    def _refuse_if_exclusive(self, call: ApiCall) -> None:
        if call.service in self._refused_services:
            raise ApiError(
                "NotImplemented",
                f"The embedded AWS does not support {call.service}:{call.operation}; "
                f"{self._refused_services[call.service]}.",
                status=501,
            )
        supported = self._exclusive_services.get(call.service)
        if supported is not None:
            raise ApiError(
                "NotImplemented",
                f"The embedded AWS does not support {call.service}:{call.operation}; "
                f"supported operations: {supported}.",
                status=501,
            )

    def _pass_on(
        self, call: ApiCall, environ: dict[str, Any], start_response: StartResponse
    ) -> Iterable[bytes]:
        def start(status: str, *arguments: Any) -> Any:
            self._report(call, int(status.split(" ", 1)[0]))
            return start_response(status, *arguments)

        return self._moto(environ, start)

    def _answer(
        self,
        call: ApiCall,
        operation_model: OperationModel,
        answer: Any,
        start_response: StartResponse,
    ) -> Iterable[bytes]:
        model: ServiceModel = get_service_model(call.service)
        protocol = determine_request_protocol(model, call.request.content_type)
        serializer = get_serializer_class(call.service, protocol)(operation_model=operation_model)
        serialized = serializer.serialize(answer)
        status = getattr(answer, "status", None) or serialized["status_code"]
        body = serialized["body"]
        payload = body.encode() if isinstance(body, str) else body
        headers = {**serialized["headers"], "x-amzn-RequestId": call.request_id}
        headers.update(_own_content_type(operation_model, answer))
        headers["Content-Length"] = str(len(payload))
        self._report(call, status)
        start_response(f"{status} {'OK' if status < 400 else 'Error'}", list(headers.items()))
        return [] if call.request.method == "HEAD" else [payload]

    def _report(self, call: ApiCall, status: int) -> None:
        for listener in self._listeners:
            listener(call, status)


def _refuse_unrecognised(request: BackendRequest, start_response: StartResponse) -> list[bytes]:
    """Refuse a call without a known caller or operation; moto would answer it unchecked."""
    content_type = request.content_type or ""
    is_form = content_type.startswith("application/x-www-form-urlencoded")
    action = request.values.get("Action", "") if is_form else request.headers.get("X-Amz-Target")
    what = " ".join(part for part in (request.method, request.path, action) if part)
    if _find_credential(request) is None:
        code = "MissingAuthenticationToken"
        message = f"{what}: the embedded AWS answers signed requests only."
    else:
        code, message = "UnknownOperationException", f"{what}: no AWS operation matches."
    if "json" in content_type:
        body = json.dumps({"__type": code, "message": message})
    else:
        body = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
        body = f"<ErrorResponse>{body}</ErrorResponse>" if is_form else body
    payload = b"" if request.method == "HEAD" else body.encode()
    headers = [
        ("Content-Type", "application/json" if "json" in content_type else "text/xml"),
        ("Content-Length", str(len(payload))),
        ("x-amzn-ErrorType", code),
    ]
    start_response("403 Forbidden", headers)
    return [payload]


def _find_credential(request: BackendRequest) -> tuple[str, str, str] | None:
    """Return the access key, region and signing name of a signed or presigned request."""
    match = _CREDENTIAL.search(request.headers.get("Authorization", ""))
    if match:
        return match[1], match[3], match[4]
    presigned = request.args.get("X-Amz-Credential", "").split("/")
    if len(presigned) == 5:
        return presigned[0], presigned[2], presigned[3]
    if "AWSAccessKeyId" in request.args:  # version 2, still boto3's default for presigned S3 URLs
        return request.args["AWSAccessKeyId"], "", "s3"
    return None


def _service_name(signing_name: str, request: BackendRequest) -> str:
    if signing_name == "sagemaker" and request.path.startswith("/endpoints/"):
        return "sagemaker-runtime"
    if signing_name in _SERVICE_BY_SIGNING_NAME:
        return _SERVICE_BY_SIGNING_NAME[signing_name]
    return signing_name if signing_name in _known_services() else "s3"


def _own_content_type(operation_model: OperationModel, answer: Any) -> dict[str, str]:
    """Return the Content-Type that an answer names itself; moto's serializer overwrites it."""
    if operation_model.output_shape is None or not isinstance(answer, Mapping):
        return {}
    for name, member in operation_model.output_shape.members.items():
        if member.serialization.get("name") == "Content-Type" and answer.get(name) is not None:
            return {"Content-Type": answer[name]}
    return {}


@functools.cache
def _known_services() -> frozenset[str]:
    return frozenset(botocore.session.get_session().get_available_services())


def _parse(
    service: str,
    operation_model: OperationModel,
    url_params: dict[str, Any],
    request: BackendRequest,
) -> dict[str, Any]:
    has_payload = (service, operation_model.name) in _PAYLOAD_OPERATIONS
    parser_class = PROTOCOL_PARSERS[
        determine_request_protocol(operation_model.service_model, request.content_type)
    ]
    body = b"" if has_payload else _read_body(request)
    parsed = parser_class(operation_model).parse(
        {
            "method": request.method,
            "values": request.args if has_payload else request.values,
            "headers": request.headers,
            "body": body,
            "url_path": request.path,
            "url_params": url_params,
        }
    )
    return dict(parsed)


def _read_body(request: BackendRequest) -> bytes:
    """Read the body and restore the WSGI environment, since moto reads it again."""
    body: bytes = request.get_data(cache=True, parse_form_data=False)
    request.environ["wsgi.input"] = io.BytesIO(body)
    request.environ["CONTENT_LENGTH"] = str(len(body))
    request.environ.pop("HTTP_TRANSFER_ENCODING", None)
    return body
