"""Endpoints that no environment has deployed: bytes, serializers, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from autogluon_client import AnyEndpoint
from autogluon_client.errors import EndpointOffError, InvalidArgumentError
from tests.fakes.account import FakeAws
from tests.fakes.refusals import refused

NAME = "somebody-elses"


class Json:
    """A serializer and a deserializer as SageMaker's SDK has them."""

    CONTENT_TYPE = "application/json"
    ACCEPT = ("application/json",)

    def serialize(self, data: Any) -> str:
        return json.dumps(data)

    def deserialize(self, stream: Any, content_type: str) -> Any:
        return content_type, json.load(stream)


class Several(Json):
    """A deserializer that prefers another media type than the endpoint's."""

    ACCEPT = ("text/csv", "application/json")


@pytest.fixture
def session() -> FakeAws:
    found = FakeAws(container=lambda content_type, body: content_type.encode() + b" " + body)
    found.sagemaker.add_endpoint(name=NAME)
    return found


def test_bytes_and_text_are_sent_as_they_are(session: FakeAws) -> None:
    endpoint = AnyEndpoint(NAME, content_type="text/csv", accept="text/csv", session=session)
    assert endpoint.predict("1,2") == b"text/csv 1,2"
    assert endpoint.predict(b"\xff") == b"text/csv \xff"
    assert AnyEndpoint(NAME, session=session).predict(b"x") == b"application/octet-stream x"


def test_serializers_write_requests_and_read_answers() -> None:
    session = FakeAws(container=lambda _, body: body)
    session.sagemaker.add_endpoint(name=NAME)
    endpoint = AnyEndpoint(NAME, serializer=Json(), deserializer=Json(), session=session)
    assert endpoint.predict([1, 2]) == ("application/json", [1, 2])


def test_a_deserializer_is_told_what_the_endpoint_answered() -> None:
    session = FakeAws(container=lambda _, body: body)
    session.sagemaker.add_endpoint(name=NAME)
    session.runtime.content_type = "application/json; charset=utf-8"
    endpoint = AnyEndpoint(NAME, serializer=Json(), deserializer=Several(), session=session)
    assert endpoint.predict([1, 2]) == ("application/json; charset=utf-8", [1, 2])


def test_what_cannot_be_sent_is_refused(session: FakeAws) -> None:
    with pytest.raises(InvalidArgumentError, match="got list; allowed: bytes or text"):
        AnyEndpoint(NAME, session=session).predict([1])
    with pytest.raises(InvalidArgumentError, match="content_type: got 'text/csv' beside Json"):
        AnyEndpoint(NAME, serializer=Json(), content_type="text/csv", session=session)


def test_an_endpoint_that_does_not_exist_is_told() -> None:
    def absent(*_: Any) -> bytes:
        raise refused("ValidationError", "Endpoint absent not found", "InvokeEndpoint")

    with pytest.raises(EndpointOffError, match="Endpoint absent is not in service"):
        AnyEndpoint("absent", session=FakeAws(container=absent)).predict(b"")
