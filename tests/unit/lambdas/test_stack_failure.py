"""Why the update of an endpoint's stack failed, from all pages of its events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from autogluon_lambdas.adapters.cloudformation_stacks import CloudFormationStacks
from autogluon_lambdas.logic.promotion.stack_failure import StackFailure
from tests.fakes.lambda_ports import FakeStacks

STACK, TOKEN = "autogluon-sandbox-income-endpoint", "promote-0a1b"
ASKED = {
    "stack_name": STACK,
    "status": "UPDATE_ROLLBACK_COMPLETE",
    "client_request_token": TOKEN,
}


def event(resource: str, status: str, reason: str | None, token: str | None) -> dict[str, str]:
    given = {"ResourceStatusReason": reason, "ClientRequestToken": token}
    texts = {name: value for name, value in given.items() if value is not None}
    return {"LogicalResourceId": resource, "ResourceStatus": status, **texts}


NEWEST = [
    event(STACK, "UPDATE_ROLLBACK_COMPLETE", None, None),
    event("ScalableTarget", "UPDATE_FAILED", "Resource update cancelled", TOKEN),
]
CAUSE = [
    event("Endpoint", "UPDATE_FAILED", "it did not pass the ping check", TOKEN),
    event("Endpoint", "UPDATE_IN_PROGRESS", "Requested update", TOKEN),
]
OLDER = [event("Endpoint", "UPDATE_FAILED", "an older failure", "promote-older")]


class Pages:
    """CloudFormation, whose events come in pages; it counts those that are read."""

    def __init__(self, *pages: list[dict[str, str]]) -> None:
        self._pages = pages
        self.read = 0

    def get_paginator(self, operation: str) -> Pages:
        assert operation == "describe_stack_events"
        return self

    def paginate(self, **arguments: Any) -> Iterator[dict[str, Any]]:
        assert arguments == {"StackName": STACK}
        for page in self._pages:
            self.read += 1
            yield {"StackEvents": page}


@pytest.mark.parametrize(
    ("pages", "expected", "read"),
    [
        ([NEWEST + CAUSE + OLDER], "Endpoint: it did not pass the ping check", 1),
        ([NEWEST, CAUSE, OLDER, OLDER], "Endpoint: it did not pass the ping check", 3),
        ([OLDER, OLDER], None, 2),
        ([[event("Endpoint", "UPDATE_FAILED", None, TOKEN)]], None, 1),
        ([[]], None, 1),
    ],
)
def test_the_first_failure_of_an_update_is_found_in_all_its_pages(
    pages: list[list[dict[str, str]]], expected: str | None, read: int
) -> None:
    client = Pages(*pages)
    assert CloudFormationStacks(client).first_failure(STACK, TOKEN) == expected
    assert client.read == read


def test_a_sentence_says_how_the_stack_ended_and_why_where_its_events_tell() -> None:
    stacks = FakeStacks()
    ended = f"The stack {STACK} ended as UPDATE_ROLLBACK_COMPLETE"
    assert StackFailure(stacks).explain(ASKED) == ended
    stacks.failures[STACK, TOKEN] = "Endpoint: no memory"
    assert StackFailure(stacks).explain(ASKED) == f"{ended}: Endpoint: no memory"
