"""Delete model versions and runs: `agcdk delete PREDICTOR VERSION...`."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from autogluon_cli.framework.arguments import deployed_predictor, live_variants, predictor_argument
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.errors import CommandError
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.registry.versions import find_version
from autogluon_cli.terminal.output import live_line, print_json
from autogluon_contracts import names

if TYPE_CHECKING:
    from autogluon_client.executions.runs import RunRecord
    from autogluon_contracts.s3_location import S3Location

_FOLDERS = {"batch_predict": names.batch_folder, "process": names.processing_folder}
"""What returns the folder of a run that trains nothing, by its workflow."""


@dataclass(frozen=True)
class _Doomed:
    """What one name stands for: its version, if it has one, and its folders in S3."""

    said: str
    package: dict[str, Any] | None
    folders: tuple[S3Location, ...]


@click.command(cls=Command)
@predictor_argument()
@click.argument("versions", metavar="[VERSION]...", nargs=-1)
@click.option(
    "--run",
    "runs",
    multiple=True,
    metavar="RUN",
    help="A training run, search, batch or processing run; repeatable.",
)
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@pass_invocation
def delete(
    invocation: Invocation,
    predictor: str,
    versions: tuple[str, ...],
    runs: tuple[str, ...],
    yes: bool,
) -> None:
    """Delete versions of PREDICTOR, or what runs left: model, report, results.

    The live version is refused. The execution's history stays; S3 keeps deleted objects for some
    days. `agcdk doctor --policy --with-delete` prints the permissions that this needs.
    """
    deployed_predictor(invocation, predictor)
    if not versions and not runs:
        raise CommandError(
            "Neither a VERSION nor a --run was given.",
            next_command=invocation.command(f"models {predictor}"),
        )
    doomed = [_version(invocation, predictor, version) for version in dict.fromkeys(versions)]
    doomed += [_run(invocation, predictor, run) for run in dict.fromkeys(runs)]
    _refuse_live(invocation, predictor, doomed)
    told = ", ".join(item.said for item in doomed)
    if not yes:
        words = [*versions, *(f"--run {run}" for run in runs), "--yes"]
        _ask(invocation, predictor, told, f"delete {predictor} {' '.join(words)}")
    deleted = _delete(invocation, doomed)
    if invocation.as_json:
        print_json({"predictor": predictor, "deleted": deleted})
    else:
        count = sum(item["objects"] for item in deleted)
        click.echo(f"Deleted {told} of {predictor} ({count:,} objects).")


def _version(invocation: Invocation, predictor: str, version: str) -> _Doomed:
    from autogluon_client.registry.versions import run_folder_of

    package = find_version(invocation, predictor, version)
    number = package["ModelPackageVersion"]
    return _Doomed(f"version {number}", package, (run_folder_of(package),))


def _run(invocation: Invocation, predictor: str, name: str) -> _Doomed:
    from autogluon_client.executions.runs import TRAINING, find_run
    from autogluon_client.registry.versions import list_versions

    found = find_run(invocation.connection, name, workflows=(*TRAINING, *_FOLDERS))
    if found.predictor != predictor:
        raise CommandError(
            f"Run {found.name!r} is of {found.predictor!r}, not {predictor!r}.",
            next_command=invocation.command(f"delete {found.predictor} --run {found.name}"),
        )
    if found.status == "InProgress":
        raise CommandError(
            f"Run {found.name!r} is in progress.",
            next_command=invocation.command(f"stop {found.name}"),
        )
    arn = (found.output or {}).get("model_package_arn")
    package = next(
        (
            item
            for item in list_versions(invocation.connection, predictor)
            if item["ModelPackageArn"] == arn
        ),
        None,
    )
    version = f" with version {package['ModelPackageVersion']}" if package else ""
    return _Doomed(f"run {found.name}{version}", package, _folders(invocation, found))


def _folders(invocation: Invocation, run: RunRecord) -> tuple[S3Location, ...]:
    from autogluon_client.executions.runs import trial_names

    folder = _FOLDERS.get(run.workflow, names.run_folder)
    jobs = [str(run.job_name)]
    if run.workflow == "tune":
        jobs += trial_names(invocation.connection, jobs[0])
    bucket = invocation.connection.deployment.artifact_bucket
    folders = [folder(bucket, run.predictor, job) for job in jobs]
    artifact = (run.output or {}).get("artifact_uri")
    if artifact is not None:
        # Where the first instance type had no capacity, a job of another name wrote it.
        folders.append(S3Location.parse(artifact).parent().parent())
    return tuple(dict.fromkeys(folders))


def _refuse_live(invocation: Invocation, predictor: str, doomed: list[_Doomed]) -> None:
    live = live_variants(invocation, predictor)
    for item in doomed:
        variant = None if item.package is None else live.get(item.package["ModelPackageArn"])
        if item.package is not None and variant is not None:
            is_main = variant == names.MAIN_VARIANT
            where = "" if is_main else f" in {variant}"
            option = "" if is_main else f" --variant {variant.partition(',')[0]}"
            raise CommandError(
                f"Version {item.package['ModelPackageVersion']} of {predictor!r} is live{where}.",
                advice="Take it out of service, or put another version into service.",
                next_command=invocation.command(f"off {predictor}{option}"),
            )


def _ask(invocation: Invocation, predictor: str, told: str, confirmed: str) -> None:
    if not sys.stdin.isatty() or invocation.as_json:
        raise CommandError(
            f"Deleting {told} requires confirmation, and agcdk cannot ask for it here.",
            next_command=invocation.command(confirmed),
        )
    click.confirm(f"Delete {told} of {predictor}?", abort=True, err=True)


def _delete(invocation: Invocation, doomed: list[_Doomed]) -> list[dict[str, Any]]:
    from autogluon_client.registry.deletion import delete_folder, delete_version

    deleted = []
    with live_line("deleting", quiet=invocation.as_json) as line:
        for item in doomed:
            line.now(f"deleting {item.said}")
            # The version first: without its files it could be approved and would not start.
            if item.package is not None:
                delete_version(invocation.connection, item.package)
            count = sum(delete_folder(invocation.connection, folder) for folder in item.folders)
            deleted.append({"what": item.said, "folder": item.folders[0].uri, "objects": count})
    return deleted
