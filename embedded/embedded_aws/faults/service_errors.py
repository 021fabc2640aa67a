"""The errors by which each service says that it is overloaded, broken or at its limit."""

from __future__ import annotations

from moto.core.utils import get_service_model

from embedded_aws.gateway import ApiError

# Where a service's model declares a throttling error, it is that one, with its status. Others send
# the code that all services of their protocol share: botocore's _retry.json lists both as
# throttling (`Throttling` and `ThrottlingException`, status 400).
_THROTTLES: dict[str, tuple[str, int, str]] = {
    # S3's "Error responses": SlowDown, 503.
    "s3": ("SlowDown", 503, "Please reduce your request rate."),
    # Lambda's model: TooManyRequestsException, 429.
    "lambda": ("TooManyRequestsException", 429, "Rate Exceeded."),
    # EC2's "Client error codes": RequestLimitExceeded; its _retry.json entry has status 503.
    "ec2": ("RequestLimitExceeded", 503, "Request limit exceeded."),
    # SNS's model: ThrottledException with the code Throttled, 429.
    "sns": ("Throttled", 429, "Rate exceeded"),
    # SQS's model: RequestThrottled; its _retry.json entry has status 403.
    "sqs": ("RequestThrottled", 403, "Request is throttled."),
    # Scheduler's model: ThrottlingException, 429.
    "scheduler": ("ThrottlingException", 429, "Rate exceeded"),
    # The runtime's "Common errors".
    "sagemaker-runtime": ("ThrottlingException", 400, "Rate exceeded"),
}


def throttle(service: str) -> ApiError:
    """Return the service's own throttling error."""
    if service in _THROTTLES:
        code, status, message = _THROTTLES[service]
        return ApiError(code, message, status=status)
    # "Common errors" of each service: JSON services add `Exception` to query services' code.
    code = "ThrottlingException" if _speaks_json(service) else "Throttling"
    return ApiError(code, "Rate exceeded", status=400)


def internal_error(service: str) -> ApiError:
    """Return the service's error for a failure of its own."""
    if service == "s3":  # "Error responses": InternalError
        message = "We encountered an internal error. Please try again."
        return ApiError("InternalError", message, status=500)
    if service == "lambda":  # its model: ServiceException, 500
        message = "An error occurred and the request cannot be processed."
        return ApiError("ServiceException", message, status=500)
    # "Common errors": InternalFailure, 500.
    message = "The request processing has failed because of an unknown error, exception or failure."
    return ApiError("InternalFailure", message, status=500)


def unavailable(service: str) -> ApiError:
    """Return the service's error for a time in which it does not answer."""
    if service == "s3":  # "Error responses": ServiceUnavailable
        return ApiError("ServiceUnavailable", "Service is unable to handle request.", status=503)
    # "Common errors": ServiceUnavailable, 503.
    message = "The request has failed due to a temporary failure of the server."
    code = "ServiceUnavailableException" if _speaks_json(service) else "ServiceUnavailable"
    return ApiError(code, message, status=503)


def resource_limit(service: str, operation: str, instance_type: str | None) -> ApiError:
    """Return the error of a quota that is used up.

    SageMaker's message is the one that people quote from their failed jobs.
    """
    if service != "sagemaker":
        return ApiError(_limit_error(service, operation), "Limit exceeded", status=400)
    use = {
        "CreateTrainingJob": "training job usage",
        "CreateProcessingJob": "processing job usage",
        "CreateTransformJob": "transform job usage",
    }.get(operation, "endpoint usage")
    what = f"{instance_type or 'ml.m5.large'} for {use}"
    return ApiError(
        "ResourceLimitExceeded",
        f"The account-level service limit '{what}' is 0 Instances, with current utilization of 0 "
        "Instances and a request delta of 1 Instances. Please use AWS Service Quotas to request an "
        "increase for this quota. If AWS Service Quotas is not available, contact AWS support to "
        "request an increase for this quota.",
        status=400,
    )


def _limit_error(service: str, operation: str) -> str:
    """Return the code of the operation's own limit, such as ExecutionLimitExceeded."""
    errors = get_service_model(service).operation_model(operation).error_shapes
    codes = (error.metadata.get("error", {}).get("code", error.name) for error in errors)
    return next((code for code in codes if "LimitExceeded" in code), "LimitExceededException")


def _speaks_json(service: str) -> bool:
    return "json" in str(get_service_model(service).metadata["protocol"])
