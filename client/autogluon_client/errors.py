"""What can go wrong for a caller; every message says what, where and the next step."""

from __future__ import annotations


class AutoGluonClientError(Exception):
    """Base of all errors this package raises."""


class NotDeployedError(AutoGluonClientError):
    """The environment is not deployed in this account and region."""


class OtherVersionError(NotDeployedError):
    """The environment is deployed by a version of this project that this client cannot read."""


class UnknownPredictorError(AutoGluonClientError):
    """The environment has no predictor of that name."""


class NotSupportedError(AutoGluonClientError):
    """An argument, a value or a predictor type that this project does not support."""


class UnknownArgumentError(AutoGluonClientError, TypeError):
    """A keyword argument that the call does not have, here or in AutoGluon Cloud."""


class InvalidArgumentError(AutoGluonClientError):
    """An argument's value cannot be used; the sentence says what is allowed."""


class InvalidDataError(AutoGluonClientError):
    """Data given to the client that it cannot send."""


class FrameworkVersionError(AutoGluonClientError):
    """Another AutoGluon version was asked for than the predictor is deployed with."""


class AlreadyFitError(AutoGluonClientError):
    """The object holds a fit job already; a new object takes the next one."""


class NotFitError(AutoGluonClientError):
    """The call needs a fit job and the object holds none."""


class JobNotFoundError(AutoGluonClientError):
    """No job of that name was started in the environment."""


class NameTakenError(AutoGluonClientError):
    """A job of that name was started with other arguments."""


class ExecutionFailedError(AutoGluonClientError):
    """A Step Functions execution ended without success.

    Attributes:
        error: the error's name, such as `InvalidDataError`.
        cause: one sentence.
    """

    def __init__(self, *, execution_arn: str, status: str, error: str, cause: str) -> None:
        ended = (
            "ended without a cause: it was stopped or took too long; start it under another name"
        )
        super().__init__(f"{error or status}: {cause or f'{execution_arn} {ended}.'}")
        self.execution_arn = execution_arn
        self.status = status
        self.error = error
        self.cause = cause


class EndpointOffError(AutoGluonClientError):
    """There is no endpoint to ask, or it does not answer yet."""


class OtherModelError(AutoGluonClientError):
    """The endpoint answers from another model than the one this object deployed."""


class EndpointRequestError(AutoGluonClientError):
    """The endpoint refused a request; the sentence is the container's."""


class MissingPackageError(AutoGluonClientError):
    """The call needs a Python package that is not installed."""


class CredentialsError(AutoGluonClientError):
    """There are no AWS credentials, or they have expired or are wrong."""


class RegionError(AutoGluonClientError):
    """No AWS region is set."""


class PermissionMissingError(AutoGluonClientError):
    """The caller's role lacks a permission.

    Attributes:
        action: the IAM action, such as `states:StartExecution`.
    """

    def __init__(self, message: str, *, action: str) -> None:
        super().__init__(message)
        self.action = action


class ConnectionFailedError(AutoGluonClientError):
    """AWS could not be reached."""


class AwsRequestError(AutoGluonClientError):
    """AWS refused a request for a reason that has no class of its own here."""
