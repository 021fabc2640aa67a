"""Run a job with fields that the optimised integration does not know: create it, then poll.

Step Functions checks requests of its optimised integration against a list of its own, and a field
that is missing there ends an execution without a message. The SDK integration takes every field,
but returns when the job is created: its end is polled for, and a clean-up of `endings` stops the
job of an execution that ends meanwhile.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from autogluon_constructs.workflows import asl, ladder, waiting_rounds
from autogluon_constructs.workflows.asl import jsonata
from autogluon_contracts.shown.states import ShownState

JOB = "$states.input.job"
"""The described job, in the states after its description."""


@dataclass(frozen=True)
class SdkJob:
    """The states that create, describe and wait for one job.

    Attributes:
        kind: of the job.
        create: the name of the state that creates it, which comes first.
        wait_to_create: the name of the state that waits for instances.
        wait: the name of the state that waits for the job.
        describe: the name of the state that describes it.
        error: what a failed job ends the execution with.
        further_reason: what follows in the cause of a job that has no `FailureReason`.
        kept: what is kept of the description.
    """

    kind: Literal["Training", "Transform"]
    create: ShownState
    wait_to_create: ShownState
    wait: ShownState
    describe: ShownState
    error: str
    further_reason: str = "''"
    kept: str = "$states.result"

    def states(
        self, *, output: Mapping[str, str], done: str, failed: str = asl.FAILED
    ) -> asl.States:
        """Return the states from `create` on.

        Args:
            output: what `done` gets.
            done: the state after a job that has completed.
            failed: the state that ends the execution; it finds `$failure`.
        """
        kind, status = self.kind, f"{JOB}.{self.kind}JobStatus"
        rungs = ladder.Ladder(kind, self.create, self.wait_to_create)
        ended, completed, lost = (
            f"Has{kind}JobEnded", f"{kind}JobCompleted", f"{kind}JobFailed",
        )  # fmt: skip
        # The answer has the ARN of the job only, which ends in its name.
        name = f"$split($states.result.{kind}JobArn, '/')[1]"
        lack = f"{ladder.lacks_capacity(kind, JOB)} ? 'capacity' : 'nothing'"
        return {
            self.create: asl.task(
                _call("create", kind),
                rungs.request,
                assign=waiting_rounds.BEGIN,
                output={"planned": jsonata("$states.input"), "name": jsonata(name)},
                retries=asl.throttle_retries(),
                catches=rungs.catch(asl.PLAIN_FAILURE),
                next_state=self.wait,
            ),
            **rungs.next_attempt(failed=failed),
            self.wait: waiting_rounds.wait(next_state=self.describe),
            self.describe: asl.task(
                _call("describe", kind),
                {f"{kind}JobName": jsonata("$states.input.name")},
                output=jsonata(f"$merge([$states.input, {{'job': {self.kept}}}])"),
                retries=asl.retry("SageMaker.SageMakerException"),
                # The job runs on; the clean-up stops it.
                catches=asl.catch(asl.PLAIN_FAILURE, next_state=failed),
                next_state=ended,
            ),
            ended: asl.choices(
                (f"{status} in ['InProgress', 'Stopping']", self.wait),
                (f"{status} = 'Completed'", completed),
                otherwise=lost,
            ),
            completed: {"Type": "Pass", "Output": dict(output), "Next": done},
            lost: {
                "Type": "Pass",
                "Assign": {"failure": jsonata(self._failure), "lack": jsonata(lack)},
                "Output": jsonata("$states.input.planned"),
                "Next": rungs.decision,
            },
        }

    @property
    def _failure(self) -> str:
        kind = self.kind
        return (
            f"{{'error': '{self.error}', 'cause': 'The {kind.lower()} job ' & {JOB}.{kind}JobName "
            f"& ' ended as ' & {JOB}.{kind}JobStatus & ($exists({JOB}.FailureReason) "
            f"? ': ' & {JOB}.FailureReason : {self.further_reason})}}"
        )


def _call(verb: str, kind: str) -> str:
    return f"arn:${{Partition}}:states:::aws-sdk:sagemaker:{verb}{kind}Job"
