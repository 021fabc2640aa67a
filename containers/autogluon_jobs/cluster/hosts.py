"""Know the hosts of a training job, and which of them this one is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

_ALONE = "algo-1"


@dataclass(frozen=True)
class Hosts:
    """The job's hosts by name, which SageMaker resolves to their addresses.

    Example:
        >>> Hosts("algo-2", ("algo-1", "algo-2")).is_head
        False
    """

    current: str = _ALONE
    names: tuple[str, ...] = (_ALONE,)

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Self:
        """Read what the sagemaker-training toolkit takes from `resourceconfig.json`."""
        names = json.loads(environ.get("SM_HOSTS") or f'["{_ALONE}"]')
        return cls(environ.get("SM_CURRENT_HOST", names[0]), tuple(sorted(names)))

    @property
    def head(self) -> str:
        """Return the host that fits, and starts the cluster that the others join."""
        return self.names[0]

    @property
    def is_head(self) -> bool:
        """Return whether this host is the head."""
        return self.current == self.head
