"""The questions that services ask IAM about work they do without an API call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class PermissionCheck(Protocol):
    """Judges by the deployed policies; the iam service provides it as `runtime.iam`."""

    def role_may(
        self, role_arn: str, action: str, resource: str, context: Mapping[str, str] | None = None
    ) -> bool:
        """Return whether a role's policies allow `action` on `resource`, with these keys."""

    def service_may_invoke(self, service: str, function_arn: str, source_arn: str) -> bool:
        """Return whether a function's policy lets `service` invoke it for `source_arn`."""

    def service_is_denied(self, service: str, action: str, resource: str) -> bool:
        """Return whether the resource's policy has a Deny that holds for `service`."""

    def why_service_may_not(
        self, service: str, action: str, resource: str, source_arn: str
    ) -> str | None:
        """Return why `service` may not act on a resource for `source_arn`, or None if it may.

        Judged are the policy of the function, topic, queue or log group, and the key policy of an
        encrypted topic or queue.
        """

    def secret_of(self, access_key_id: str) -> str | None:
        """Return the secret of a key, for services that act on as their caller; None if unknown."""
