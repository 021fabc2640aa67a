"""The request that a deployment carries out."""

from __future__ import annotations

from dataclasses import dataclass

from embedded_aws.cloudformation.template.desired_state import DesiredState


@dataclass(frozen=True)
class DeployRequest:
    """What to deploy to a stack, and how."""

    target: DesiredState
    tags: dict[str, str]
    capabilities: list[str]
    role_arn: str | None
    on_failure: str = "ROLLBACK"  # DO_NOTHING, and of a creation also DELETE
    retain_except_on_create: bool = False
    import_existing: bool = False

    @property
    def disables_rollback(self) -> bool:
        """Return whether a failure leaves everything as it is."""
        return self.on_failure == "DO_NOTHING"
