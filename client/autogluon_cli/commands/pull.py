"""Download a trained predictor: `agcdk pull PREDICTOR`."""

from __future__ import annotations

import shlex
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from autogluon_cli.framework.arguments import deployed_predictor, predictor_argument
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.registry.versions import live_or_latest
from autogluon_cli.terminal.output import live_line, print_facts, print_json
from autogluon_contracts.models.artifact_hash import OWN_CODE


@click.command(cls=Command)
@predictor_argument()
@click.option("--model", default=None, metavar="VERSION", help="A version number, latest, or live.")
@click.option("--run", default=None, metavar="RUN", help="The model of this training run.")
@click.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to create.  [default: PREDICTOR]",
)
@click.option(
    "--portable",
    is_flag=True,
    help="Write a wheel that scores rows without AutoGluon, instead of the predictor.",
)
@pass_invocation
def pull(
    invocation: Invocation,
    predictor: str,
    model: str | None,
    run: str | None,
    folder: Path | None,
    portable: bool,
) -> None:
    """Download and unpack PREDICTOR's live model, or the latest if none is live."""
    if model is not None and run is not None:
        raise click.UsageError("--model and --run cannot be combined")
    spec = deployed_predictor(invocation, predictor)
    if portable:
        _require_portable(spec, predictor)
    uri, sha256 = (
        _of_run(invocation, predictor, run) if run else _of_version(invocation, predictor, model)
    )
    if portable:
        _write_wheel(invocation, predictor, uri, sha256, folder or Path(predictor))
        return
    from autogluon_client.data.artifacts import download_predictor, trained_version
    from autogluon_client.predictors.predictor_types import type_of

    with live_line(f"downloading {uri}", quiet=invocation.as_json):
        path = download_predictor(
            invocation.client("s3"), uri, folder or Path(predictor), sha256=sha256
        )
    facts = {
        "predictor": predictor,
        "folder": str(path),
        "artifact": uri,
        "verified": sha256 is not None,
        # The deployed version may have changed since.
        "framework_version": trained_version(path),
    }
    if invocation.as_json:
        print_json(facts)
        return
    print_facts(facts)
    own = path / OWN_CODE
    if own.is_dir():
        click.echo(f"\nLet Python import your own code: export PYTHONPATH={shlex.quote(str(own))}")
    click.echo(f"\nLoad it: {type_of(spec).load_call}({str(path)!r})")


def _require_portable(spec: Mapping[str, Any], predictor: str) -> None:
    """Raise CommandError for a type without portable scorers, before anything is downloaded."""
    from autogluon_client.predictors.predictor_types import type_of

    if not type_of(spec).has_portable_scorer:
        raise CommandError(
            f"A portable scorer cannot hold {predictor!r}: its type is {spec['type']}.",
            advice="Download it without --portable, and load it with AutoGluon.",
            next_command=f"agcdk pull {predictor}",
        )


def _write_wheel(
    invocation: Invocation, predictor: str, uri: str, sha256: str | None, folder: Path
) -> None:
    from autogluon_client.data.artifacts import download_predictor
    from autogluon_client.data.portable_wheel import write_portable_wheel

    with (
        live_line(f"downloading {uri}", quiet=invocation.as_json),
        tempfile.TemporaryDirectory() as temporary,
    ):
        s3 = invocation.client("s3")
        artifact = download_predictor(s3, uri, Path(temporary), sha256=sha256)
        wheel = write_portable_wheel(artifact, predictor, folder)
    facts = {
        "predictor": predictor,
        "wheel": str(wheel.path),
        "artifact": uri,
        "verified": sha256 is not None,
        "requires": ", ".join(wheel.requires),
    }
    if invocation.as_json:
        print_json(facts | {"requires": list(wheel.requires)})
        return
    print_facts(facts)
    click.echo(f"\nInstall it: pip install {wheel.path}")
    click.echo(f"Score rows: import {wheel.package}; {wheel.package}.load().rows([{{...}}])")


def _of_version(
    invocation: Invocation, predictor: str, model: str | None
) -> tuple[str, str | None]:
    from autogluon_client.registry.versions import artifact_of, artifact_sha256_of

    otherwise = f"agcdk pull {predictor} --model latest"
    package = live_or_latest(invocation, predictor, model, otherwise=otherwise)
    return artifact_of(package), artifact_sha256_of(package)


def _of_run(invocation: Invocation, predictor: str, run: str) -> tuple[str, str | None]:
    from autogluon_client.executions.runs import TRAINING, find_run

    found = find_run(invocation.connection, run, workflows=TRAINING)
    if found.predictor != predictor:
        raise CommandError(
            f"Run {found.name!r} trained {found.predictor!r}, not {predictor!r}.",
            next_command=f"agcdk pull {found.predictor} --run {found.name}",
        )
    if found.output is None:
        raise CommandError(
            f"Run {found.name!r} has no model: its status is {found.status}.",
            next_command=f"agcdk show {found.name}",
            exit_code=ExitCode.NOT_FOUND,
        )
    return found.output["artifact_uri"], found.output.get("artifact_sha256")
