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
    refuse(session, container, 400, "no")
    with pytest.raises(EndpointRequestError, match=f"^{who}"):
        ask(session)


def test_a_servers_page_is_told_by_its_heading(session: FakeAws) -> None:
    page = "<!doctype html><title>500</title><h1>Internal Server Error</h1><p>The server ...</p>"
    refuse(session, "clean", 500, page)
    told = rf"refused the request: Internal Server Error\. See its log group .*{ENDPOINT}\.$"
    with pytest.raises(EndpointRequestError, match=told):
        ask(session)


def refuse(session: FakeAws, container: str, status: int, message: str) -> None:
    """Have a container of the endpoint refuse what comes."""

    def answer(*_: Any) -> bytes:
        kind = "client" if status < 500 else "server"
        said = f'Received {kind} error ({status}) from {container} with message "{message}".'
        raise session.runtime.exceptions.ModelError(
            {
                "Error": {"Code": "ModelError", "Message": said},
                "OriginalStatusCode": status,
                "OriginalMessage": message,
            },
            "InvokeEndpoint",
        )

    session.runtime.container = answer
