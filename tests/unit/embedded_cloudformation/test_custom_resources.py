"""Custom resources: events out, answers in."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from embedded_aws.cloudformation.errors import ResourceError
from embedded_aws.cloudformation.resources.custom import CustomResource
from embedded_aws.cloudformation.resources.custom_responses import CustomResponses
from embedded_aws.cloudformation.resources.handler import ResourceContext
from embedded_aws.runtime import Runtime

TOKEN = "arn:aws:lambda:us-east-1:123456789012:function:f"
Properties = dict[str, Any]


class Backend:
    """A function that answers as `respond(event)` says, over the real WSGI route."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.route: Callable[..., Any] = lambda *_: []
        self.respond: Callable[[dict[str, Any]], dict[str, Any] | None] = lambda _: {
            "Status": "SUCCESS"
        }
        self.crash: str | None = None
        runtime = SimpleNamespace(
            endpoint_url="http://localhost:1",
            gateway=SimpleNamespace(register_path=self._register),
        )
        self.handler = CustomResource(CustomResponses(cast(Runtime, runtime)))

    def _register(self, _: str, app: Callable[..., Any]) -> None:
        self.route = app

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803
        assert FunctionName == TOKEN
        event = json.loads(Payload)
        self.events.append(event)
        if self.crash:
            return {"FunctionError": "Unhandled", "Payload": io.BytesIO(self.crash.encode())}
        answer = self.respond(event)
        if answer is not None:
            self.put(event["ResponseURL"], json.dumps(answer).encode())
        return {"StatusCode": 200}

    def put(self, url: str, body: bytes, method: str = "PUT") -> str:
        environ = {
            "PATH_INFO": url.removeprefix("http://localhost:1"),
            "REQUEST_METHOD": method,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        }
        statuses: list[str] = []
        self.route(environ, lambda status, _: statuses.append(status))
        return statuses[0]


@pytest.fixture
def backend() -> Backend:
    return Backend()


@pytest.fixture
def context(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> ResourceContext:
    monkeypatch.setattr("embedded_aws.cloudformation.resources.handler._POLL_SECONDS", 0.001)
    return ResourceContext(
        stack_name="s",
        stack_id="arn:stack",
        logical_id="Mine",
        type="Custom::Mine",
        region="us-east-1",
        account_id="123456789012",
        client=lambda _: backend,
    )


def test_events_carry_what_aws_sends_with_scalars_as_text(
    backend: Backend, context: ResourceContext
) -> None:
    backend.respond = lambda _: {
        "Status": "SUCCESS",
        "PhysicalResourceId": "own-id",
        "Data": {"Answer": 42},
    }
    properties: Properties = {"ServiceToken": TOKEN, "On": True, "List": [1, {"n": 2.5}]}
    result = backend.handler.create(context, properties)
    assert (result.physical_id, result.attributes) == ("own-id", {"Answer": 42})
    event = backend.events[0]
    assert event["RequestType"] == "Create"
    assert event["ResourceType"] == "Custom::Mine"
    assert event["ResourceProperties"] == {
        "ServiceToken": TOKEN,
        "On": "true",
        "List": ["1", {"n": "2.5"}],
    }
    assert {"StackId", "RequestId", "LogicalResourceId", "ResponseURL"} <= set(event)


def test_an_update_may_answer_with_another_id(backend: Backend, context: ResourceContext) -> None:
    backend.respond = lambda _: {"Status": "SUCCESS", "PhysicalResourceId": "new"}
    old, new = ({"ServiceToken": TOKEN, "N": n} for n in (1, 2))
    assert backend.handler.needs_replacement(old, new) == []
    assert backend.handler.update(context, "old", old, new).physical_id == "new"
    assert backend.events[0]["PhysicalResourceId"] == "old"
    assert backend.events[0]["OldResourceProperties"]["N"] == "1"


def test_without_an_id_in_the_answer_the_old_one_stays(
    backend: Backend, context: ResourceContext
) -> None:
    properties: Properties = {"ServiceToken": TOKEN}
    created = backend.handler.create(context, properties)
    assert created.physical_id.startswith("s-Mine-")
    updated = backend.handler.update(context, created.physical_id, properties, properties)
    assert updated.physical_id == created.physical_id


def test_failure_gives_the_functions_reason_and_the_id_to_delete(
    backend: Backend, context: ResourceContext
) -> None:
    backend.respond = lambda _: {
        "Status": "FAILED",
        "Reason": "no such bucket",
        "PhysicalResourceId": "half",
    }
    with pytest.raises(ResourceError, match="no such bucket"):
        backend.handler.create(context, {"ServiceToken": TOKEN})
    assert context.existing_id == "half"


def test_a_crash_is_reported_at_once(backend: Backend, context: ResourceContext) -> None:
    backend.crash = '{"errorMessage": "division by zero"}'
    with pytest.raises(ResourceError, match="division by zero"):
        backend.handler.delete(context, "id", {"ServiceToken": TOKEN})


def test_silence_ends_with_the_service_timeout(backend: Backend, context: ResourceContext) -> None:
    backend.respond = lambda _: None
    with pytest.raises(ResourceError, match="did not receive a response; Mine"):
        backend.handler.create(context, {"ServiceToken": TOKEN, "ServiceTimeout": "0.02"})


def test_response_urls_are_good_for_one_answer_and_no_longer_than_it_is_awaited(
    backend: Backend, context: ResourceContext
) -> None:
    statuses: list[str] = []

    def respond(event: dict[str, Any]) -> dict[str, Any] | None:
        url = event["ResponseURL"]
        statuses.append(backend.put(url, b"not json"))
        statuses.append(backend.put(url, b"{}", method="GET"))
        statuses.append(backend.put(url, b'{"Status": "SUCCESS"}'))
        statuses.append(backend.put(url, b'{"Status": "FAILED"}'))
        return None

    backend.respond = respond
    backend.handler.create(context, {"ServiceToken": TOKEN})
    assert [status[:3] for status in statuses] == ["400", "405", "200", "403"]
    assert backend.put(backend.events[0]["ResponseURL"], b"{}").startswith("403")


def test_other_backends_and_changed_tokens_are_refused(
    backend: Backend, context: ResourceContext
) -> None:
    with pytest.raises(ResourceError, match="has to be a Lambda function's ARN"):
        backend.handler.check({"ServiceToken": "arn:aws:sns:us-east-1:1:topic"})
    with pytest.raises(ResourceError, match="Modifying service token is not allowed"):
        backend.handler.update(context, "id", {"ServiceToken": TOKEN}, {"ServiceToken": "other"})
