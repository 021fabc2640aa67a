"""The sessions in which executions act with their state machine's role, one per execution."""

from __future__ import annotations

import threading
import time
from typing import Any

from embedded_aws.clock import Clock
from embedded_aws.credentials import Credentials
from embedded_aws.runtime import Runtime

_RENEW_AFTER_SECONDS = 1800.0


class RoleSession:
    """Clients that act as a role that Step Functions has assumed."""

    def __init__(
        self, runtime: Runtime, role_arn: str, session_name: str, region: str, machine_arn: str
    ) -> None:
        self._runtime = runtime
        self.role_arn = role_arn
        self._session_name = session_name
        self._machine_arn = machine_arn
        self.region = region
        self._credentials: Credentials | None = None
        self._assumed_at = 0.0
        self._lock = threading.Lock()

    @property
    def clock(self) -> Clock:
        """Return the clock that Wait states go by."""
        return self._runtime.clock

    def client(self, service: str, region: str | None = None) -> Any:
        """Return a boto3 client; raises ApiError when the role cannot be assumed."""
        return self._runtime.client(service, self.credentials(), region or self.region)

    def credentials(self) -> Credentials:
        """Return the session's credentials, renewed long before they expire."""
        with self._lock:
            now = time.monotonic()
            if self._credentials is None or now - self._assumed_at > _RENEW_AFTER_SECONDS:
                self._credentials = self._runtime.role_credentials(
                    self.role_arn,
                    "states.amazonaws.com",
                    self._session_name,
                    self._machine_arn,
                )
                self._assumed_at = now
            return self._credentials
