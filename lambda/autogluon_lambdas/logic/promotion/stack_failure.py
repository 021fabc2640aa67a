"""Say why the update of an endpoint's stack failed."""

from collections.abc import Mapping
from dataclasses import dataclass

from autogluon_lambdas.ports import Stacks


@dataclass(frozen=True)
class StackFailure:
    """Reads the events of a stack."""

    stacks: Stacks

    def explain(self, event: Mapping[str, str]) -> str:
        """Return how the stack ended and, where its events tell, what failed first.

        Args:
            event: the `stack_name`, the `status` that the stack ended with, and the update's
                `client_request_token`.
        """
        name = event["stack_name"]
        ended = f"The stack {name} ended as {event['status']}"
        reason = self.stacks.first_failure(name, event["client_request_token"])
        return ended if reason is None else f"{ended}: {reason}"
