"""The library underneath: moto's application for each service."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from moto.core.common_models import BaseModel
from moto.moto_server.werkzeug_app import create_backend_app

from embedded_aws.gateway.api_call import WsgiApp

# While it makes an entity, moto looks through all others of these services. Where CloudFormation
# made several at once, it answered "dictionary changed size during iteration". moto neither waits
# in them nor calls this process back. Its state is the process's, and so are the locks.
_LOCKS = {service: threading.Lock() for service in ("ec2", "iam", "kms", "ssm")}


class MotoLibrary:
    """moto's applications, made when a service is first called."""

    def __init__(self) -> None:
        _forget_what_is_deleted()
        self._apps: dict[str, WsgiApp] = {}
        self._making = threading.Lock()

    def application(self, service: str) -> WsgiApp:
        """Return the application that answers a service of the register."""
        with self._making:
            if service not in self._apps:
                self._apps[service] = create_backend_app(service)
            return self._apps[service]


def one_at_a_time(service: str) -> AbstractContextManager[object]:
    """Return what lets one call at a time into the services of which moto needs it."""
    return _LOCKS.get(service, nullcontext())


def _forget_what_is_deleted() -> None:
    """Let moto keep no list of all models that it ever made, which grows with each call.

    Only its dashboard and its reset, neither of which is used here, read the list.
    """
    BaseModel.__new__ = _untracked


def _untracked(cls: type[BaseModel], *_: Any, **__: Any) -> BaseModel:
    return object.__new__(cls)
