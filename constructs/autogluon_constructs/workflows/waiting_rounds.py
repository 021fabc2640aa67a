"""Wait for what the SDK integration has started, in rounds that grow with the time so far.

An execution has at most 25,000 events, and a round is 9 of them. A round waits a twentieth of the
time so far, and ten minutes at most, so that five days are some 7,300 events.
"""

from autogluon_constructs.workflows import asl
from autogluon_constructs.workflows.asl import jsonata

SHORTEST_WAIT_SECONDS = 10
LONGEST_WAIT_SECONDS = 600
WAITED_SHARE = 0.05
BEGIN = {"waited": 0}
"""What the state that starts it assigns."""
_NEXT_WAIT = (
    f"$min([{LONGEST_WAIT_SECONDS}, "
    f"$max([{SHORTEST_WAIT_SECONDS}, $floor($waited * {WAITED_SHARE})])])"
)


def wait(*, next_state: str) -> asl.State:
    """Return a Wait for the next round."""
    return {
        "Type": "Wait",
        "Seconds": jsonata(_NEXT_WAIT),
        "Assign": {"waited": jsonata(f"$waited + {_NEXT_WAIT}")},
        "Next": next_state,
    }
