"""The last stable state of a stack whose updates may not roll back by themselves."""

from __future__ import annotations

from dataclasses import dataclass, field

from embedded_aws.cloudformation.engine.deploy_request import DeployRequest
from embedded_aws.cloudformation.engine.journal import JournalEntry
from embedded_aws.cloudformation.engine.stack import StackResource


@dataclass
class StableState:
    """What RollbackStack restores: the request and the resources before the failed updates.

    `journal` has the changes of every update since, oldest first.
    """

    request: DeployRequest
    resources: dict[str, StackResource]
    journal: list[JournalEntry] = field(default_factory=list)
