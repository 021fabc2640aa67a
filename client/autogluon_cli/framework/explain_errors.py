"""From any expected exception to a sentence, the next command and an exit code."""

from __future__ import annotations

import sys

from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_client import errors as client

_RUN_AGAIN = "the same command again"

# The client's sentences end in advice for Python, after a semicolon; here a command replaces it.
_BY_CLASS: tuple[tuple[type[client.AutoGluonClientError], ExitCode, str], ...] = (
    (client.NotDeployedError, ExitCode.NOT_FOUND, "agcdk deploy --environment {environment}"),
    (client.UnknownPredictorError, ExitCode.NOT_FOUND, "agcdk endpoints"),
    (client.JobNotFoundError, ExitCode.NOT_FOUND, "agcdk runs"),
    (client.EndpointOffError, ExitCode.NOT_FOUND, "agcdk endpoints"),
    (client.NameTakenError, ExitCode.USAGE_ERROR, "agcdk runs"),
    (client.CredentialsError, ExitCode.AWS_ERROR, "{login}"),
    (client.RegionError, ExitCode.AWS_ERROR, "export AWS_DEFAULT_REGION=us-east-1"),
    (client.PermissionMissingError, ExitCode.AWS_ERROR, "agcdk doctor --policy"),
    (client.ConnectionFailedError, ExitCode.AWS_ERROR, "agcdk doctor"),
)
_WHOLE: tuple[tuple[type[client.AutoGluonClientError], ExitCode, str], ...] = (
    (client.EndpointRequestError, ExitCode.USAGE_ERROR, "agcdk predict --help"),
    (client.MissingPackageError, ExitCode.USAGE_ERROR, _RUN_AGAIN),
    (client.AwsRequestError, ExitCode.AWS_ERROR, "agcdk doctor"),
    (client.AutoGluonClientError, ExitCode.USAGE_ERROR, "{command} --help"),
)
_INPUT_ERRORS = ("InvalidInputError", "InvalidDataError")


def explain(error: Exception, *, environment: str, command: str) -> CommandError | None:
    """What to tell the user; None for what nobody expected, which keeps its traceback.

    Args:
        command: what the user typed, such as `agcdk train`.
    """
    if isinstance(error, CommandError):
        return error
    known = _as_client_error(error)
    if known is None:
        return _of_files(error, command)
    if isinstance(known, client.ExecutionFailedError):
        return _of_execution(known, command)
    login = "aws sso login" if "expired" in str(known) else "aws configure"
    words = {"environment": environment, "command": command, "login": login}
    for kind, code, advice in _BY_CLASS:
        if isinstance(known, kind):
            return CommandError(
                _without_advice(str(known)), next_command=advice.format(**words), exit_code=code
            )
    for kind, code, advice in _WHOLE:
        if isinstance(known, kind):
            return CommandError(
                _one_line(str(known)), next_command=advice.format(**words), exit_code=code
            )
    return None


def _as_client_error(error: Exception) -> client.AutoGluonClientError | None:
    if isinstance(error, client.AutoGluonClientError):
        return error
    # Whoever raised one of botocore's errors has imported it.
    if "botocore.exceptions" not in sys.modules:
        return None
    from botocore.exceptions import BotoCoreError, ClientError

    from autogluon_client.aws_errors import explain as explain_aws

    return explain_aws(error) if isinstance(error, BotoCoreError | ClientError) else None


def _of_execution(error: client.ExecutionFailedError, command: str) -> CommandError:
    name = error.execution_arn.rpartition(":")[2]
    if error.error in _INPUT_ERRORS:
        return CommandError(_one_line(error.cause), next_command=f"{command} --help")
    return CommandError(
        _one_line(str(error)),
        next_command=f"agcdk show {name}",
        exit_code=ExitCode.WORK_FAILED,
    )


def _of_files(error: Exception, command: str) -> CommandError | None:
    if not isinstance(error, OSError):
        return None
    where = f" {error.filename}" if error.filename else ""
    return CommandError(
        f"The file system refused{where}: {error.strerror or error}.",
        next_command=f"{command} --help",
    )


def _without_advice(message: str) -> str:
    return _one_line(message.partition("; ")[0])


def _one_line(message: str) -> str:
    return f"{' '.join(message.split()).rstrip('.')}."
