"""Find out who the caller is and whether the CDK can deploy to the account."""

from __future__ import annotations

from dataclasses import dataclass

from botocore.exceptions import ClientError

from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_cli.framework.invocation import Invocation

DEFAULT_QUALIFIER = "hnb659fds"
"""The CDK's own, of its bootstrap stack and what that contains."""
# What the stacks' synthesizer requires.
LEAST_BOOTSTRAP_VERSION = 6


@dataclass(frozen=True)
class Account:
    """The caller's account, region and identity."""

    number: str
    region: str
    caller_arn: str


def find_account(invocation: Invocation) -> Account:
    """Ask STS who the caller is."""
    answer = invocation.client("sts").get_caller_identity()
    return Account(answer["Account"], invocation.session.region_name, answer["Arn"])


def bootstrap_version(invocation: Invocation, qualifier: str) -> int | None:
    """Return the version of the CDK's bootstrap stack with this qualifier; None without one."""
    parameter = f"/cdk-bootstrap/{qualifier}/version"
    try:
        answer = invocation.client("ssm").get_parameter(Name=parameter)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ParameterNotFound":
            return None
        raise
    return int(answer["Parameter"]["Value"])


def require_bootstrap(invocation: Invocation, account: Account, qualifier: str) -> None:
    """Require the CDK's bootstrap stack; raises CommandError where it is absent or too old."""
    version = bootstrap_version(invocation, qualifier)
    if version is not None and version >= LEAST_BOOTSTRAP_VERSION:
        return
    kind = "" if qualifier == DEFAULT_QUALIFIER else f" with the qualifier {qualifier}"
    found = (
        f"has no CDK bootstrap stack{kind}"
        if version is None
        else f"has bootstrap version {version}{kind}"
    )
    raise CommandError(
        f"Account {account.number} {found} in {account.region}; deploying needs version "
        f"{LEAST_BOOTSTRAP_VERSION} or later.",
        next_command=f"agcdk deploy --bootstrap --environment {invocation.environment}",
        exit_code=ExitCode.NOT_FOUND,
    )
