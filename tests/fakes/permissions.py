"""What the person may not do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.fakes.pages import paginators
from tests.fakes.refusals import refused
from tests.fakes.sandbox import ACCOUNT, arn


@dataclass
class FakePermissions:
    """STS and IAM; everything is allowed that is not `denied`."""

    denied: set[str] = field(default_factory=set)

    def require(self, action: str) -> None:
        """Refuse an action that is denied, as the service of the action does."""
        if action in self.denied:
            raise refused("AccessDeniedException", operation=action.partition(":")[2])

    def get_caller_identity(self) -> dict[str, Any]:
        return {"Account": ACCOUNT, "Arn": arn("iam", "user/someone", region="")}

    def assume_role(self, **_: Any) -> dict[str, Any]:
        self.require("sts:AssumeRole")
        return {
            "Credentials": {
                "AccessKeyId": "AKIA",
                "SecretAccessKey": "secret",
                "SessionToken": "token",
            }
        }

    @property
    def get_paginator(self) -> Any:
        return paginators(simulate_principal_policy=self.simulate_principal_policy)

    def simulate_principal_policy(
        self,
        *,
        ActionNames: list[str],  # noqa: N803
        NextToken: str = "",  # noqa: N803
        **_: Any,
    ) -> dict[str, Any]:
        if not NextToken:  # fewer results than there are
            return {"EvaluationResults": [{"EvalDecision": "allowed"}], "NextToken": "1"}
        decision = "implicitDeny" if self.denied & set(ActionNames) else "allowed"
        return {"EvaluationResults": [{"EvalDecision": decision}]}
