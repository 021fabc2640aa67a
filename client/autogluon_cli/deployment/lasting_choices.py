"""Refuse settings that can be chosen only before an environment's first deployment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from autogluon_cli.framework.errors import CommandError
from autogluon_cli.framework.invocation import Invocation
from autogluon_client.errors import NotDeployedError, VersionMismatchError

if TYPE_CHECKING:
    from autogluon_client.environment.deployment import Deployment
    from autogluon_constructs.settings import Environment


def require_lasting_choices(invocation: Invocation, settings: Environment) -> None:
    """Require the key and the roles' path and prefix to be those of the deployed environment.

    Raises:
        CommandError: CloudFormation would refuse the change, or jobs could not read earlier data.
    """
    try:
        deployed = invocation.connection.deployment
    except (NotDeployedError, VersionMismatchError):
        return
    for problem in _problems(settings, deployed):
        raise CommandError(
            f"{invocation.settings_file}: {problem}, which can be chosen only before the first "
            "deployment.",
            advice="Take the change back, or deploy it as another environment.",
            next_command=invocation.command("diff"),
        )


def _problems(settings: Environment, deployed: Deployment) -> Iterator[str]:
    key_arn = settings.encryption.key_arn
    if key_arn is not None and key_arn != deployed.kms_key_arn:
        yield f"encryption.key_arn: got {key_arn}; the environment has {deployed.kms_key_arn}"
    if key_arn is None and deployed.has_given_key:
        yield f"encryption.key_arn: missing; the environment has {deployed.kms_key_arn}"
    role = deployed.training_role_arn.partition(":role")[2]
    path, _, name = role.rpartition("/")
    if settings.roles.path != f"{path}/":
        yield f"roles.path: got {settings.roles.path}; the environment's roles have {path}/"
    prefix = settings.roles.name_prefix
    if prefix is not None and not name.startswith(prefix):
        yield f"roles.name_prefix: got {prefix}; the environment has the role {name}"
