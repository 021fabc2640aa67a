"""AWS SDK integrations: `arn:aws:states:::aws-sdk:<service>:<action>`."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError
from moto.core.utils import get_service_model

from embedded_aws.stepfunctions.execution.role_session import RoleSession
from embedded_aws.stepfunctions.library.sdk_services import boto_service, operation_of
from embedded_aws.stepfunctions.tasks.api_shapes import (
    declared_error_codes,
    iso_8601,
    sdk_error_name,
    sdk_service_name,
)
from embedded_aws.stepfunctions.tasks.service_task import ServiceTask

# No answer can be a state's data.
_STREAMING = {"InvokeEndpointWithResponseStream", "StartLiveTail", "SelectObjectContent"}


class AwsSdkTask(ServiceTask):
    """Any action of any service that boto3 knows, request-response."""

    timestamps = staticmethod(iso_8601)

    def run(self, _env: Any, session: RoleSession, arguments: dict[str, Any]) -> Any:
        """Call the API."""
        return self.call(
            session, boto_service(self.resource.api_name), self.resource.api_action, arguments
        )

    def name_error(self, error: ClientError) -> tuple[str, str]:
        """Return a name such as `Ssm.ParameterNotFoundException`, and the cause."""
        service = boto_service(self.resource.api_name)
        service_id = str(get_service_model(service).service_id)
        metadata = error.response.get("ResponseMetadata", {})
        cause = (
            f"{error.response['Error'].get('Message', '')} "
            f"(Service: {sdk_service_name(service_id)}, "
            f"Status Code: {metadata.get('HTTPStatusCode')}, "
            f"Request ID: {metadata.get('RequestId')})"
        )
        return sdk_error_name(service_id, error, declared_error_codes(service)), cause

    def _validate_service_integration_is_supported(self) -> None:
        arn, action = self.resource.resource_arn, self.resource.api_action
        if self.resource.condition is not None:
            raise ValueError(
                f"The embedded AWS does not support '.{self.resource.condition}' of AWS SDK "
                f"integrations ('{arn}')."
            )
        try:
            operation = operation_of(boto_service(self.resource.api_name), action)
        except (KeyError, ValueError) as error:
            raise ValueError(
                f"The resource provided {arn} is not recognized. The value is not a valid resource "
                "ARN, or the resource is not available in this region."
            ) from error
        if not action[:1].islower() or operation.name in _STREAMING:
            raise ValueError(f"The resource provided {arn} is not supported by Step Functions.")

    def _get_sfn_resource_type(self) -> str:
        return f"aws-sdk:{self.resource.api_name}"
