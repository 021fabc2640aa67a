"""Run `agcdk`: parse the command line, call the command, explain its errors."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence

import click

from autogluon_cli.framework.command import LazyGroup, OutputClosedError
from autogluon_cli.framework.corrections import after_click, with_file
from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_cli.framework.explain_errors import explain
from autogluon_cli.framework.invocation import Invocation
from autogluon_cli.framework.shell_line import corrected, shell_line

_SET_UP, _TRAIN, _USE, _OPERATE = "Set up", "Train", "Use", "Operate"


def _in(module: str, line: str, section: str) -> tuple[str, str, str]:
    return f"autogluon_cli.commands.{module}", line, section


COMMANDS = {
    "init": _in("init", "Write a predictor's first settings from a CSV file", _SET_UP),
    "validate": _in("validate", "Report all mistakes in the settings", _SET_UP),
    "settings-schema": _in(
        "settings_schema", "Print the settings' JSON Schema for editors", _SET_UP
    ),
    "diff": _in("diff", "Show what deploying would change", _SET_UP),
    "deploy": _in("deploy", "Deploy the environment with the CDK", _SET_UP),
    "ci": _in("ci", "Write the pipeline with which a Git host deploys", _SET_UP),
    "weights": _in("weights", "Mirror pretrained weights for isolated jobs", _SET_UP),
    "doctor": _in("doctor", "Check prerequisites and suggest fixes", _SET_UP),
    "destroy": _in("destroy", "Tear down the environment", _SET_UP),
    "train": _in("train", "Train a predictor on a file", _TRAIN),
    "tune": _in("tune", "Search for a predictor's best arguments", _TRAIN),
    "trials": _in("trials", "List the trials of a tuning run", _TRAIN),
    "schedules": _in("schedules", "List what starts runs by itself", _TRAIN),
    "runs": _in("runs", "List training runs, batches and promotions", _TRAIN),
    "show": _in("show", "Show one run", _TRAIN),
    "logs": _in("logs", "Print the log of a run's jobs; -f follows it", _TRAIN),
    "leaderboard": _in("leaderboard", "List the models of a training run", _TRAIN),
    "compare": _in("compare", "Compare training runs side by side", _TRAIN),
    "stop": _in("stop", "Stop a run", _TRAIN),
    "report": _in("report", "Open a training run's report", _TRAIN),
    "models": _in("models", "List a predictor's model versions", _USE),
    "approve": _in("approve", "Approve a model version", _USE),
    "stage": _in("stage", "Move a model version to a stage, such as Production", _USE),
    "reject": _in("reject", "Reject a model version", _USE),
    "import-version": _in("import_version", "Register a version of another environment", _USE),
    "register": _in("register", "Register a model that was trained elsewhere", _USE),
    "adopt": _in("adopt", "Take over an endpoint that was made elsewhere", _USE),
    "rollback": _in("rollback", "Return to the version that was live before", _USE),
    "delete": _in("delete", "Delete model versions and what runs left", _USE),
    "predict": _in("predict", "Predict a file's rows with the endpoint", _USE),
    "explain": _in("explain", "Divide predictions among the features", _USE),
    "evaluate": _in("evaluate", "Score a model on a file with the label", _USE),
    "schema": _in("schema", "Describe what a predictor's endpoint takes and answers", _USE),
    "batch": _in("batch", "Predict a file or a folder in a batch", _USE),
    "pull": _in("pull", "Download a trained predictor", _USE),
    "endpoints": _in("endpoints", "List the endpoints", _OPERATE),
    "on": _in("on", "Put a model into service", _OPERATE),
    "off": _in("off", "Take a predictor out of service", _OPERATE),
    "process": _in("process", "Run a predictor's script on data", _TRAIN),
    "profile": _in("profile", "Describe data on a page", _TRAIN),
    "drift": _in("drift", "Compare requests with the training data", _OPERATE),
    "traffic": _in("traffic", "Share an endpoint's requests among its variants", _OPERATE),
    "plan-capacity": _in(
        "plan_capacity", "Simulate an endpoint's scaling, and propose it", _OPERATE
    ),
    "notebook": _in("notebook", "Use the notebook instance", _OPERATE),
    "cost": _in("cost", "Estimate the cost of endpoints and jobs", _OPERATE),
    "embedded": _in("embedded", "Operate an AWS on this machine, with no account", _OPERATE),
    "completion": _in("completion", "Print a shell completion script", _OPERATE),
}


@click.group(
    cls=LazyGroup,
    lazy=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=(
        "Exit codes: 0 done, 1 the run failed, 2 usage error, 3 not found, 4 AWS error, "
        "130 interrupted."
    ),
)
@click.version_option(package_name="autogluon-cdk", message="%(prog)s %(version)s")
def agcdk() -> None:
    """Train, promote, serve and batch-predict with AutoGluon on Amazon SageMaker."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run `agcdk` and exit with an `ExitCode`."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None, invocation: Invocation | None = None) -> int:
    """Run `agcdk` and return the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    invocation = invocation or Invocation()
    try:
        # Commands return nothing; `Context.exit` returns its code.
        code = agcdk.main(given, prog_name="agcdk", standalone_mode=False, obj=invocation)
    except (click.Abort, KeyboardInterrupt):
        click.echo(f"Interrupted. {_continuing(invocation)}", err=True)
        return ExitCode.INTERRUPTED
    except OutputClosedError:
        # Exit without the interpreter's complaint about what it could not write.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.DONE
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return ExitCode.DONE
    except click.ClickException as error:
        return _fail(_of_click(error, given), invocation, given)
    except Exception as error:
        told = explain(error, environment=invocation.environment, given=given)
        if told is None:
            raise
        return _fail(told, invocation, given)
    return code if isinstance(code, int) else ExitCode.DONE


def _continuing(invocation: Invocation) -> str:
    if invocation.waits_for is None:
        return f"Runs continue in AWS: {invocation.command('runs')}"
    return f"The run continues in AWS: {invocation.command(f'show {invocation.waits_for}')}"


def _of_click(error: click.ClickException, given: Sequence[str]) -> CommandError:
    message = " ".join(error.format_message().split())
    following = after_click(error, agcdk, given)
    return CommandError(f"{message.rstrip('.?')}.", next_command=following)


def _fail(error: CommandError, invocation: Invocation, given: Sequence[str]) -> int:
    if error.again is None:
        following = with_file(_on_this_environment(error.next_command, invocation))
    else:
        following = shell_line(["agcdk", *corrected(given, error.again)])
    # A wrong option may end parsing before --json is read.
    if invocation.as_json or "--json" in given:
        document = {
            "error": error.sentence,
            "next_command": following,
            "exit_code": error.exit_code,
        }
        click.echo(json.dumps(document), err=True)
    else:
        click.echo(f"{click.style('Error:', fg='red', bold=True)} {error.sentence}", err=True)
        click.echo(f"{click.style('Next:', bold=True)}  {following}", err=True)
    return error.exit_code


def _on_this_environment(command: str, invocation: Invocation) -> str:
    words = command.split()
    if words[0] != "agcdk" or len(words) == 1 or {"-e", "--environment", "--help"} & set(words):
        return command
    return invocation.command(command.removeprefix("agcdk "))
