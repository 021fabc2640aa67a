"""SageMaker's state: one store per region, one record per resource."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


def now() -> datetime:
    """Return the current time, as API responses carry it."""
    return datetime.now(UTC)


@dataclass
class Record:
    """A resource: the request that created it, and what Describe adds."""

    name: str
    arn: str
    request: dict[str, Any]  # as parsed; never changed
    status: str = "Completed"
    created: datetime = field(default_factory=now)
    modified: datetime = field(default_factory=now)
    tags: dict[str, str] = field(default_factory=dict)

    def described(self) -> dict[str, Any]:
        """Return the request's members that Describe repeats: all but the tags."""
        return {name: value for name, value in self.request.items() if name != "Tags"}


@dataclass
class RegionStore:
    """The resources of one region, by name; hold `lock` to read and change them."""

    account_id: str
    region: str
    lock: threading.RLock = field(default_factory=threading.RLock)
    kinds: dict[str, dict[str, Record]] = field(default_factory=dict)

    def table(self, kind: str) -> dict[str, Record]:
        """Return the records of a kind ("training-job", as in ARNs), by name."""
        with self.lock:
            return self.kinds.setdefault(kind, {})

    def arn(self, kind: str, name: str) -> str:
        """Return `arn:aws:sagemaker:<region>:<account>:<kind>/<name>`."""
        return (
            f"arn:{partition(self.region)}:sagemaker:{self.region}:{self.account_id}:{kind}/{name}"
        )

    def find_by_arn(self, arn: str) -> Record | None:
        """Return the resource of an ARN, of any kind.

        Policies see names in lower case, as in SageMaker's own ARNs, so that both are one resource.
        """
        wanted = arn.lower()
        with self.lock:
            for table in self.kinds.values():
                for record in table.values():
                    if record.arn.lower() == wanted:
                        return record
        return None


def partition(region: str) -> str:
    """Return the ARN partition of a region."""
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"


def tags_of(request: dict[str, Any]) -> dict[str, str]:
    """Return a request's Tags as a mapping."""
    return {tag["Key"]: tag["Value"] for tag in request.get("Tags") or ()}
