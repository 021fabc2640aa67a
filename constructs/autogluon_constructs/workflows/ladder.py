"""Run a job on the first of its instance types that SageMaker has.

If capacity is short, or other jobs use up the quota, the next type of the planner's `ladder`
is tried at once, and after the last one the first again, with growing waits: some six hours in all.
Only a job that never started is tried again, so that nothing is paid for twice. SageMaker fails
such a job and keeps its name, so that the next attempt has another one. A job that found no spot
instances for long enough has a successor only where the ladder has another step; that goes on with
the models of its checkpoint.

SageMaker's own list for training and processing jobs, `InstancePreferences`, covers capacity only
and is not used (see docs/adr/0016-a-ladder-of-instance-types.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from autogluon_constructs.workflows import asl
from autogluon_constructs.workflows.asl import jsonata

BEGIN = {"tries": 0, "unstarted": 0}
"""What a state before it assigns: attempts so far, and those of them that used up a name."""
MOST_ROUNDS = 40

_SHORTEST_WAIT_SECONDS = 30
_LONGEST_WAIT_SECONDS = 900
_LADDER = "$states.input.ladder"
_TYPES = f"$count({_LADDER}.resources)"
_ROUND = f"$floor($tries / {_TYPES})"
# Less for some, so that executions that wait for the same instances do not ask together.
_WAIT = (
    f"$floor($min([{_LONGEST_WAIT_SECONDS}, {_SHORTEST_WAIT_SECONDS} * $power(1.5, {_ROUND})]) "
    "* (1 + $random()) / 2)"
)
_NEXT = {
    "tries": jsonata("$tries + 1"),
    "unstarted": jsonata("$unstarted + ($lack = 'quota' ? 0 : 1)"),
}
# Reasons of jobs: "CapacityError: Unable to provision requested ML compute capacity. ..."
# (SageMaker's developer guide, troubleshooting); InsufficientInstanceCapacity (re:Post).
_REASONS = ("CapacityError", "InsufficientInstanceCapacity", "InsufficientCapacity")


# DescribeTrainingJob: "The job stopped because it exceeded the maximum allowed wait time."
_LACKS_SPOT = "$details.SecondaryStatus = 'MaxWaitTimeExceeded' ? 'spot' "


@dataclass(frozen=True)
class Ladder:
    """The states that run one job.

    The input has the planner's `request` and `ladder`; each state passes it on.

    Attributes:
        kind: `Training`, `Processing` or `Transform`.
        run: the name of the state that runs the job.
        wait: the name of the state that waits for instances.
    """

    kind: Literal["Training", "Processing", "Transform"]
    run: str
    wait: str

    @property
    def request(self) -> str:
        """Return the request of the next attempt."""
        return jsonata(
            f"$merge([$states.input.request, {_LADDER}.resources[$tries % {_TYPES}], "
            f"$unstarted > 0 ? {{'{self.kind}JobName': "
            f"{_LADDER}.later_names & $string($unstarted + 1)}} : {{}}])"
        )

    def states(
        self,
        failure: str,
        *,
        output: str | Mapping[str, Any],
        next_state: str,
        failed: str = asl.FAILED,
        keep: Mapping[str, str] | None = None,
    ) -> asl.States:
        """Return the states; `failure` and `keep` are as for `asl.catch`."""
        run = asl.task(
            f"arn:${{Partition}}:states:::sagemaker:create{self.kind}Job.sync",
            self.request,
            output=output,
            retries=asl.throttle_retries(),
            catches=self.catch(failure, keep=keep),
            next_state=next_state,
        )
        return {self.run: run, **self.next_attempt(failed=failed)}

    def catch(self, failure: str, *, keep: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
        """Return what the state does that runs or creates the job: it finds out what is lacking."""
        kept = {"lack": self._lack(), **(keep or {})}
        [caught] = asl.catch(failure, keep=kept, next_state=self.decision)
        return [{**caught, "Output": jsonata("$states.input")}]

    def next_attempt(self, *, failed: str) -> asl.States:
        """Return the states from `$lack` to the next attempt, or to `failed`."""
        next_type = f"{self.run}OnNextType"
        return {
            self.decision: asl.choices(
                ("$lack = 'nothing'", failed),
                (f"($tries + 1) % {_TYPES} > 0", next_type),
                # Waiting was all that such a job did.
                ("$lack = 'spot'", failed),
                (f"{_ROUND} < {MOST_ROUNDS}", self.wait),
                otherwise=failed,
            ),
            next_type: {"Type": "Pass", "Assign": _NEXT, "Next": self.run},
            self.wait: {
                "Type": "Wait",
                "Seconds": jsonata(_WAIT),
                "Assign": _NEXT,
                "Next": self.run,
            },
        }

    @property
    def decision(self) -> str:
        """Return the name of the state that decides by `$lack` what follows a failed attempt."""
        return f"{self.run}LacksInstances"

    def _lack(self) -> str:
        """Return an expression for what a failed attempt lacked; a job that ran lacked nothing."""
        return (
            f"({asl.DETAILS}$states.errorOutput.Error = 'SageMaker.ResourceLimitExceededException' "
            f"? 'quota' : {lacks_capacity(self.kind, '$details')} ? 'capacity' "
            f"{': ' + _LACKS_SPOT if self.kind == 'Training' else ''}: 'nothing')"
        )


def lacks_capacity(kind: str, description: str) -> str:
    """Return an expression for whether a described job failed for lack of capacity, unstarted."""
    reasons = " or ".join(f"$contains({description}.FailureReason, '{word}')" for word in _REASONS)
    return (
        f"({description}.{kind}JobStatus = 'Failed' and $exists({description}.FailureReason) "
        f"and $not($exists({description}.{kind}StartTime)) and ({reasons}))"
    )
