"""Translate every expected exception into a sentence, the next command and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from autogluon_cli.framework.corrections import after_refusal, look_at_data
from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_cli.framework.shell_line import shell_line
from autogluon_client import errors as client
from autogluon_contracts import names

# The command replaces the client's advice, which is for callers of the Python API.
_COMMANDS: tuple[tuple[type[client.AutoGluonClientError], str], ...] = (
    (client.NotDeployedError, "agcdk deploy --bootstrap --environment {environment}"),
    (client.UnknownPredictorError, "agcdk endpoints"),
    (client.RunNotFoundError, "agcdk runs"),
    (client.EndpointOffError, "agcdk endpoints"),
    (client.NameTakenError, "agcdk runs"),
    (client.RegionError, "export AWS_DEFAULT_REGION=us-east-1"),
    (client.PermissionMissingError, "agcdk doctor --policy"),
    (client.ConnectionFailedError, "agcdk doctor"),
)
# The advice stays: these commands say less than it does.
_COMMANDS_WITH_ADVICE: tuple[tuple[type[client.AutoGluonClientError], str], ...] = (
    (client.EndpointRequestError, "{describing}"),
    (client.WeightsNotFoundError, "agcdk weights list"),
    (client.AwsRequestError, "agcdk doctor"),
)
_INPUT_ERRORS = ("InvalidInputError", "InvalidDataError")


def explain(error: Exception, *, environment: str, given: Sequence[str]) -> CommandError | None:
    """Return what to tell the user; None for an unexpected error, which keeps its traceback.

    Args:
        given: what the user typed behind `agcdk`.
    """
    if isinstance(error, CommandError):
        return error
    known = _as_client_error(error)
    if known is None:
        return _of_files(error)
    if isinstance(known, client.ExecutionFailedError):
        return _of_execution(known, given)
    if isinstance(known, client.CredentialsError):
        login = "aws sso login" if known.is_expired else "aws configure"
        return _told(known, login, advice="")
    if isinstance(known, client.MissingPackageError):
        return _told(known, known.install_command, advice="")
    words = {"environment": environment}
    if isinstance(known, client.EndpointRequestError):
        words["describing"] = _describing(known.endpoint, environment)
    for kind, following in _COMMANDS:
        if isinstance(known, kind):
            return _told(known, following.format(**words), advice="")
    for kind, following in _COMMANDS_WITH_ADVICE:
        if isinstance(known, kind):
            return _told(known, following.format(**words), advice=known.advice)
    return _told(known, _after_input(known.message, given), advice=known.advice)


def _after_input(sentence: str, given: Sequence[str]) -> str:
    """Return the next command after one whose arguments or data are refused."""
    corrected = after_refusal(sentence, given)
    if corrected != list(given):
        return shell_line(["agcdk", *corrected])
    # What an endpoint takes is in its schema; other data are looked at, and the command repeated.
    if given and given[0] in ("predict", "explain") and len(given) > 1:
        return f"agcdk schema {given[1]}"
    return look_at_data(given) or shell_line(["agcdk", *given])


def _describing(endpoint: str, environment: str) -> str:
    """Return the command that says what an endpoint takes."""
    own = names.endpoint(environment, "")
    if endpoint.startswith(own):
        return f"agcdk schema {endpoint.removeprefix(own)}"
    return "agcdk endpoints"


def _told(error: client.AutoGluonClientError, next_command: str, *, advice: str) -> CommandError:
    if isinstance(error, client.NotFoundError):
        code = ExitCode.NOT_FOUND
    elif isinstance(error, client.AwsError):
        code = ExitCode.AWS_ERROR
    else:
        code = ExitCode.USAGE_ERROR
    return CommandError(
        one_line(error.message), advice=advice, next_command=next_command, exit_code=code
    )


def _as_client_error(error: Exception) -> client.AutoGluonClientError | None:
    if isinstance(error, client.AutoGluonClientError):
        return error
    # An error of botocore's can only come from botocore, if that has been imported.
    if "botocore.exceptions" not in sys.modules:
        return None
    from botocore.exceptions import BotoCoreError, ClientError

    from autogluon_client.aws_errors import explain as explain_aws

    return explain_aws(error) if isinstance(error, BotoCoreError | ClientError) else None


def _of_execution(error: client.ExecutionFailedError, given: Sequence[str]) -> CommandError:
    name = error.execution_arn.rpartition(":")[2]
    if error.error in _INPUT_ERRORS:
        return CommandError(one_line(error.cause), next_command=_after_input(error.cause, given))
    # The containers of a promotion that failed may say why.
    is_promotion = error.execution_arn.rpartition(":")[0].endswith("-promote")
    verb = "logs" if is_promotion and error.error == "PromotionError" else "show"
    return CommandError(
        one_line(error.message),
        next_command=f"agcdk {verb} {name}",
        exit_code=ExitCode.WORK_FAILED,
    )


def _of_files(error: Exception) -> CommandError | None:
    if not isinstance(error, OSError):
        return None
    where = f"{error.filename}: " if error.filename else ""
    path = Path(str(error.filename or "."))
    beside = path.parent if isinstance(error, FileNotFoundError) else path
    return CommandError(
        f"{where}{error.strerror or error}.", next_command=shell_line(["ls", "-l", str(beside)])
    )


def one_line(message: str) -> str:
    """Return a message as one sentence on one line."""
    return f"{' '.join(message.split()).rstrip('.')}."
