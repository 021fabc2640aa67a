"""Requests generated from botocore's models: no 500, no hang, and what is invalid is refused."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from botocore.exceptions import ParamValidationError
from moto.core.model import OperationModel
from moto.core.utils import get_service_model
from moto.ecr.models import ecr_backends

from embedded_aws.activity_log import ActivityLog
from embedded_aws.gateway.constraints import problems_of
from embedded_aws.gateway.service_index import service_index
from embedded_aws.runtime import ACCOUNT_ID, DEFAULT_REGION
from embedded_aws.server import EmbeddedAws
from tests.unit.embedded_core.read_after_write import differences, read_of, reads_of
from tests.unit.embedded_core.request_generator import RequestGenerator
from tests.unit.embedded_core.wsgi_caller import Called, WsgiCaller

# What the project's own templates, Lambdas and clients call.
OWN = (
    "application-autoscaling",
    "budgets",
    "cloudformation",
    "cloudwatch",
    "dynamodb",
    "ec2",
    "ecr",
    "events",
    "iam",
    "kms",
    "lambda",
    "logs",
    "resourcegroupstaggingapi",
    "s3",
    "sagemaker",
    "sagemaker-runtime",
    "scheduler",
    "secretsmanager",
    "sns",
    "sqs",
    "ssm",
    "stepfunctions",
    "sts",
)
GARBAGE = (b"nope", b"[1]", b'{"a":', b"\xff\xfe", b'"text"', b"<a>")
_CPU_SECONDS = 10  # of one call: what a client would call a hang
_VALID = 0.3  # at least this share of the requests is valid
_WRITES = 0.6  # this share is drawn from the writes that a read shows
_READ = 0.01  # and at least this share succeeds, and is read


@pytest.fixture(scope="module")
def log() -> io.StringIO:
    return io.StringIO()


@pytest.fixture(scope="module")
def caller(log: io.StringIO) -> Iterator[WsgiCaller]:
    aws = EmbeddedAws(image_python=Path("unused"), log=ActivityLog(log))
    try:
        yield WsgiCaller(aws)
    finally:
        aws.stop()
        # moto keeps a scanning configuration on which every later CreateRepository fails.
        ecr_backends[ACCOUNT_ID][DEFAULT_REGION].reset()


def test_generated_requests_to_the_services_in_use(caller: WsgiCaller, log: io.StringIO) -> None:
    send_generated(caller, OWN, 2_000, seed=10)
    assert "Traceback" not in log.getvalue()


@pytest.mark.long
def test_generated_requests_to_every_service(caller: WsgiCaller, log: io.StringIO) -> None:
    send_generated(caller, sorted(service_index().by_name), 20_000, seed=11)
    assert "Traceback" not in log.getvalue()


def send_generated(
    caller: WsgiCaller, services: tuple[str, ...] | list[str], count: int, *, seed: int
) -> None:
    """Send `count` requests, valid, invalid and unreadable; raise for each wrong answer."""
    random = Random(seed)
    generator = RequestGenerator(seed)
    operations = [
        [model.operation_model(name) for name in model.operation_names]
        for model in map(get_service_model, services)
    ]
    # Few generated writes succeed, so that those which a read shows are tried more often. Services
    # that are not in use are refused.
    shown = [
        [model for model in models if reads_of(model)]
        for service, models in zip(services, operations, strict=True)
        if service in OWN
    ]
    shown = [models for models in shown if models]
    wrong: dict[str, str] = {}
    kinds: Counter[str] = Counter()
    for _ in range(count):
        chosen = shown if random.random() < _WRITES else operations
        operation_model = random.choice(random.choice(chosen))
        kind, members, body = _request(generator, random, operation_model)
        try:
            answer = caller.call(operation_model, members, body)
        except ParamValidationError:  # the name of a host, which no client could call
            continue
        kinds[kind] += 1
        why = _wrong(kind, answer)
        if kind == "valid" and answer.status < 300:
            generator.remember(answer.members)
            read = read_of(operation_model, members, answer.members)
            shows = None if read is None else caller.call(*read)
            if read and shows and b"does not support" not in shows.body:
                kinds["read"] += 1
                why = _not_shown(read.operation_model, shows, members)
        if why:
            named = f"{operation_model.service_model.service_name}:{operation_model.name}"
            wrong.setdefault(f"{named} {kind}: {why}", f"{answer.body[:300]!r} for {members}")
    assert not wrong, f"{len(wrong)} wrong answers:\n" + "\n".join(
        f"{what}: {answer}" for what, answer in wrong.items()
    )
    assert kinds["valid"] >= _VALID * count, kinds
    assert kinds["read"] >= _READ * count, kinds


def _not_shown(read: OperationModel, shown: Called, written: dict[str, object]) -> str | None:
    """Return what is wrong with the answer of the read of a write that succeeded."""
    if shown.status >= 300:
        return f"{read.name} answered {shown.status} {shown.body[:200]!r}"
    wrong = "; ".join(differences(read, written, shown.members))
    return f"{read.name}: {wrong}" if wrong else None


def _request(
    generator: RequestGenerator, random: Random, operation_model: OperationModel
) -> tuple[str, dict[str, object], bytes | None]:
    choice = random.random()
    members = generator.valid(operation_model)
    if choice < 0.1:
        return "garbage", members, random.choice(GARBAGE)
    if choice < 0.4:
        invalid = generator.invalid(operation_model)
        if invalid is not None and problems_of(operation_model, invalid):
            return "invalid", invalid, None
    return ("unsure" if problems_of(operation_model, members) else "valid"), members, None


def _wrong(kind: str, answer: Called) -> str | None:
    if answer.status >= 500 and answer.status != 501:
        return f"answered {answer.status}"
    if answer.cpu_seconds > _CPU_SECONDS:
        return f"took {answer.cpu_seconds:.0f} s of CPU"
    if answer.status >= 400 and answer.body and answer.content_type.startswith("text/html"):
        return "answered a page"
    if kind == "invalid" and answer.status < 300:
        return f"accepted an invalid request with {answer.status}"
    return None
