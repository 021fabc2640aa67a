"""Define the errors that this package raises.

```text
ExplainedError                       message and advice
└── AutoGluonClientError             catches all of them
    ├── InvalidCallError             the call cannot be carried out as it is
    │   ├── NotSupportedError        an argument, a value or a predictor type that is unsupported
    │   ├── UnknownArgumentError     a keyword that the call does not have (also a TypeError)
    │   ├── InvalidArgumentError     a value outside what the argument allows
    │   ├── InvalidDataError         data that cannot be sent
    │   ├── FrameworkVersionError    another AutoGluon version than the deployed one
    │   ├── AlreadyFitError          the object already has a training run
    │   ├── NotFitError              the object has no training run, or no batch
    │   ├── NameTakenError           the name belongs to a run with another input
    │   └── MissingPackageError      a Python package that the call needs
    ├── NotFoundError                what the call refers to does not exist
    │   ├── NotDeployedError         the environment
    │   │   └── VersionMismatchError the environment, in a version that this client reads
    │   ├── UnknownPredictorError    the predictor
    │   ├── RunNotFoundError         the run
    │   ├── WeightsNotFoundError     the mirrored weights, or the workflow that mirrors some
    │   └── EndpointOffError         the endpoint, or a model behind it
    ├── ExecutionFailedError         the run failed, timed out or was stopped
    ├── ArtifactChangedError         an artifact that is not the one that training recorded
    ├── OtherModelError              the endpoint answers from another model
    ├── EndpointRequestError         the endpoint refused a request
    └── AwsError                     AWS did not do what it was asked for
        ├── CredentialsError         missing, wrong or expired credentials
        ├── RegionError              no region
        ├── PermissionMissingError   the caller's role lacks a permission
        ├── ConnectionFailedError    AWS is unreachable
        └── AwsRequestError          any other answer that is an error
```
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from autogluon_contracts.errors import ExplainedError


class AutoGluonClientError(ExplainedError):
    """Base of all errors that this package raises.

    Attributes:
        message: subject and problem.
        advice: what to do about it, in terms of this Python client; may be empty.
    """


class InvalidCallError(AutoGluonClientError):
    """The call cannot be carried out as it is; nothing was started."""


class NotSupportedError(InvalidCallError):
    """An argument, a value or a predictor type is unsupported.

    Attributes:
        argument: name of the argument.
    """

    def __init__(self, message: str, *, argument: str, advice: str = "") -> None:
        super().__init__(message, advice=advice)
        self.argument = argument


class UnknownArgumentError(InvalidCallError, TypeError):
    """The call does not have this keyword argument, here or in AutoGluon Cloud.

    Attributes:
        argument: name of the argument.
    """

    def __init__(self, message: str, *, argument: str, advice: str = "") -> None:
        super().__init__(message, advice=advice)
        self.argument = argument


class InvalidArgumentError(InvalidCallError):
    """An argument's value is invalid; the message says what is allowed.

    Attributes:
        argument: name of the argument.
    """

    def __init__(self, message: str, *, argument: str, advice: str = "") -> None:
        super().__init__(message, advice=advice)
        self.argument = argument


class InvalidDataError(InvalidCallError):
    """Data cannot be sent as it is."""


class FrameworkVersionError(InvalidCallError):
    """Another AutoGluon version was asked for than the predictor is deployed with.

    Attributes:
        wanted: the version asked for.
        deployed: the predictor's version.
    """

    def __init__(self, message: str, *, wanted: str, deployed: str, advice: str = "") -> None:
        super().__init__(message, advice=advice)
        self.wanted = wanted
        self.deployed = deployed


class AlreadyFitError(InvalidCallError):
    """The object already has a training run; a new object takes the next one.

    Attributes:
        run: name of that run.
    """

    def __init__(self, message: str, *, run: str, advice: str = "") -> None:
        super().__init__(message, advice=advice)
        self.run = run


class NotFitError(InvalidCallError):
    """The call needs a training run or a batch, and the object has none."""


class NameTakenError(InvalidCallError):
    """The name belongs to a run that was started with another input.

    Attributes:
        execution_arn: that run.
        differing: names of the arguments that differ.
    """

    def __init__(
        self, message: str, *, execution_arn: str, differing: Sequence[str], advice: str = ""
    ) -> None:
        super().__init__(message, advice=advice)
        self.execution_arn = execution_arn
        self.differing = tuple(differing)


class MissingPackageError(InvalidCallError):
    """The call needs a Python package that cannot be imported.

    Attributes:
        package: name of the module.
        install_command: what installs it.
    """

    def __init__(self, message: str, *, package: str, install_command: str) -> None:
        super().__init__(message, advice=f"Install it with `{install_command}`.")
        self.package = package
        self.install_command = install_command


class NotFoundError(AutoGluonClientError):
    """What the call refers to does not exist."""


class NotDeployedError(NotFoundError):
    """The environment is not deployed in this account and region.

    Attributes:
        environment: its name.
    """

    def __init__(self, message: str, *, environment: str, advice: str = "") -> None:
        super().__init__(message, advice=advice)
        self.environment = environment


class VersionMismatchError(NotDeployedError):
    """The environment was deployed by a version of this project that this client cannot read."""


class UnknownPredictorError(NotFoundError):
    """The environment has no predictor of that name.

    Attributes:
        predictor: the name asked for.
        known: names of the environment's predictors.
    """

    def __init__(
        self, message: str, *, predictor: str, known: Sequence[str], advice: str = ""
    ) -> None:
        super().__init__(message, advice=advice)
        self.predictor = predictor
        self.known = tuple(known)


class RunNotFoundError(NotFoundError):
    """The environment has no run of that name.

    Attributes:
        name: the name asked for.
    """

    def __init__(self, message: str, *, name: str, advice: str = "") -> None:
        super().__init__(message, advice=advice)
        self.name = name


# The name before runs and jobs were told apart.
JobNotFoundError = RunNotFoundError


class WeightsNotFoundError(NotFoundError):
    """The weights are not mirrored, or the environment is not deployed to mirror any."""


class EndpointOffError(NotFoundError):
    """The endpoint does not exist, does not answer yet, or has no model in service."""


class ExecutionFailedError(AutoGluonClientError):
    """A run ended without success.

    Attributes:
        execution_arn: the run's Step Functions execution.
        status: `FAILED`, `TIMED_OUT` or `ABORTED`.
        error: the error's name, such as `InvalidDataError`; empty for a run that was stopped.
        cause: one sentence; empty for a run that was stopped.
    """

    def __init__(self, *, execution_arn: str, status: str, error: str, cause: str) -> None:
        unexplained = f"{execution_arn} was stopped or timed out, and has no cause."
        super().__init__(
            f"{error or status}: {cause or unexplained}",
            advice="" if cause else "Start it again under another name.",
        )
        self.execution_arn = execution_arn
        self.status = status
        self.error = error
        self.cause = cause


class ArtifactChangedError(AutoGluonClientError):
    """A model artifact is not the one that its training recorded; nothing of it was loaded."""


class OtherModelError(AutoGluonClientError):
    """The endpoint answers from another model than the one that this object deployed.

    Attributes:
        endpoint: name of the endpoint.
        live_model: ARN of the model package that answers.
    """

    def __init__(self, message: str, *, endpoint: str, live_model: str, advice: str = "") -> None:
        super().__init__(message, advice=advice)
        self.endpoint = endpoint
        self.live_model = live_model


class EndpointRequestError(AutoGluonClientError):
    """The endpoint refused a request; the message quotes the container.

    Attributes:
        endpoint: name of the endpoint.
        facts: what the container tells programs: `code`, and where it applies `column`, `row`
            (counted from 1), `value` and `allowed`; empty for an endpoint that tells none.
    """

    def __init__(
        self,
        message: str,
        *,
        endpoint: str,
        advice: str = "",
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message, advice=advice)
        self.endpoint = endpoint
        self.facts = dict(facts or {})


class AwsError(AutoGluonClientError):
    """AWS did not do what it was asked for."""


class CredentialsError(AwsError):
    """AWS credentials are missing, wrong or expired.

    Attributes:
        is_expired: whether logging in again is enough.
    """

    def __init__(self, message: str, *, is_expired: bool = False, advice: str = "") -> None:
        super().__init__(message, advice=advice)
        self.is_expired = is_expired


class RegionError(AwsError):
    """No AWS region is set."""


class PermissionMissingError(AwsError):
    """The caller's role lacks a permission.

    Attributes:
        action: the IAM action, such as `states:StartExecution`.
    """

    def __init__(self, message: str, *, action: str, advice: str = "") -> None:
        super().__init__(message, advice=advice)
        self.action = action


class ConnectionFailedError(AwsError):
    """AWS is unreachable."""


class AwsRequestError(AwsError):
    """AWS refused a request for a reason that has no class of its own here.

    Attributes:
        operation: the operation, such as `CreateTrainingJob`; empty where none was sent.
        code: AWS's error code; empty where none was sent.
    """

    def __init__(
        self, message: str, *, operation: str = "", code: str = "", advice: str = ""
    ) -> None:
        super().__init__(message, advice=advice)
        self.operation = operation
        self.code = code
