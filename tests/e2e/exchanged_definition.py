"""Make a deployed state machine do something else, with its own role, for a while."""

from __future__ import annotations

import json
from typing import Any

from tests.e2e.support import Account


class Definition:
    """The definition of a deployed state machine, which is exchanged and put back."""

    def __init__(self, account: Account, arn: str) -> None:
        self._client = account.client("stepfunctions")
        self._arn = arn
        self._own = self._client.describe_state_machine(stateMachineArn=arn)["definition"]

    def become(self, state: dict[str, Any], timeout_seconds: int) -> None:
        definition = {
            "QueryLanguage": "JSONata",
            "StartAt": "Only",
            "TimeoutSeconds": timeout_seconds,
            "States": {"Only": {**state, "End": True}},
        }
        self._client.update_state_machine(
            stateMachineArn=self._arn, definition=json.dumps(definition)
        )

    def restore(self) -> None:
        self._client.update_state_machine(stateMachineArn=self._arn, definition=self._own)
