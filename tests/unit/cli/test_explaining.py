"""What users are told: the problem, the next command, the exit code."""

from __future__ import annotations

import pytest

from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_cli.framework.explain_errors import explain
from autogluon_client import errors
from tests.fakes.refusals import refused
from tests.unit.cli.terminal import Terminal

EXECUTION = "arn:aws:states:us-east-1:123456789012:execution:autogluon-sandbox-train:monday"


def _told(error: Exception) -> CommandError:
    told = explain(error, environment="sandbox", given=["train", "income", "x.csv"])
    assert told is not None
    return told


def _failed(name: str, cause: str) -> errors.ExecutionFailedError:
    return errors.ExecutionFailedError(
        execution_arn=EXECUTION, status="FAILED", error=name, cause=cause
    )


@pytest.mark.parametrize(
    ("error", "code", "next_command"),
    [
        (
            errors.NotDeployedError("x", environment="e"),
            3,
            "agcdk deploy --bootstrap --environment sandbox",
        ),
        (errors.UnknownPredictorError("x", predictor="p", known=()), 3, "agcdk endpoints"),
        (errors.RunNotFoundError("x", name="n"), 3, "agcdk runs"),
        (errors.EndpointOffError("x"), 3, "agcdk endpoints"),
        (errors.NameTakenError("x", execution_arn="a", differing=()), 2, "agcdk runs"),
        (errors.CredentialsError("x", is_expired=True), 4, "aws sso login"),
        (errors.CredentialsError("x"), 4, "aws configure"),
        (errors.PermissionMissingError("x", action="a:B"), 4, "agcdk doctor --policy"),
        (errors.AwsRequestError("x"), 4, "agcdk doctor"),
        (
            errors.EndpointRequestError("x", endpoint="autogluon-sandbox-income"),
            2,
            "agcdk schema income",
        ),
        (errors.EndpointRequestError("x", endpoint="another"), 2, "agcdk endpoints"),
        (errors.InvalidDataError("x"), 2, "agcdk train income x.csv"),
        (_failed("InvalidDataError", "no column"), 2, "agcdk train income x.csv"),
        (_failed("TrainingFailedError", "out of memory"), 1, "agcdk show monday"),
        (refused("AccessDenied", operation="GetObject"), 4, "agcdk doctor --policy"),
        (FileNotFoundError(2, "No such file", "d/x.csv"), 2, "ls -l d"),
        (PermissionError(13, "Permission denied", "d/x.csv"), 2, "ls -l d/x.csv"),
    ],
)
def test_each_error_has_its_exit_code_and_next_command(
    error: Exception, code: int, next_command: str
) -> None:
    told = _told(error)
    assert (told.exit_code, told.next_command) == (code, next_command)


def test_advice_for_python_is_replaced_by_the_command() -> None:
    told = _told(errors.EndpointOffError("Endpoint x is off; really.", advice="Call deploy()."))
    assert told.sentence == "Endpoint x is off; really."


def test_advice_that_no_command_replaces_is_kept() -> None:
    told = _told(errors.InvalidDataError("The file is empty.", advice="Send a row."))
    assert told.sentence == "The file is empty. Send a row."


def test_a_cause_of_several_lines_becomes_one() -> None:
    told = _told(_failed("TrainingFailedError", "first\n  second."))
    assert told.sentence == "TrainingFailedError: first second."


def test_what_nobody_expected_is_not_explained_away() -> None:
    assert explain(KeyError("bug"), environment="sandbox", given=[]) is None


def test_exit_codes_are_different() -> None:
    assert len(ExitCode) == len(ExitCode.__members__)  # an enum joins equal values


def test_the_next_command_is_for_the_same_environment(terminal: Terminal) -> None:
    for option, expected in (("sandbox", "agcdk runs"), ("prod", "agcdk runs -e prod")):
        _, _, err = terminal.run("show", "no-such-run", "-e", option)
        assert err.rstrip().endswith(f"Next:  {expected}")
