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
from embedded_aws.gateway.register import operation_register
from embedded_aws.server import EmbeddedAws
from scripts.embedded_operations_page import PAGE, page
from tests.unit.embedded_core.honoured_operations import SHOWN, operations_shown
from tests.unit.embedded_core.register.answered import ANSWERED, MADE
from tests.unit.embedded_core.wsgi_caller import Called, WsgiCaller

Known = dict[str, Any]

# Honoured operations by service. Raise a number with what is added; none may fall. Those that are
# kept although nothing acts on them, such as retention, count as validated.
HONOURED = {
    "application-autoscaling": 13,
    "budgets": 5,
    "cloudformation": 23,
    "cloudwatch": 20,
    "dynamodb": 26,
    "ec2": 47,
    "ecr": 16,
    "events": 19,
    "iam": 87,
    "kms": 33,
    "lambda": 39,
    "logs": 25,
    "s3": 55,
    "sagemaker": 59,
    "sagemaker-runtime": 2,
    "scheduler": 12,
    "secretsmanager": 16,
    "sns": 16,
    "sqs": 20,
    "ssm": 13,
    "stepfunctions": 22,
    "sts": 3,
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
    known: Known = {}
    for line in SHOWN[service]:
        if line.text.startswith("!"):  # an absent text proves nothing unless it was there
            before = _called(caller, service, line.read, line.asked, known)
            assert _is_as_said(line.text.removeprefix("!"), before, known), (line, before)
        written = _called(caller, service, line.write, line.written, known)
        assert written.status < 300, (line, written.body)
        known |= _named(written.members)
        shown = _called(caller, service, line.read, line.asked, known)
        assert _is_as_said(line.text, shown, known), (line, shown)


def _is_as_said(text: str, shown: Called, known: Known) -> bool:
    expected = _filled(text.removeprefix("!"), known)
    if text.startswith("!"):
        return shown.status in {400, 404} or expected.encode() not in shown.body
    return shown.status < 300 and expected.encode() in shown.body


def _called(
    caller: WsgiCaller, service: str, operation: str, members: dict[str, Any], known: Known
) -> Called:
    return caller.call(
        get_service_model(service).operation_model(operation), _filled(members, known)
    )


def _filled(value: Any, known: Known) -> Any:
    """Return a value of a line, with what earlier answers named."""
    if isinstance(value, dict):
        return {name: _filled(member, known) for name, member in value.items()}
    if isinstance(value, list):
        return [_filled(entry, known) for entry in value]
    is_name = isinstance(value, str) and value[:1] == "{" and value[1:-1].isalpha()
    return known[value[1:-1]] if is_name else value


def _named(value: Any) -> Known:
    """Return what an answer holds by its names, also what its structures and lists hold."""
    found: Known = {}
    for entry in value if isinstance(value, list) else ():
        found |= _named(entry)
    for name, member in value.items() if isinstance(value, dict) else ():
        found |= {name: member, **_named(member)}
    return found


@pytest.mark.parametrize("service", sorted(ANSWERED))
def test_what_keeps_nothing_is_answered(caller: WsgiCaller, service: str) -> None:
    known: Known = {}
    for operation, members in MADE.get(service, []):
        known |= _named(_called(caller, service, operation, members, known).members)
    for each in ANSWERED[service]:
        answer = _called(caller, service, each.operation, each.asked, known)
        assert answer.status == each.status, (each, answer)
        assert each.text.encode() in answer.body, (each, answer)


def test_the_register_lists_what_is_shown_or_answered_and_nothing_else(caller: WsgiCaller) -> None:
    own = caller.aws.runtime.gateway.registered()
    examined = {
        service: known.examined - {name for name in known.validated if (service, name) in own}
        for service, known in operation_register().items()
    }
    listed = {service: names for service, names in examined.items() if names}
    tried = {
        service: operations_shown(service) | {each.operation for each in ANSWERED.get(service, [])}
        for service in SHOWN
    }
    assert listed == tried


def test_the_register_names_an_operation_once() -> None:
    for service, known in operation_register().items():
        lists = (known.honoured, known.validated, known.answered, known.rejected)
        assert sum(map(len, lists)) == len({*known.examined, *known.rejected}), service


def test_the_register_names_operations_that_exist() -> None:
    for service, known in operation_register().items():
        names = set(get_service_model(service).operation_names)
        named = {*known.examined, *known.rejected, *known.one_of, *known.not_both}
        assert named <= names, f"{service}: {sorted(named - names)}"


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
        for name in known.rejected:
            assert (service, name) not in answered, f"{service}:{name}"


def test_no_service_honours_less_than_before(caller: WsgiCaller) -> None:
    of_library = {
        (service, name)
        for service, known in operation_register().items()
        for name in known.honoured
    }
    validated = {
        (service, name)
        for service, known in operation_register().items()
        for name in known.validated
    }
    own = caller.aws.runtime.gateway.registered() - validated
    honoured = Counter(service for service, _ in own | of_library)
    assert dict(honoured) == HONOURED


def test_the_page_of_operations_is_current() -> None:
    assert PAGE.read_text() == page(), "run `python -m scripts.embedded_operations_page`"
