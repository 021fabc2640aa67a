"""SSM's parameters as a dictionary."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.refusals import refused


@dataclass
class FakeSsm:
    """Values by name: texts, or documents that are stored as JSON."""

    values: dict[str, Any] = field(default_factory=dict)

    def get_parameter(self, *, Name: str) -> dict[str, Any]:  # noqa: N803
        if Name not in self.values:
            raise refused("ParameterNotFound", Name, "GetParameter")
        value = self.values[Name]
        return {"Parameter": {"Value": value if isinstance(value, str) else json.dumps(value)}}
