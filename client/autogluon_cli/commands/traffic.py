"""Share an endpoint's requests among its variants: `agcdk traffic PREDICTOR`."""

from __future__ import annotations

import click

from autogluon_cli.framework.arguments import predictor_argument, served_live
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.registry.switch_live_model import switch
from autogluon_contracts.documents.predictor_spec import MOST_WEIGHT
from autogluon_contracts.names import MAIN_VARIANT, SHADOW_VARIANT


class _Weight(click.ParamType[tuple[str, float]]):
    """`NAME=WEIGHT`."""

    name = "weight"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, float]:
        name, _, text = value.partition("=")
        try:
            weight = float(text)
        except ValueError:
            weight = -1
        if not name or not 0 <= weight <= MOST_WEIGHT:
            self.fail(
                f"{value!r} must be a variant and its weight of 0 to {MOST_WEIGHT}, such as "
                "challenger=0.2",
                param,
                ctx,
            )
        return name, weight


@click.command(cls=Command)
@predictor_argument()
@click.option(
    "--variant",
    "weights",
    type=_Weight(),
    metavar="NAME=WEIGHT",
    multiple=True,
    required=True,
    help="A variant's new weight; repeatable. All others keep theirs.",
)
@click.option("--wait/--no-wait", default=True, help="Wait until the requests are shared so.")
@pass_invocation
def traffic(
    invocation: Invocation, predictor: str, weights: tuple[tuple[str, float], ...], wait: bool
) -> None:
    """Share the requests of PREDICTOR's endpoint among its variants.

    Only the ratio of the weights counts. They stay over promotions and deployments, until you
    return to those of the settings. The endpoint's stack is updated, and no request is lost.
    """
    spec = served_live(invocation, predictor)
    sharing = [name for name in spec["endpoint"].get("variants") or {} if name != SHADOW_VARIANT]
    if not sharing:
        raise CommandError(
            f"The endpoint of {predictor!r} has one variant, which answers all requests.",
            advice=f"Declare others in {invocation.settings_file} (endpoint.variants), and deploy.",
            next_command=invocation.command("endpoints"),
            exit_code=ExitCode.USAGE_ERROR,
        )
    for name, _ in weights:
        if name not in (MAIN_VARIANT, *sharing):
            raise CommandError(
                f"{predictor!r} has no variant {name!r} that answers; it has "
                f"{', '.join((MAIN_VARIANT, *sharing))}.",
                next_command=invocation.command("endpoints"),
                exit_code=ExitCode.NOT_FOUND,
            )
    # The live model stays; a promotion of it changes what else it names.
    choices = {"weights": dict(weights)}
    switch(invocation, predictor, "last-live", wait=wait, choices=choices, purpose="traffic")
