"""API clients that act as the caller of an operation or as the role of a stack."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from embedded_aws.cloudformation.errors import validation_error
from embedded_aws.credentials import ADMIN, Credentials
from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.runtime import Runtime

# Service name -> boto3 client with fixed credentials.
Clients = Callable[[str], Any]

_PRINCIPAL = "cloudformation.amazonaws.com"
_SESSION_NAME = "AWSCloudFormation"


class CallerClients:
    """Hands out boto3 clients that act as the caller or as a stack's role."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def of_caller(self, call: ApiCall) -> Clients:
        """Return clients with the caller's own keys (AWS forwards its callers' sessions too)."""
        credentials = self._credentials(call)
        return lambda service: self._runtime.client(service, credentials, call.region)

    def of_service(self, region: str) -> Clients:
        """Return clients of CloudFormation itself, for what no caller may do."""
        return lambda service: self._runtime.client(service, region=region)

    def of_role(self, call: ApiCall, role_arn: str | None) -> Clients:
        """Return clients with the role's permissions, or the caller's where there is no role.

        Raises:
            ApiError: ValidationError when CloudFormation may not assume the role.
        """
        if role_arn is None:
            return self.of_caller(call)
        try:
            credentials = self._runtime.role_credentials(role_arn, _PRINCIPAL, _SESSION_NAME)
        except ApiError as error:
            raise validation_error(
                f"Role {role_arn} is invalid or cannot be assumed: {error.message}"
            ) from error
        return lambda service: self._runtime.client(service, credentials, call.region)

    def _credentials(self, call: ApiCall) -> Credentials:
        if call.access_key_id is None:
            return ADMIN
        headers = call.request.headers
        token = headers.get("X-Amz-Security-Token") or call.request.args.get("X-Amz-Security-Token")
        iam = self._runtime.iam
        secret = iam.secret_of(call.access_key_id) if iam is not None else None
        # Without the iam service, as in tests of this one alone, no secret is ever verified.
        return Credentials(call.access_key_id, secret or "unverified", token)
