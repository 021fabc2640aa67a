"""An endpoint's containers: which one answers, and which one refused."""

from __future__ import annotations

from typing import Any

import pytest

from autogluon_client import AnyEndpoint
from autogluon_client.errors import EndpointRequestError, InvalidArgumentError
from tests.fakes.account import FakeAws
from tests.fakes.sandbox import spec

ENDPOINT = "autogluon-sandbox-income"


@pytest.fixture
def session() -> FakeAws:
    found = FakeAws(spec(), container=lambda kind, body: f"{kind}: ".encode() + body)
    found.sagemaker.add_endpoint()
    return found


def ask(session: FakeAws, body: bytes | str = "1\n", **target: str) -> bytes:
    endpoint = AnyEndpoint(ENDPOINT, session=session, content_type="text/csv", **target)
    answer: bytes = endpoint.predict(body)
    return answer


def test_no_container_is_named_by_default(session: FakeAws) -> None:
    assert ask(session, "a,b\n") == b"text/csv: a,b\n"
    assert session.runtime.asked_containers == [None]


def test_a_caller_names_a_container(session: FakeAws) -> None:
    session.runtime.containers = ("clean", "model")
    ask(session, target_container="model")
    assert session.runtime.asked_containers == ["model"]


def test_an_unknown_container_is_an_argument_and_not_an_endpoint_that_is_off(
    session: FakeAws,
) -> None:
    session.runtime.containers = ("clean", "model")
    with pytest.raises(InvalidArgumentError, match="target_container='modl'") as caught:
        ask(session, target_container="modl")
    assert caught.value.argument == "target_container"


@pytest.mark.parametrize(
    ("container", "who"),
    [
        ("primary", f"Endpoint {ENDPOINT} refused the request: no"),
        ("clean", f"Container clean of endpoint {ENDPOINT} refused the request: no"),
        ("container-2", f"Container container-2 of endpoint {ENDPOINT} refused the request: no"),
    ],
)
def test_a_refusal_names_its_container(session: FakeAws, container: str, who: str) -> None:
    def refuse(*_: Any) -> bytes:
        said = f'Received client error (400) from {container} with message "no". See the log.'
        raise session.runtime.exceptions.ModelError(
            {
                "Error": {"Code": "ModelError", "Message": said},
                "OriginalStatusCode": 400,
                "OriginalMessage": "no",
            },
            "InvokeEndpoint",
        )

    session.runtime.container = refuse
    with pytest.raises(EndpointRequestError, match=f"^{who}"):
        ask(session)
