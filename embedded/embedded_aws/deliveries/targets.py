"""Reach a Lambda function, state machine, topic, queue or log group, as a service principal.

Without a role, the target's own policy is asked, and the call is made for the service. With one,
the call is made with the role's credentials, so that its policies are asked.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from embedded_aws.credentials import SERVICES
from embedded_aws.gateway import ApiError
from embedded_aws.runtime import Runtime

# Failures that pass, so that services try again: EventBridge guide, "Retrying event delivery".
_PASSING = frozenset(
    {"Throttling", "ThrottlingException", "TooManyRequestsException", "RequestLimitExceeded"}
)
# What a target's policy has to allow, by the ARN's service.
_ACTIONS = {
    "lambda": ("lambda:InvokeFunction",),
    "sns": ("sns:Publish",),
    "sqs": ("sqs:SendMessage",),
    "logs": ("logs:CreateLogStream", "logs:PutLogEvents"),
}
TARGET_SERVICES = (*_ACTIONS, "states")


class DeliveryError(Exception):
    """The target could not be reached.

    Attributes:
        code: an AWS error code, such as NO_PERMISSIONS.
        passing: whether another attempt may succeed.
    """

    def __init__(self, code: str, message: str, *, passing: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.passing = passing


@dataclass(frozen=True)
class Target:
    """Where a payload goes.

    Attributes:
        source_arn: the rule, schedule, alarm or bucket for which the service acts.
    """

    arn: str
    source_arn: str
    role_arn: str | None = None
    message_group: str | None = None
    subject: str | None = None


class Targets:
    """Delivers for one service principal, such as `events.amazonaws.com`."""

    def __init__(self, runtime: Runtime, service: str) -> None:
        self._runtime = runtime
        self._service = service

    def deliver(self, target: Target, payload: str) -> None:
        """Hand the payload over once. Raises DeliveryError."""
        try:
            self.send(target, payload)
        except ClientError as error:
            details = error.response.get("Error", {})
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            code = str(details.get("Code", "Unknown"))
            passing = code in _PASSING or (status >= 500 and status != 501)
            raise DeliveryError(_code(code), str(error), passing=passing) from error
        except BotoCoreError as error:
            raise DeliveryError("SDK_CLIENT_ERROR", str(error), passing=True) from error

    def send(self, target: Target, payload: str) -> None:
        """Make the call; it may raise boto3's errors beside DeliveryError."""
        kind, region = arn_service(target.arn), target.arn.split(":")[3]
        client = self.client(target, "stepfunctions" if kind == "states" else kind, region)
        _SENDERS[kind](client, target, payload, self._runtime)

    def client(self, target: Target, service: str, region: str) -> Any:
        """Return a client with the role's credentials, or the service's own, if they may.

        Raises:
            DeliveryError: the role does not trust the service, or the target does not admit it.
        """
        if target.role_arn is None:
            self._ask_policy(target)
            return self._runtime.client(service, SERVICES, region)
        try:
            credentials = self._runtime.role_credentials(
                target.role_arn, self._service, uuid.uuid4().hex, target.source_arn
            )
        except ApiError as error:
            raise DeliveryError("NO_PERMISSIONS", error.message) from error
        return self._runtime.client(service, credentials, region)

    def _ask_policy(self, target: Target) -> None:
        iam = self._runtime.iam
        for action in _ACTIONS.get(arn_service(target.arn), ()):
            resource = target.arn
            if ":log-group:" in resource:
                resource = f"{target.arn.removesuffix(':*')}:log-stream:events"
            why = iam and iam.why_service_may_not(
                self._service, action, resource, target.source_arn
            )
            if why:
                raise DeliveryError("NO_PERMISSIONS", why)


def arn_service(arn: str) -> str:
    """Return the service of an ARN, or an empty text."""
    parts = arn.split(":")
    return parts[2] if len(parts) >= 6 and parts[0] == "arn" else ""


def queue_url(runtime: Runtime, queue_arn: str) -> str:
    """Return the URL of a queue; asking SQS for it would need one more permission."""
    account, name = queue_arn.split(":")[4:6]
    return f"{runtime.endpoint_url}/{account}/{name}"


def _invoke(client: Any, target: Target, payload: str, runtime: Runtime) -> None:
    del runtime
    client.invoke(FunctionName=target.arn, InvocationType="Event", Payload=payload.encode())


def _start(client: Any, target: Target, payload: str, runtime: Runtime) -> None:
    del runtime
    client.start_execution(stateMachineArn=target.arn, input=payload)


def _publish(client: Any, target: Target, payload: str, runtime: Runtime) -> None:
    del runtime
    more = {} if target.subject is None else {"Subject": target.subject}
    client.publish(TopicArn=target.arn, Message=payload, **more)


def _send(client: Any, target: Target, payload: str, runtime: Runtime) -> None:
    more = {} if target.message_group is None else {"MessageGroupId": target.message_group}
    client.send_message(QueueUrl=queue_url(runtime, target.arn), MessageBody=payload, **more)


def _log(client: Any, target: Target, payload: str, runtime: Runtime) -> None:
    group = target.arn.split(":", 6)[6].removesuffix(":*")
    stream = str(uuid.uuid4())
    client.create_log_stream(logGroupName=group, logStreamName=stream)
    moment = int(runtime.clock.time() * 1000)
    client.put_log_events(
        logGroupName=group,
        logStreamName=stream,
        logEvents=[{"timestamp": moment, "message": payload}],
    )


_SENDERS = {"lambda": _invoke, "states": _start, "sns": _publish, "sqs": _send, "logs": _log}


def _code(code: str) -> str:
    """Return the code that dead-letter messages carry."""
    if code in {"AccessDenied", "AccessDeniedException", "AuthorizationError"}:
        return "NO_PERMISSIONS"
    if "NotFound" in code or "NonExistent" in code or code == "StateMachineDoesNotExist":
        return "RESOURCE_NOT_FOUND"
    return code
