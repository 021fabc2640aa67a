"""Name the models that have contributions, where the one that answers has none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from autogluon_cli.framework.errors import CommandError
from autogluon_cli.framework.explain_errors import one_line
from autogluon_cli.framework.invocation import Invocation


@contextmanager
def naming_other_models(invocation: Invocation, command: str) -> Iterator[None]:
    """Turn an endpoint's refusal into one whose next command asks a model that has some.

    Args:
        invocation: knows how the environment is named.
        command: what was called, without `--model`.

    Raises:
        CommandError: the model that answers has no contributions.
    """
    from autogluon_client.errors import EndpointRequestError

    try:
        yield
    except EndpointRequestError as error:
        others = error.facts.get("allowed")
        if error.facts.get("code") != "no_contributions":
            raise
        following = f"{command} --model {others[0]}" if others else "runs"
        raise CommandError(
            one_line(error.message), next_command=invocation.command(following)
        ) from error
