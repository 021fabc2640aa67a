"""Mirror pretrained weights for jobs without network access: `agcdk weights VERB`."""

from __future__ import annotations

import click

from autogluon_cli.framework.command import LazyGroup

_MIRROR, _SEE = "Mirror", "See"


def _in(verb: str, line: str, section: str) -> tuple[str, str, str]:
    return f"autogluon_cli.commands.weights.{verb}", line, section


@click.group(
    cls=LazyGroup,
    lazy={
        "add": _in("add", "Mirror a set of weights into the artifact bucket", _MIRROR),
        "remove": _in("remove", "Delete a mirrored set", _MIRROR),
        "list": _in("list", "List mirrored sets and those that AutoGluon knows", _SEE),
        "show": _in("show", "Show one set: origin, licence, files and their hashes", _SEE),
    },
)
def weights() -> None:
    """Mirror pretrained weights for jobs without network access.

    Predictors name them in `weights`; see docs/how-to/foundation-models.md.
    """
