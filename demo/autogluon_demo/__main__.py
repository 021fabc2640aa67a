"""Deploy, train, promote, serve and batch-predict, then list what was created: `make demo`."""

from __future__ import annotations

import signal
import sys

from botocore.exceptions import ClientError

from autogluon_cli.deployment.cdk import CdkError
from autogluon_client.errors import AutoGluonClientError
from autogluon_demo import results, workflow
from autogluon_demo.example import INCOME, Example
from autogluon_demo.screen import Screen
from autogluon_demo.target import Target, open_target

_LINES_OF_CDK = 40  # the last lines of a failed command


def main() -> int:
    """Run the demo and return the exit code."""
    signal.signal(signal.SIGTERM, _interrupt)
    screen = Screen()
    try:
        with open_target(INCOME.results / "embedded-aws.log") as target:
            _run(screen, INCOME, target)
    except KeyboardInterrupt:
        screen.note("[yellow]Interrupted. All of the demo's processes have ended.[/]")
        return 130
    except CdkError as error:
        more = [line for line in error.lines[-_LINES_OF_CDK:] if line not in str(error)]
        screen.problem("\n".join([str(error), *more]))
        return 1
    except (AutoGluonClientError, ClientError) as error:
        screen.problem(str(error))
        return 1
    return 0


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _run(screen: Screen, example: Example, target: Target) -> None:
    screen.note(f"embedded AWS at {target.endpoint_url}")
    bench = workflow.deploy(screen, example, target)
    uris = workflow.upload_examples(bench)
    trained = workflow.train(bench, uris)
    results.show_training(bench, trained)
    results.show_answers(bench)
    batch = workflow.predict_batch(bench, uris["test"])
    results.show_batch(bench, batch)
    results.show_locations(bench, trained, batch)
    results.show_costs(bench, trained, batch)
    _show_clean_up(screen, target)


def _show_clean_up(screen: Screen, target: Target) -> None:
    screen.note("")
    screen.note(f"Done in {screen.total():.0f} s.")
    if target.is_running_on:
        screen.note("To tear down: `cdk destroy --all`, or end `make embedded`.")
    else:
        screen.note(
            "This AWS ran in the demo's process and has ended with it. To keep one: `make embedded`"
            " in another terminal, then the exports it prints and `make demo` here."
        )
    screen.note(
        "On your own account: the same `cdk bootstrap` and `cdk deploy --all`, without"
        " AWS_ENDPOINT_URL; `cdk destroy --all` tears everything down."
    )


if __name__ == "__main__":
    sys.exit(main())
