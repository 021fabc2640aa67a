"""All events of a stack, which CloudFormation answers in pages."""

from __future__ import annotations

from typing import Any


def stack_events(cloudformation: Any, name: str) -> list[dict[str, Any]]:
    """Return them, the newest first."""
    pages = cloudformation.get_paginator("describe_stack_events").paginate(StackName=name)
    return [each for page in pages for each in page["StackEvents"]]
