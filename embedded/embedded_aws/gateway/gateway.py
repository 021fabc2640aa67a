"""Calls the operation that answers an API call, and answers what it returns or raises."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.model import OperationModel
from moto.moto_server.werkzeug_app import BackendRequest

from embedded_aws.gateway import refusal
from embedded_aws.gateway.answering import serialize_answer
from embedded_aws.gateway.api_call import (
    AfterHandler,
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
from embedded_aws.gateway.moto_answer import UnusableAnswerError, ask_moto
from embedded_aws.gateway.moto_library import MotoLibrary, one_at_a_time
from embedded_aws.gateway.paging import ask_for_all, asks_for_page, cut_page
from embedded_aws.gateway.parsing import protocol_of, read_body, read_members
from embedded_aws.gateway.register import ignored_member, operation_register, rejection
from embedded_aws.gateway.routing import find_route
from embedded_aws.gateway.serving import serving
from embedded_aws.gateway.signer import Signer, find_signer, unsigned_scope
from embedded_aws.gateway.validation import refuse_invalid


class Gateway:
    """Routes API calls to registered operations, and those that the register lists to moto."""

    def __init__(self, *, account_id: str, default_region: str) -> None:
        self._account_id = account_id
        self._default_region = default_region
        self._operations: dict[tuple[str, str], Operation] = {}
        self._exclusive_services: dict[str, str] = {}
        self._refused_services: dict[str, str] = {}
        self._raw_routes: dict[str, WsgiApp] = {}
        self._moto = MotoLibrary()
        self._authorize: Authorizer | None = None
        self._before_handlers: list[BeforeHandler] = []
        self._after_handlers: list[AfterHandler] = []
        self._listeners: list[CallListener] = []
        self._fault_listeners: list[FaultListener] = []
        self._library_fault_listeners: list[FaultListener] = []

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

    def after_handler(self, hook: AfterHandler) -> None:
        """Let `hook` change the answers of this package's operations (not moto's)."""
        self._after_handlers.append(hook)

    def on_call(self, listener: CallListener) -> None:
        """Tell `listener` of every answered call with its HTTP status."""
        self._listeners.append(listener)

    def on_fault(self, listener: FaultListener) -> None:
        """Tell `listener` of every call that failed by a fault of this package."""
        self._fault_listeners.append(listener)

    def on_library_fault(self, listener: FaultListener) -> None:
        """Tell `listener` of every call that failed inside moto, which then cannot answer it."""
        self._library_fault_listeners.append(listener)

    def registered(self) -> frozenset[tuple[str, str]]:
        """Return the service and the operation of every handler of this package."""
        return frozenset(self._operations)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        with serving(self):
            return self._serve(environ, start_response)

    def _serve(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "/")
        for prefix, app in self._raw_routes.items():
            if path.startswith(prefix):
                return app(environ, start_response)
        request = BackendRequest(environ)
        signer = find_signer(request)
        if signer is None:
            read_body(request)
            signer = unsigned_scope(request)
        if signer is None:
            return refusal.send_refusal(refusal.unsigned(request), request, start_response)
        if signer.signing_name != "s3":
            read_body(request)  # before anything parses it as a form and consumes it
        service, operation_model, url_params = find_route(signer.signing_name, request)
        if service is None or operation_model is None:
            found = _unrouted(service, signer, request)
            return refusal.send_refusal(found, request, start_response, service)
        call = self._call(service, operation_model, {}, signer, request)
        answer: Any
        try:
            members = read_members(service, operation_model, url_params, request)
            call = self._call(service, operation_model, members, signer, request)
            protocol = protocol_of(operation_model, request)
            refuse_invalid(service, operation_model, members, protocol)
            unsupported = self._unsupported(call)
            if self._authorize is not None:
                self._authorize(call)
            for before_handler in self._before_handlers:
                before_handler(call)
            if unsupported is not None:
                raise unsupported
            handler = self._operations.get((call.service, call.operation))
            if handler is None:
                return self._pass_on(call, operation_model, environ, start_response)
            answer = handler(call) or {}
            for after_handler in self._after_handlers:
                answer = after_handler(call, answer)
        except ServiceException as error:
            answer = error
        except UnusableAnswerError as error:
            answer = self._unanswerable(call, error)
        except Exception as error:  # noqa: BLE001 - our own fault, answered as AWS does
            for on_fault in self._fault_listeners:
                on_fault(call, error)
            answer = ApiError(
                "InternalFailure",
                f"The embedded AWS failed in {call.service}:{call.operation}: {error!r}.",
                status=500,
            )
        return self._send(call, operation_model, answer, start_response)

    def _call(
        self,
        service: str,
        operation_model: OperationModel,
        members: dict[str, Any],
        signer: Signer,
        request: BackendRequest,
    ) -> ApiCall:
        return ApiCall(
            service=service,
            operation=operation_model.name,
            params=members,
            access_key_id=signer.access_key_id,
            region=signer.region or self._default_region,
            account_id=self._account_id,
            request=request,
        )

    def _unsupported(self, call: ApiCall) -> ApiError | None:
        """Return the refusal of what neither this package answers nor a list of the register."""
        why = self._why_unsupported(call)
        if why is None:
            return None
        message = f"The embedded AWS does not support {call.service}:{call.operation}{why}."
        return ApiError("NotImplemented", message, status=501)

    def _why_unsupported(self, call: ApiCall) -> str | None:
        if (call.service, call.operation) in self._operations:
            ignored = ignored_member(call.service, call.operation, call.params)
            return None if ignored is None else f" with {ignored}"
        if call.service in self._refused_services:
            return f"; {self._refused_services[call.service]}"
        supported = self._exclusive_services.get(call.service)
        if supported is not None:
            return f"; supported operations: {supported}"
        if call.service not in operation_register():
            return f": it does not have the service {call.service}"
        return rejection(call.service, call.operation, call.params)

    def _pass_on(
        self,
        call: ApiCall,
        operation_model: OperationModel,
        environ: dict[str, Any],
        start_response: StartResponse,
    ) -> Iterable[bytes]:
        app = self._moto.application(call.service)
        asked = ask_for_all(call, environ)
        with one_at_a_time(call.service):
            answer = ask_moto(app, asked, may_be_html=call.service == "s3")
        if answer.status_code < 300 and asks_for_page(call):
            body = b"".join(answer.body)
            page = cut_page(call, operation_model, answer.status_code, answer.headers, body)
            if page is not None:
                return self._send(call, operation_model, page, start_response)
            answer = answer._replace(body=[body])
        self._report(call, answer.status_code)
        start_response(answer.status, answer.headers)
        return answer.body

    def _unanswerable(self, call: ApiCall, error: UnusableAnswerError) -> ApiError:
        for on_library_fault in self._library_fault_listeners:
            on_library_fault(call, error)
        return ApiError(
            "NotImplemented",
            f"The embedded AWS cannot answer this {call.service}:{call.operation} request: the "
            f"library that would answer it failed ({error}).",
            status=501,
        )

    def _send(
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


def _unrouted(service: str | None, signer: Signer, request: BackendRequest) -> refusal.Refusal:
    if service is None:
        return refusal.unknown_service(signer.signing_name)
    if request.mimetype == "application/cbor":
        return refusal.unsupported_protocol(service)
    return refusal.unknown_operation(service, request)
