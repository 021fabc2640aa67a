"""The request that a deployment carries out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from embedded_aws.cloudformation.template.desired_state import DesiredState


@dataclass(frozen=True)
class DeployRequest:
    """What to deploy to a stack, and how.

    `imports` are the identifiers of the resources to import by their logical ids.
    """

    target: DesiredState
    tags: dict[str, str]
    capabilities: list[str]
    role_arn: str | None
    on_failure: str = "ROLLBACK"  # DO_NOTHING, and of a creation also DELETE
    retain_except_on_create: bool = False
    import_existing: bool = False
    imports: Mapping[str, str] = field(default_factory=dict)

    @property
    def disables_rollback(self) -> bool:
        """Return whether a failure leaves everything as it is."""
        return self.on_failure == "DO_NOTHING"
