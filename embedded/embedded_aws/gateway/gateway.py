"""Calls the operation that answers an API call, and answers what it returns or raises."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.model import OperationModel
from moto.core.routing import NotFound, get_service_router
from moto.core.utils import get_service_model
from moto.moto_server.werkzeug_app import (
    BackendRequest,
    DomainDispatcherApplication,
    create_backend_app,
)

from embedded_aws.gateway.answering import serialize_answer
from embedded_aws.gateway.api_call import (
    ApiCall,
    Authorizer,
    BeforeHandler,
    CallListener,
    FaultListener,
    Operation,
    StartResponse,
    WsgiApp,
)
from embedded_aws.gateway.api_error import ApiError
from embedded_aws.gateway.parsing import parse, read_body
from embedded_aws.gateway.refusal import refuse_unrecognised
from embedded_aws.gateway.routing import service_name
from embedded_aws.gateway.signer import find_signer


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
        self._before_handlers: list[BeforeHandler] = []
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

    def before_handler(self, hook: BeforeHandler) -> None:
        """Call `hook` with every authorised call before it is handled; `ApiError` answers it."""
        self._before_handlers.append(hook)

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
                return refuse_unrecognised(request, start_response)
            return self._moto(environ, start_response)
        operation_model = get_service_model(call.service).operation_model(call.operation)
        try:
            if self._authorize is not None:
                self._authorize(call)
            for before_handler in self._before_handlers:
                before_handler(call)
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
        signer = find_signer(request)
        if signer is None:
            return None
        service = service_name(signer.signing_name, request)
        if service != "s3":
            read_body(request)  # before anything parses it as a form and consumes it
        try:
            operation_model, url_params = get_service_router(service).match(request)
        except (NotFound, NotImplementedError):
            return None
        return ApiCall(
            service=service,
            operation=operation_model.name,
            params=parse(service, operation_model, url_params, request),
            access_key_id=signer.access_key_id,
            region=signer.region or self._default_region,
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
        response = serialize_answer(call, operation_model, answer)
        self._report(call, response.status)
        reason = "OK" if response.status < 400 else "Error"
        start_response(f"{response.status} {reason}", list(response.headers.items()))
        return [] if call.request.method == "HEAD" else [response.payload]

    def _report(self, call: ApiCall, status: int) -> None:
        for listener in self._listeners:
            listener(call, status)
