"""The entry point of `agcdk`: parse, call, and say in one sentence what went wrong."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence

import click

from autogluon_cli.framework.command import LazyGroup
from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_cli.framework.explain_errors import explain
from autogluon_cli.framework.invocation import Invocation

_SET_UP, _TRAIN, _USE, _OPERATE = "Set up", "Train", "Use", "Operate"


def _in(module: str, line: str, section: str) -> tuple[str, str, str]:
    return f"autogluon_cli.commands.{module}", line, section


COMMANDS = {
    "init": _in("init", "Write a predictor's first settings from a CSV file", _SET_UP),
    "validate": _in("validate", "Report everything wrong with the settings", _SET_UP),
    "diff": _in("diff", "Show what deploying would change", _SET_UP),
    "deploy": _in("deploy", "Deploy the environment with the CDK", _SET_UP),
    "doctor": _in("doctor", "Check what is missing and say how to mend it", _SET_UP),
    "destroy": _in("destroy", "Take the environment away", _SET_UP),
    "train": _in("train", "Train a predictor on a file", _TRAIN),
    "runs": _in("runs", "List what was started", _TRAIN),
    "show": _in("show", "Show one run", _TRAIN),
    "logs": _in("logs", "Print a run's log; -f follows it", _TRAIN),
    "stop": _in("stop", "Stop a run", _TRAIN),
    "report": _in("report", "Open a training run's report", _TRAIN),
    "models": _in("models", "List a predictor's model versions", _USE),
    "approve": _in("approve", "Approve a model version", _USE),
    "reject": _in("reject", "Reject a model version", _USE),
    "rollback": _in("rollback", "Put the previous approved model into service", _USE),
    "predict": _in("predict", "Predict a file's rows with the endpoint", _USE),
    "batch": _in("batch", "Predict a file or a folder with a batch job", _USE),
    "pull": _in("pull", "Download a trained predictor", _USE),
    "endpoints": _in("endpoints", "List the endpoints", _OPERATE),
    "on": _in("on", "Put a model into service", _OPERATE),
    "off": _in("off", "Take a predictor out of service", _OPERATE),
    "cost": _in("cost", "Estimate what endpoints and jobs cost", _OPERATE),
    "completion": _in("completion", "Print the shell's completion script", _OPERATE),
}


@click.group(
    cls=LazyGroup,
    lazy=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=(
        "Exit codes: 0 done, 1 the work failed, 2 wrong use, 3 not there, 4 AWS refused, "
        "130 interrupted."
    ),
)
def agcdk() -> None:
    """Train, promote, serve and batch-predict with AutoGluon on Amazon SageMaker."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run `agcdk` and exit with an `ExitCode`."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None, invocation: Invocation | None = None) -> int:
    """Run `agcdk`; returns the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    invocation = invocation or Invocation()
    command = " ".join(["agcdk", *[name for name in given if name in COMMANDS][:1]])
    try:
        # What `Context.exit` was given is returned; commands return nothing.
        code = agcdk.main(given, prog_name="agcdk", standalone_mode=False, obj=invocation)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted; what was started goes on: agcdk runs", err=True)
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        # The reader, such as `head`, has enough; the interpreter would complain at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.DONE
    except click.ClickException as error:
        return _fail(_of_click(error, command), invocation, given)
    except Exception as error:
        told = explain(error, environment=invocation.environment, command=command)
        if told is None:
            raise
        return _fail(told, invocation, given)
    return code if isinstance(code, int) else ExitCode.DONE


def _of_click(error: click.ClickException, command: str) -> CommandError:
    message = " ".join(error.format_message().split())
    return CommandError(f"{message.rstrip('.?')}.", next_command=f"{command} --help")


def _fail(error: CommandError, invocation: Invocation, given: Sequence[str]) -> int:
    following = _on_this_environment(error.next_command, invocation)
    # A wrong option may have ended parsing before --json was read.
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
    if words[0] != "agcdk" or {"-e", "--environment", "--help"} & set(words):
        return command
    return invocation.command(command.removeprefix("agcdk "))
