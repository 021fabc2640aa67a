"""The library underneath: which operations moto has, and its application for each service."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import inspect
import threading
from typing import Any

from moto.core.common_models import BaseModel
from moto.core.responses import BaseResponse
from moto.core.utils import camelcase_to_underscores
from moto.moto_server.werkzeug_app import create_backend_app

from embedded_aws.gateway.api_call import WsgiApp

_MODULES = {"lambda": "awslambda", "neptune": "rds"}
# moto dispatches these by hand, not by methods named like operations.
_DISPATCHED_BY_HAND = frozenset({"s3", "es", "polly", "workspaces-web", "xray"})
_WITHOUT_UNDERSCORES = frozenset({"batch"})


class MotoLibrary:
    """moto's applications, made when a service is first called."""

    def __init__(self) -> None:
        _forget_what_is_deleted()
        self._apps: dict[str, WsgiApp] = {}
        self._making = threading.Lock()

    def application(self, service: str) -> WsgiApp:
        """Return the application that answers a service that moto has."""
        module = _module(service)
        with self._making:
            if module not in self._apps:
                self._apps[module] = create_backend_app(module)
            return self._apps[module]


def _forget_what_is_deleted() -> None:
    """Let moto keep no list of all models that it ever made, which grows with each call.

    Only its dashboard and its reset, neither of which is used here, read the list.
    """
    BaseModel.__new__ = _untracked


def _untracked(cls: type[BaseModel], *_: Any, **__: Any) -> BaseModel:
    return object.__new__(cls)


def moto_has(service: str, operation: str | None = None) -> bool:
    """Return whether moto has a service, or one of its operations."""
    if not _has_service(service):
        return False
    if operation is None or service in _DISPATCHED_BY_HAND:
        return True
    if service in _WITHOUT_UNDERSCORES:
        return operation.lower() in _methods(service)
    return camelcase_to_underscores(operation) in _methods(service)


def _module(service: str) -> str:
    return _MODULES.get(service, service.replace("-", ""))


@functools.cache
def _has_service(service: str) -> bool:
    try:
        return importlib.util.find_spec(f"moto.{_module(service)}.urls") is not None
    except ModuleNotFoundError:
        return False


@functools.cache
def _methods(service: str) -> frozenset[str]:
    """Return the names of the methods that answer a service's operations."""
    own = {
        name
        for each in _response_classes(service)
        for name, _ in inspect.getmembers(each, inspect.isfunction)
    }
    return frozenset(own - {name for name, _ in inspect.getmembers(BaseResponse)})


def _response_classes(service: str) -> list[type]:
    module = f"moto.{_module(service)}"
    try:
        responses: Any = importlib.import_module(f"{module}.responses")
    except ModuleNotFoundError:  # its paths lead to a sibling's
        paths = importlib.import_module(f"{module}.urls").url_paths.values()
        return [each.__self__ for each in paths if isinstance(each.__self__, type)]
    return [
        each
        for _, each in inspect.getmembers(responses, inspect.isclass)
        if issubclass(each, BaseResponse) and each.__module__.startswith(f"{module}.")
    ]
