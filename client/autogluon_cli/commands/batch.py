"""Predict a file or a folder of any size in a batch: `agcdk batch PREDICTOR DATA`."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click

from autogluon_cli.data.upload import require_path, upload
from autogluon_cli.framework.arguments import deployed_predictor, predictor_argument
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.terminal.follow_run import wait_for_run
from autogluon_cli.terminal.output import print_facts, print_json
from autogluon_contracts import names
from autogluon_contracts.jobs.transform_options import (
    LONGEST_REQUEST_SECONDS,
    MOST_IN_FLIGHT_MB,
    MOST_RETRIES,
)


@click.command(cls=Command)
@predictor_argument()
@click.argument("data", metavar="DATA")
@click.option(
    "--model", metavar="MODEL", help="A version number, latest, or live.  [default: live]"
)
@click.option(
    "--id-column",
    metavar="NAME",
    help="Column to write beside each prediction; with --header false its position from 0.",
)
@click.option(
    "--output",
    type=click.Choice(["both", "labels", "probabilities"]),
    help="What to predict.  [default: both]",
)
@click.option(
    "--output-format",
    type=click.Choice(["csv", "jsonl", "parquet"]),
    help="Format of the results.  [default: csv]",
)
@click.option(
    "--include-column",
    "include_columns",
    multiple=True,
    metavar="NAME",
    help="Input column to copy into the results; repeatable.",
)
@click.option(
    "--on-error",
    type=click.Choice(["batch", "row"]),
    help="What a bad row costs: the batch, or an error in its row.  [default: batch]",
)
@click.option(
    "--contributions",
    is_flag=True,
    default=None,
    help="Write each feature's part in the prediction beside it.",
)
@click.option(
    "--artifact-model",
    metavar="NAME",
    help="Model of the version's artifact that predicts, such as LightGBM.  [default: its best]",
)
@click.option(
    "--header",
    type=click.Choice(["auto", "true", "false"]),
    help="Whether CSV files have a header.  [default: auto]",
)
@click.option(
    "--engine",
    type=click.Choice(["auto", "bulk", "transform", "pipeline"]),
    help="auto chooses by model and data; pipeline has the endpoint's containers.  [default: the "
    "settings']",
)
@click.option(
    "--resume",
    metavar="RUN",
    help="Continue a bulk batch that ended early; finished files are kept.",
)
@click.option("--instance-type", help="An instance type that the settings allow.")
@click.option(
    "--instance-count",
    type=click.IntRange(1, 100),
    metavar="NUMBER",
    help="Number of instances of a job.",
)
@click.option(
    "--max-files-per-job",
    type=click.IntRange(1, 10_000),
    metavar="NUMBER",
    help="Split a batch of more files into several jobs.",
)
@click.option(
    "--split-type",
    type=click.Choice(["auto", "None", "Line"]),
    help="How a transform job cuts files: not at all, at line ends, or as their size asks for.  "
    "[default: the settings']",
)
@click.option(
    "--strategy",
    type=click.Choice(["auto", "MultiRecord", "SingleRecord"]),
    help="Lines per request of a transform job: as many as fit, or one.  [default: the settings']",
)
@click.option(
    "--max-payload-mb",
    type=click.IntRange(1, MOST_IN_FLIGHT_MB),
    metavar="MB",
    help="Size of one request of a transform job.  [default: the settings']",
)
@click.option(
    "--max-concurrent-transforms",
    type=click.IntRange(1, MOST_IN_FLIGHT_MB),
    metavar="NUMBER",
    help="Requests of a transform job at once per instance.  [default: the settings']",
)
@click.option(
    "--timeout-seconds",
    type=click.IntRange(1, LONGEST_REQUEST_SECONDS),
    metavar="SECONDS",
    help="How long one request of a transform job may take.  [default: the settings']",
)
@click.option(
    "--max-retries",
    type=click.IntRange(0, MOST_RETRIES),
    metavar="NUMBER",
    help="How often a transform job repeats a failed request.  [default: the settings']",
)
@click.option(
    "--transform-ami-version",
    metavar="NAME",
    help="Host image of a transform job on a GPU type.  [default: the settings']",
)
@click.option(
    "--output-path",
    metavar="S3_FOLDER",
    help="Copy results and manifest to this folder, which the settings allow.",
)
@click.option("--name", help="Name of the run; the same name never predicts twice.")
@click.option(
    "--download",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Download the results to this folder.",
)
@click.option("--wait/--no-wait", default=True, help="Follow the run to its end.")
@pass_invocation
def batch(
    invocation: Invocation,
    /,
    predictor: str,
    data: str,
    name: str | None,
    model: str | None,
    header: str | None,
    id_column: str | None,
    include_columns: tuple[str, ...],
    resume: str | None,
    folder: Path | None,
    wait: bool,
    **settings: Any,
) -> None:
    """Predict DATA in a batch: a file, or the s3:// address of a file or folder."""
    from autogluon_client.executions.names import new_name
    from autogluon_client.executions.run import Run
    from autogluon_client.predictors.predictor_types import type_of

    if folder is not None and not wait:
        raise click.UsageError("--download needs the results, and --no-wait does not wait for them")
    spec = deployed_predictor(invocation, predictor)
    if "://" not in data:
        require_path(data)
    # Without a header no column says which rows belong together.
    named = (
        nullcontext(data)
        if header == "false"
        else type_of(spec).batch_data(spec.get("init_args") or {}, data)
    )
    with named as prepared:
        uri = upload(invocation, predictor, "data", str(prepared))
    arguments: dict[str, Any] = {
        "predictor": predictor,
        "data": uri,
        **{key: value for key, value in settings.items() if value is not None},
    }
    if model is not None:
        arguments["model"] = int(model) if model.isdecimal() else model
    if header is not None:
        arguments["header"] = {"true": True, "false": False}.get(header, header)
    if id_column is not None:
        # Columns are identified by position only if there is no header.
        by_position = header == "false" and id_column.isdecimal()
        arguments["id_column"] = int(id_column) if by_position else id_column
    if include_columns:
        arguments["include_columns"] = list(include_columns)
    if resume is not None:
        arguments["resume"] = _job_name(invocation, predictor, resume)
    run = Run.start(invocation.connection, "batch_predict", name or new_name("batch"), arguments)
    if not wait:
        _print_started(invocation, run.name, run.arn)
        return
    output = wait_for_run(invocation, run, predictor)
    files = [] if folder is None else _download(invocation, run.name, folder)
    _print_done(invocation, run.name, output, files)


def _job_name(invocation: Invocation, predictor: str, run: str) -> str:
    """Return the name of the bulk job to resume: the first one's, if it was itself resumed."""
    from autogluon_client.executions.run import Run

    found = Run.attach(invocation.connection, "batch_predict", run)
    return str(found.arguments().get("resume") or names.job_name(predictor, found.arn))


def _download(invocation: Invocation, name: str, folder: Path) -> list[str]:
    from autogluon_client.executions.progress import Progress
    from autogluon_client.workflows.batch import BatchRun

    found = BatchRun.attach(invocation.connection, name)
    return [str(path) for path in found.download(folder, Progress(verbosity=0))]


def _print_done(
    invocation: Invocation, name: str, output: dict[str, Any], files: list[str]
) -> None:
    if invocation.as_json:
        print_json({"name": name, "output": output, "files": files})
        return
    errors = output.get("row_errors")
    print_facts(
        {
            "run": name,
            "rows": f"{output['rows']:,}",
            **({} if errors is None else {"row errors": _row_errors(errors, output)}),
            **_unknown_categories(output),
            "model": f"version {output['model_package_arn'].rpartition('/')[2]}",
            "engine": f"{output['engine']} ({output['engine_reason']})",
            "results": "\n".join(files or output["results"]),
            **({"copied to": output["output_path"]} if "output_path" in output else {}),
        }
    )


def _unknown_categories(output: dict[str, Any]) -> dict[str, str]:
    cells = output.get("unknown_categories")
    if not cells:
        return {}
    return {"unknown categories": f"{cells:,}, in {', '.join(output['unknown_columns'])}"}


def _row_errors(count: int, output: dict[str, Any]) -> str:
    if not count:
        return "0"
    listed = output["first_row_errors"]
    more = [f"... and {count - len(listed):,} more, in the column row_error of the results"]
    return "\n".join([f"{count:,}", *listed, *(more if count > len(listed) else [])])


def _print_started(invocation: Invocation, name: str, arn: str) -> None:
    if invocation.as_json:
        print_json({"name": name, "execution_arn": arn, "output": None})
    else:
        click.echo(f"Started {name}. Show it: {invocation.command(f'show {name}')}")
