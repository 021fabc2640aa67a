"""An embedded AWS whose clock the tests move, and queues, topics and functions as targets."""

from __future__ import annotations

import io
import json
import sys
import uuid
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from embedded_aws.activity_log import ActivityLog
from embedded_aws.server import EmbeddedAws
from tests.waiting import until

ACCOUNT = "123456789012"
# A function that notes its event in a file of its own folder.
_NOTING = """
import json, pathlib, uuid
def handler(event, context):
    path = pathlib.Path({folder!r}) / uuid.uuid4().hex
    path.write_text(json.dumps(event))
    path.rename(path.with_suffix('.json'))
"""


class Recorder:
    """A queue, with the messages that it has received."""

    def __init__(self, aws: EmbeddedAws, *, admits: str | None) -> None:
        self._sqs = aws.runtime.client("sqs")
        self.name = f"q-{uuid.uuid4().hex[:8]}"
        self._kept: list[dict[str, Any]] = []
        self.url = self._sqs.create_queue(QueueName=self.name)["QueueUrl"]
        self.arn = f"arn:aws:sqs:us-east-1:{ACCOUNT}:{self.name}"
        if admits:
            self.admit(admits)

    def admit(self, service: str, **condition: Any) -> None:
        """Let a service send, under a condition."""
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": "sqs:SendMessage",
            "Resource": self.arn,
        }
        if condition:
            statement["Condition"] = condition
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self._sqs.set_queue_attributes(QueueUrl=self.url, Attributes={"Policy": policy})

    def take(self) -> list[dict[str, Any]]:
        """Return the messages that wait, as SQS gives them."""
        kept, self._kept = self._kept, []
        answer = self._sqs.receive_message(
            QueueUrl=self.url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        )
        messages: list[dict[str, Any]] = kept + answer.get("Messages", [])
        for message in messages[len(kept) :]:
            self._sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return messages

    def next(self) -> dict[str, Any]:
        """Wait for a message."""
        first, *self._kept = until(self.take, 30, f"{self.name} has a message")
        return first

    def next_body(self) -> Any:
        """Wait for a message and return its JSON."""
        return json.loads(self.next()["Body"])


@pytest.fixture(scope="session")
def log() -> io.StringIO:
    """What the embedded AWS writes to its activity log."""
    return io.StringIO()


@pytest.fixture(scope="session")
def aws(log: io.StringIO) -> Iterator[EmbeddedAws]:
    with EmbeddedAws(image_python=Path(sys.executable), log=ActivityLog(log)) as server:
        yield server


@pytest.fixture(scope="session")
def client(aws: EmbeddedAws) -> Callable[[str], Any]:
    """Makes clients with the administrator's keys."""
    return aws.runtime.client


@pytest.fixture
def queue(aws: EmbeddedAws) -> Callable[..., Recorder]:
    """Makes queues; `admits` is a service that may send."""

    def make(admits: str | None = None) -> Recorder:
        return Recorder(aws, admits=admits)

    return make


@pytest.fixture(scope="session")
def make_role(client: Callable[[str], Any]) -> Callable[..., str]:
    """Makes a role that a service assumes, with one statement of permissions."""

    def make(service: str, action: str | None = None, resource: str = "*") -> str:
        iam, name = client("iam"), f"role-{uuid.uuid4().hex[:8]}"
        trust = {
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": service},
                    "Action": "sts:AssumeRole",
                }
            ],
            "Version": "2012-10-17",
        }
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
        if action:
            statement = {"Effect": "Allow", "Action": action, "Resource": resource}
            policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
            iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=policy)
        return str(arn["Role"]["Arn"])

    return make


class NotingFunction:
    """A function that notes its events."""

    def __init__(self, lambda_: Any, name: str, folder: Path) -> None:
        self._lambda = lambda_
        self._folder = folder
        self.name = name
        self.arn = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:{name}"

    def admit(self, service: str, source_arn: str) -> None:
        """Let a service invoke the function."""
        self._lambda.add_permission(
            FunctionName=self.name,
            StatementId=uuid.uuid4().hex,
            Action="lambda:InvokeFunction",
            Principal=service,
            SourceArn=source_arn,
        )

    def seen(self) -> list[dict[str, Any]]:
        """Return the events so far."""
        return [json.loads(path.read_text()) for path in sorted(self._folder.glob("*.json"))]

    def next(self) -> dict[str, Any]:
        """Wait for the only event."""
        until(self.seen, 60, f"{self.name} has run")
        return self.seen()[0]


@pytest.fixture
def noting_function(
    client: Callable[[str], Any], make_role: Callable[..., str], tmp_path: Path
) -> NotingFunction:
    """A deployed function that admits no service yet."""
    buffer, name = io.BytesIO(), f"f-{uuid.uuid4().hex[:8]}"
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("app.py", _NOTING.format(folder=str(tmp_path)))
    client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.12",
        Role=make_role("lambda.amazonaws.com", "logs:*"),
        Handler="app.handler",
        Code={"ZipFile": buffer.getvalue()},
    )
    return NotingFunction(client("lambda"), name, tmp_path)
