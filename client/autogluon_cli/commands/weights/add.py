"""Mirror a set of weights: `agcdk weights add NAME`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import click

from autogluon_cli.framework.command import Command
from autogluon_cli.framework.errors import CommandError
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.terminal.follow_run import wait_for_run
from autogluon_cli.terminal.output import print_facts, print_json
from autogluon_contracts.models.known_weights import HUB, KNOWN_WEIGHTS
from autogluon_contracts.suggestions import did_you_mean


@click.command(cls=Command)
@click.argument("name")
@click.option("--repository", metavar="OWNER/NAME", help="Where it is on the hub.")
@click.option(
    "--revision", metavar="REVISION", help="A branch, tag or commit of it.  [default: main]"
)
@click.option(
    "--accept-license",
    "accepted",
    metavar="LICENCE",
    help="The licence that you have read and accept, as the hub writes it.",
)
@click.option("--name", "run_name", metavar="RUN", help="Name of the run.")
@click.option("--wait/--no-wait", default=True, help="Follow the run to its end.")
@pass_invocation
def add(
    invocation: Invocation,
    name: str,
    repository: str | None,
    revision: str | None,
    accepted: str | None,
    run_name: str | None,
    wait: bool,
) -> None:
    """Mirror the weights NAME into the artifact bucket, by a job with network access.

    `agcdk weights list` lists the names that AutoGluon knows; any other needs --repository. The
    licence is shown before anything is started; the job stops unless the hub states the same one.
    """
    from autogluon_client.workflows.weights import find_weights, require_mirroring, start_mirroring

    require_mirroring(invocation.connection)
    known = KNOWN_WEIGHTS.get(name)
    where = repository or (None if known is None else known.repository)
    if where is None:
        raise CommandError(
            f"{name!r} is not the name of weights that AutoGluon knows"
            f"{did_you_mean(name, KNOWN_WEIGHTS)}.",
            advice="Give --repository for weights of your own.",
            next_command=invocation.command("weights list"),
        )
    found = find_weights(invocation.connection, name)
    if found is not None:
        _print_mirrored(invocation, name, vars(found), where, revision)
        return
    license_id = _accepted(
        invocation,
        name,
        where,
        None if known is None else known.license,
        accepted,
        {"repository": repository, "revision": revision, "name": run_name},
    )
    run = start_mirroring(
        invocation.connection,
        name,
        license=license_id,
        repository=repository,
        revision=revision,
        run=run_name,
    )
    if not wait:
        _print_started(invocation, run.name, run.arn)
        return
    output = wait_for_run(invocation, run, name)
    if invocation.as_json:
        print_json({"name": name, "run": run.name, "output": output})
        return
    print_facts(
        {
            "weights": name,
            "repository": output["repository"],
            "revision": output["revision"],
            "licence": output["license"],
            "files": f"{output['files']}, {output['bytes']:,} bytes",
            "SHA-256": output["sha256"],
        }
    )


def _accepted(
    invocation: Invocation,
    name: str,
    repository: str,
    known: str | None,
    accepted: str | None,
    given: Mapping[str, str | None],
) -> str:
    """Return the licence that the person accepts, after showing it.

    Args:
        given: options of the command, which the one that accepts the licence repeats.
    """
    if not invocation.as_json:
        click.echo(
            f"{name}: {repository}, licence {known or 'not listed here'}. "
            f"Read it: {HUB}/{repository}",
            err=True,
        )
    if accepted is not None:
        return accepted
    options = [f" --{key} {value}" for key, value in given.items() if value is not None]
    words = f"weights add {name}{''.join(options)} --accept-license"
    if known is None:
        raise CommandError(
            f"The licence of {repository} must be accepted by its name.",
            advice=f"Read it at {HUB}/{repository}.",
            next_command=invocation.command(f"{words} LICENCE"),
        )
    if not sys.stdin.isatty() or invocation.as_json:
        raise CommandError(
            f"The licence of {repository}, {known}, must be accepted, and agcdk cannot ask for "
            "that here.",
            next_command=invocation.command(f"{words} {known}"),
        )
    click.confirm(f"Accept {known} and mirror {repository}?", abort=True, err=True)
    return known


def _print_mirrored(
    invocation: Invocation,
    name: str,
    record: dict[str, Any],
    repository: str,
    revision: str | None,
) -> None:
    wanted = (repository, revision or record["revision"])
    if wanted != (record["repository"], record["revision"]):
        raise CommandError(
            f"Weights {name!r} are mirrored already: {record['repository']} at "
            f"{record['revision']}.",
            next_command=invocation.command(f"weights remove {name}"),
        )
    if invocation.as_json:
        print_json({"name": name, "run": None, "output": None})
    else:
        click.echo(
            f"{name} is mirrored already: {record['repository']} at {record['revision']}, licence "
            f"{record['license']}."
        )


def _print_started(invocation: Invocation, name: str, arn: str) -> None:
    if invocation.as_json:
        print_json({"name": name, "execution_arn": arn, "output": None})
    else:
        click.echo(f"Started {name}. Show it: {invocation.command(f'show {name}')}")
