"""Record which permission allowed which call, so that unused ones are found.

Switched on by the environment variable EMBEDDED_AWS_IAM_RECORDING, the folder that gets one file
for each process when it ends. `python -m scripts.iam_report` merges the files. A recording holds
actions, ARNs, the condition keys that policies asked for, and the policies: no payloads.
"""

from __future__ import annotations

import json
import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from embedded_aws.iam.policy.context import TracedContext
from embedded_aws.iam.policy.document import AccessRequest, Policy
from embedded_aws.iam.policy.evaluation import PrincipalPolicies, ResourcePolicies, evaluate

RECORDING_VARIABLE = "EMBEDDED_AWS_IAM_RECORDING"


@dataclass(frozen=True)
class _Kind:
    """Uses that the same permissions allowed: one example represents them all.

    `by` holds (policy, statement, resource pattern) of each Allow statement that applied.
    """

    role_arn: str
    documents: tuple[str, ...]
    action: str
    by: tuple[tuple[int, int, str], ...]


class PermissionRecording:
    """Counts the uses of each role's permissions and keeps an example of each kind."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._counts: Counter[_Kind] = Counter()
        self._examples: dict[_Kind, dict[str, Any]] = {}
        self._lock = threading.Lock()

    def record(
        self,
        role_arn: str,
        identity: tuple[Policy, ...],
        request: AccessRequest,
        guards: ResourcePolicies,
    ) -> None:
        """Count one call that was allowed to a role.

        Args:
            identity: the role's own policies.
            guards: the policies of the resource; what they allow alone is not counted.
        """
        if evaluate(request, PrincipalPolicies(), guards).allowed:
            return
        context = TracedContext(request.context)
        traced = replace(request, context=context)
        by = tuple(allowing(identity, traced))
        kind = _Kind(role_arn, tuple(policy.text for policy in identity), request.action, by)
        with self._lock:
            self._counts[kind] += 1
            if kind not in self._examples:
                self._examples[kind] = {"resource": request.resource, "context": context.read}

    def write(self) -> None:
        """Write what was recorded to a file of its own; nothing where nothing was."""
        with self._lock:
            uses = [
                {
                    "role": kind.role_arn,
                    "documents": [json.loads(text) for text in kind.documents],
                    "action": kind.action,
                    "by": [list(each) for each in kind.by],
                    "count": count,
                    **self._examples[kind],
                }
                for kind, count in self._counts.items()
            ]
        if uses:
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._folder / f"{uuid.uuid4().hex}.json"
            path.write_text(json.dumps(uses, indent=1, sort_keys=True), encoding="utf-8")


def allowing(
    policies: tuple[Policy, ...], request: AccessRequest
) -> Iterator[tuple[int, int, str]]:
    """Give (policy, statement, resource pattern) of the Allow statements that apply."""
    for number, policy in enumerate(policies):
        applying = policy.statements_for(request.action)
        for position, statement in enumerate(policy.statements):
            if statement.denies or statement not in applying or not statement.applies_to(request):
                continue
            for pattern in statement.resource_patterns(request):
                yield number, position, pattern
