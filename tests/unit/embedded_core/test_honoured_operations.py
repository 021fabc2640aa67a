"""What the register of operations says is so."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from moto.core.utils import get_service_model

from embedded_aws.activity_log import ActivityLog
from embedded_aws.gateway.moto_library import moto_has
from embedded_aws.gateway.register import operation_register
from embedded_aws.server import EmbeddedAws
from scripts.embedded_operations_page import PAGE, page
from tests.unit.embedded_core.honoured_operations import SHOWN, Shown, operations_shown
from tests.unit.embedded_core.wsgi_caller import WsgiCaller

# Honoured operations by service. Raise a number with what is added; none may fall.
FLOOR = {
    "application-autoscaling": 13,
    "budgets": 4,
    "cloudformation": 23,
    "cloudwatch": 18,
    "dynamodb": 9,
    "ecr": 5,
    "events": 19,
    "iam": 39,
    "kms": 13,
    "lambda": 39,
    "logs": 14,
    "s3": 43,
    "sagemaker": 52,
    "sagemaker-runtime": 1,
    "scheduler": 12,
    "secretsmanager": 5,
    "sns": 7,
    "sqs": 9,
    "ssm": 8,
    "stepfunctions": 22,
    "sts": 2,
}


@pytest.fixture(scope="module")
def caller() -> Iterator[WsgiCaller]:
    aws = EmbeddedAws(image_python=Path("unused"), log=ActivityLog(io.StringIO()))
    try:
        yield WsgiCaller(aws)
    finally:
        aws.stop()


@pytest.mark.parametrize("service", sorted(SHOWN))
def test_a_read_shows_what_each_honoured_write_wrote(caller: WsgiCaller, service: str) -> None:
    known: dict[str, str] = {}
    for line in SHOWN[service]:
        written = _called(caller, service, line.write, line.written, known)
        assert written.status < 300, (line, written.body)
        known |= _texts(written.members)
        shown = _called(caller, service, line.read, line.asked, known)
        assert _is_as_said(line, shown.status, shown.body), (line, shown)


def _is_as_said(line: Shown, status: int, body: bytes) -> bool:
    if line.text.startswith("!"):
        return status in {400, 404} or line.text[1:].encode() not in body
    return status < 300 and line.text.encode() in body


def _called(
    caller: WsgiCaller, service: str, operation: str, members: dict[str, Any], known: dict[str, str]
) -> Any:
    filled = {
        name: value.format_map(known)
        if isinstance(value, str)
        and value.startswith("{")
        and value.endswith("}")
        and ":" not in value
        else value
        for name, value in members.items()
    }
    return caller.call(get_service_model(service).operation_model(operation), filled)


def _texts(members: dict[str, Any]) -> dict[str, str]:
    """Return the texts of an answer by their names, those of its structures too."""
    found: dict[str, str] = {}
    for name, value in members.items():
        if isinstance(value, dict):
            found |= _texts(value)
        elif isinstance(value, str):
            found[name] = value
    return found


@pytest.mark.parametrize("service", sorted(SHOWN))
def test_the_register_honours_what_is_shown_and_nothing_else(service: str) -> None:
    assert operation_register()[service].honoured == operations_shown(service)


def test_the_register_names_operations_that_exist() -> None:
    for service, known in operation_register().items():
        names = set(get_service_model(service).operation_names)
        named = {*known.honoured, *known.validated, *known.rejected, *known.one_of, *known.answered}
        assert named <= names, f"{service}: {sorted(named - names)}"
        assert all(moto_has(service, name) for name in named)


def test_the_register_names_members_that_exist() -> None:
    named = [
        (service, operation, member)
        for service, known in operation_register().items()
        for members in (known.one_of, known.not_both, known.unsupported)
        for operation, names in members.items()
        for member in names
    ]
    unknown = [
        (service, operation, member)
        for service, operation, member in named
        if member not in get_service_model(service).operation_model(operation).input_shape.members
    ]
    assert len(named) > 50
    assert unknown == []


def test_what_this_package_answers_is_not_called_rejected(caller: WsgiCaller) -> None:
    answered = caller.aws.runtime.gateway.registered()
    for service, known in operation_register().items():
        for name in (*known.validated, *known.rejected):
            assert (service, name) not in answered, f"{service}:{name}"


def test_no_service_honours_less_than_before(caller: WsgiCaller) -> None:
    of_library = {
        (service, name)
        for service, known in operation_register().items()
        for name in known.honoured
    }
    own = caller.aws.runtime.gateway.registered()
    honoured = Counter(service for service, _ in own | of_library)
    fallen = {name: honoured[name] for name, floor in FLOOR.items() if honoured[name] < floor}
    assert not fallen, f"fewer operations are honoured than {FLOOR}: {fallen}"


def test_the_page_of_operations_is_current() -> None:
    assert PAGE.read_text() == page(), "run `python -m scripts.embedded_operations_page`"
