"""Builders of policy documents."""

from __future__ import annotations

import json
from typing import Any

Statement = dict[str, Any]


def policy_text(*statements: Statement) -> str:
    """A policy document of these statements."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: Any = "s3:GetObject", resource: Any = "*", **more: Any) -> Statement:
    """An Allow statement."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any = "s3:GetObject", resource: Any = "*", **more: Any) -> Statement:
    """A Deny statement."""
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}
