"""Event source mappings: which queue's messages which function gets."""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.lambda_runtime.function import parse_reference
from embedded_aws.lambda_runtime.functions_api import FunctionRegistry, not_supported
from embedded_aws.lambda_runtime.pages import page_of
from embedded_aws.lambda_runtime.queue_poller import QueuePoller, QueueSource
from embedded_aws.runtime import Runtime

_QUEUE = re.compile(r"^arn:aws:sqs:(?P<region>[^:]+):(?P<account>\d{12}):(?P<name>[^:]+)$")
_PARTIAL_FAILURES = "ReportBatchItemFailures"
_HONOURED = {
    "BatchSize",
    "Enabled",
    "EventSourceArn",
    "FunctionName",
    "FunctionResponseTypes",
    "MaximumBatchingWindowInSeconds",
    "Tags",
    "UUID",
}
_DEFAULT_BATCH = 10
# Of a queue's mapping ("Using Lambda with Amazon SQS").
_MOST_WITHOUT_WINDOW, _MOST_FIFO, _MOST = 10, 10, 10_000
# What Lambda asks the execution role for ("Creating and configuring an Amazon SQS event source").
_ACTIONS = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")


@dataclass
class EventSourceMapping:
    """One mapping; `settings` hold request members by their API names."""

    uuid: str
    region: str
    account_id: str
    function_arn: str
    settings: dict[str, Any]
    modified: datetime = field(default_factory=lambda: datetime.now(UTC))
    tags: dict[str, str] = field(default_factory=dict)
    poller: QueuePoller | None = None

    polls_when_restored: bool = False

    def __getstate__(self) -> dict[str, Any]:
        """Return what is saved: whether it polls, not the thread that does."""
        polls = self.poller is not None
        return self.__dict__ | {"poller": None, "polls_when_restored": polls}

    @property
    def arn(self) -> str:
        """Return the mapping's ARN."""
        return f"arn:aws:lambda:{self.region}:{self.account_id}:event-source-mapping:{self.uuid}"

    def describe(self, state: str | None = None) -> dict[str, Any]:
        """Return the EventSourceMappingConfiguration."""
        return {
            "UUID": self.uuid,
            "EventSourceMappingArn": self.arn,
            "EventSourceArn": self.settings["EventSourceArn"],
            "FunctionArn": self.function_arn,
            "BatchSize": self.settings["BatchSize"],
            "MaximumBatchingWindowInSeconds": self.settings["MaximumBatchingWindowInSeconds"],
            "FunctionResponseTypes": self.settings["FunctionResponseTypes"],
            "LastModified": self.modified,
            "State": state or ("Enabled" if self.poller else "Disabled"),
            "StateTransitionReason": "USER_INITIATED",
        }


class EventSourcesApi:
    """The operations on event source mappings; an enabled one polls in a thread of its own."""

    def __init__(self, runtime: Runtime, registry: FunctionRegistry) -> None:
        self._runtime = runtime
        self._registry = registry
        self._mappings: dict[str, EventSourceMapping] = {}
        self._lock = threading.Lock()
        runtime.on_close.append(self._stop_all)

    def create(self, call: ApiCall) -> dict[str, Any]:
        """Answer CreateEventSourceMapping."""
        params = call.params
        _refuse_unsupported(params)
        function_arn = self._function_arn(call, params["FunctionName"])
        settings = _settings({}, params)
        self._check(call, function_arn, settings)
        mapping = EventSourceMapping(
            str(uuid.uuid4()), call.region, call.account_id, function_arn, settings
        )
        mapping.tags.update(params.get("Tags") or {})
        with self._lock:
            same = [
                item.uuid
                for item in self._mappings.values()
                if (item.function_arn, item.settings["EventSourceArn"])
                == (function_arn, settings["EventSourceArn"])
            ]
            if same:
                raise ApiError(
                    "ResourceConflictException",
                    f"An event source mapping with SQS arn "
                    f'(" {settings["EventSourceArn"]} ") and function '
                    f'(" {function_arn} ") already exists. Please update or delete the existing '
                    f"mapping with UUID {same[0]}",
                    status=409,
                )
            self._mappings[mapping.uuid] = mapping
        self._switch(mapping, enabled=params.get("Enabled", True) is not False)
        return mapping.describe()

    def get(self, call: ApiCall) -> dict[str, Any]:
        """Answer GetEventSourceMapping."""
        return self._find(call).describe()

    def list(self, call: ApiCall) -> dict[str, Any]:
        """Answer ListEventSourceMappings."""
        params = call.params
        name = params.get("FunctionName")
        wanted = self._function_arn(call, name) if name else None
        found = [
            item
            for item in list(self._mappings.values())
            if item.region == call.region
            and wanted in (None, item.function_arn)
            and params.get("EventSourceArn") in (None, item.settings["EventSourceArn"])
        ]
        page, marker = page_of(found, params)
        return {"EventSourceMappings": [item.describe() for item in page], **marker}

    def update(self, call: ApiCall) -> dict[str, Any]:
        """Answer UpdateEventSourceMapping."""
        mapping, params = self._find(call), call.params
        _refuse_unsupported(params)
        function_arn = mapping.function_arn
        if params.get("FunctionName"):
            function_arn = self._function_arn(call, params["FunctionName"])
        settings = _settings(mapping.settings, params)
        self._check(call, function_arn, settings)
        enabled = params.get("Enabled")
        was_enabled = mapping.poller is not None
        self._switch(mapping, enabled=False)
        mapping.function_arn, mapping.settings = function_arn, settings
        mapping.modified = datetime.now(UTC)
        self._switch(mapping, enabled=was_enabled if enabled is None else enabled)
        return mapping.describe()

    def delete(self, call: ApiCall) -> dict[str, Any]:
        """Answer DeleteEventSourceMapping."""
        mapping = self._find(call)
        self._switch(mapping, enabled=False)
        self._mappings.pop(mapping.uuid, None)
        return mapping.describe("Deleting")

    def _function_arn(self, call: ApiCall, reference: str) -> str:
        parsed = parse_reference(reference)
        function = self._registry.get(call.region, parsed.name)
        return f"{function.arn}:{parsed.qualifier}" if parsed.qualifier else function.arn

    def tags_of(self, arn: str) -> dict[str, str]:
        """Return the tags of the mapping with this ARN, to read and to change."""
        return self._get(arn.rpartition(":")[2]).tags

    def _find(self, call: ApiCall) -> EventSourceMapping:
        return self._get(call.params["UUID"])

    def _get(self, mapping_id: str) -> EventSourceMapping:
        mapping = self._mappings.get(mapping_id)
        if mapping is None:
            raise ApiError(
                "ResourceNotFoundException",
                "The resource you requested does not exist.",
                status=404,
            )
        return mapping

    def _check(self, call: ApiCall, function_arn: str, settings: dict[str, Any]) -> None:
        """Refuse a missing queue, and a role that may not read it."""
        source = settings["EventSourceArn"]
        function = self._registry.get(call.region, parse_reference(function_arn).name)
        role = function.settings["Role"]
        if self._runtime.iam is not None:
            for action in _ACTIONS:
                if not self._runtime.iam.role_may(role, f"sqs:{action}", source):
                    raise _invalid(
                        f"The provided execution role does not have permissions to call {action} "
                        "on SQS"
                    )
        sqs = self._runtime.client("sqs", region=call.region)
        name = source.rpartition(":")[2]
        try:
            url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
        except ClientError as error:
            raise _invalid(
                "Error occurred while ReceiveMessage. SQS Error Code: "
                "AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue "
                "does not exist."
            ) from error
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])
        visible_after = int(found["Attributes"]["VisibilityTimeout"])
        if visible_after < function.timeout_seconds:
            raise _invalid(
                f"Queue visibility timeout: {visible_after} seconds is less than Function timeout: "
                f"{function.timeout_seconds} seconds"
            )

    def resume(self) -> None:
        """Let restored mappings poll again."""
        for mapping in list(self._mappings.values()):
            if mapping.polls_when_restored:
                self._switch(mapping, enabled=True)

    def _switch(self, mapping: EventSourceMapping, *, enabled: bool) -> None:
        if mapping.poller is not None:
            mapping.poller.stop()
            mapping.poller = None
        if enabled:
            source = QueueSource(
                arn=mapping.settings["EventSourceArn"],
                function_arn=mapping.function_arn,
                region=mapping.region,
                batch_size=mapping.settings["BatchSize"],
                window_seconds=mapping.settings["MaximumBatchingWindowInSeconds"],
                reports_failures=_PARTIAL_FAILURES in mapping.settings["FunctionResponseTypes"],
            )
            mapping.poller = QueuePoller(self._runtime, source, self._role_of(mapping))

    def _role_of(self, mapping: EventSourceMapping) -> Callable[[], str]:
        """Return how to read the role that the function has at the moment."""
        name = parse_reference(mapping.function_arn).name
        return lambda: str(self._registry.get(mapping.region, name).settings["Role"])

    def _stop_all(self) -> None:
        for mapping in list(self._mappings.values()):
            self._switch(mapping, enabled=False)


def _refuse_unsupported(params: dict[str, Any]) -> None:
    source = params.get("EventSourceArn")
    if source is not None and not _QUEUE.match(source):
        raise not_supported(f"the event source {source}; event source mappings take SQS queues")
    unsupported = sorted(
        name
        for name, value in params.items()
        if name not in _HONOURED and value not in (None, [], {})
    )
    if unsupported:
        raise not_supported(f"{', '.join(unsupported)} of event source mappings")


def _settings(known: dict[str, Any], params: dict[str, Any]) -> dict[str, Any]:
    """Return a mapping's settings after a request. Raises ApiError for sizes out of bounds."""
    source = known.get("EventSourceArn") or params.get("EventSourceArn")
    if source is None:
        raise _invalid("EventSourceArn must be given.")
    settings = {
        "EventSourceArn": source,
        "BatchSize": _DEFAULT_BATCH,
        "MaximumBatchingWindowInSeconds": 0,
        "FunctionResponseTypes": [],
        **known,
    }
    for name in ("BatchSize", "MaximumBatchingWindowInSeconds", "FunctionResponseTypes"):
        if params.get(name) is not None:
            settings[name] = params[name]
    size, window = settings["BatchSize"], settings["MaximumBatchingWindowInSeconds"]
    is_fifo = source.endswith(".fifo")
    if is_fifo and window:
        raise _invalid("Batching window is not supported for FIFO queues.")
    most = _MOST_FIFO if is_fifo else _MOST if window else _MOST_WITHOUT_WINDOW
    if not 1 <= size <= most:
        raise _invalid(
            f"Maximum batch size for this queue is {most}; got {size}. More than "
            f"{_MOST_WITHOUT_WINDOW} need a MaximumBatchingWindowInSeconds of at least 1."
        )
    return settings


def _invalid(message: str) -> ApiError:
    return ApiError("InvalidParameterValueException", message, status=400)
