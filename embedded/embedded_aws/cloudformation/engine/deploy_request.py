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
    on_failure: str = "ROLLBACK"  # of a creation: ROLLBACK, DELETE or DO_NOTHING
    retain_except_on_create: bool = False
    import_existing: bool = False
