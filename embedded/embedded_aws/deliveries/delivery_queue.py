"""Deliver in the background: attempts, their ages, and the dead-letter queue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from embedded_aws.credentials import SERVICES
from embedded_aws.deliveries.targets import DeliveryError, Target, Targets, queue_url
from embedded_aws.gateway import ApiError
from embedded_aws.runtime import Runtime

_WORKERS = 4
_FIRST_RETRY_SECONDS, _LONGEST_RETRY_SECONDS = 1.0, 3600.0
# EventBridge's defaults: API reference, RetryPolicy.
_MAXIMUM_AGE_SECONDS, _MAXIMUM_RETRIES = 86_400, 185
_CONDITIONS = {True: "MaximumRetryAttempts", False: "MaximumEventAgeInSeconds"}


@dataclass
class Order:
    """One payload for one target.

    Attributes:
        dead_letter_attributes: message attributes of the dead-letter message, beside the error's.
        dead_letter_role: the role that sends to the queue; None asks the queue's policy.
        done: called once the order is delivered or given up.
    """

    target: Target
    payload: str
    label: str  # for the activity log: "rule nightly"
    maximum_age_seconds: float = _MAXIMUM_AGE_SECONDS
    maximum_retries: int = _MAXIMUM_RETRIES
    dead_letter_arn: str | None = None
    dead_letter_role: str | None = None
    dead_letter_attributes: Mapping[str, str] = field(default_factory=dict)
    done: Callable[[], None] = lambda: None


class DeliveryQueue:
    """Delivers orders for one service principal; none of them delays or fails another.

    A failure that may pass is tried again on the runtime's clock, each time after twice the pause.
    """

    def __init__(
        self, runtime: Runtime, service: str, log_name: str, targets: Targets | None = None
    ) -> None:
        self._runtime = runtime
        self._service = service
        self._log_name = log_name
        self._targets = targets or Targets(runtime, service)
        self._workers = ThreadPoolExecutor(_WORKERS, thread_name_prefix=log_name)
        runtime.on_close.append(lambda: self._workers.shutdown(wait=False, cancel_futures=True))

    def submit(self, order: Order) -> None:
        """Deliver soon; returns at once."""
        self._later(lambda: self._attempt(order, 0, self._runtime.clock.time()))

    def _later(self, work: Callable[[], None]) -> None:
        try:
            self._workers.submit(self._safely, work)
        except RuntimeError:  # shut down
            return

    def _safely(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - a future would swallow it
            self._runtime.log.event(self._log_name, f"delivery failed: {error!r}")

    def _attempt(self, order: Order, retries: int, begin: float) -> None:
        try:
            self._targets.deliver(order.target, order.payload)
        except DeliveryError as error:
            self._handle(order, error, retries, begin)
        else:
            self._runtime.log.detail(self._log_name, f"{order.label}: reached {order.target.arn}")
            order.done()

    def _handle(self, order: Order, error: DeliveryError, retries: int, begin: float) -> None:
        say, clock = self._runtime.log.event, self._runtime.clock
        pause = min(_FIRST_RETRY_SECONDS * 2**retries, _LONGEST_RETRY_SECONDS)
        within_age = clock.time() + pause - begin <= order.maximum_age_seconds
        within_retries = retries < order.maximum_retries
        what = f"{order.label} could not reach {order.target.arn}: {error}"
        if error.passing and within_age and within_retries:
            say(self._log_name, f"{what}; next attempt in {pause:.0f} s")
            clock.after(
                pause, lambda: self._later(lambda: self._attempt(order, retries + 1, begin))
            )
            return
        say(self._log_name, what)
        attributes = {
            "ERROR_CODE": error.code,
            "ERROR_MESSAGE": str(error),
            "RETRY_ATTEMPTS": str(retries),
        }
        if error.passing:
            attributes["EXHAUSTED_RETRY_CONDITION"] = _CONDITIONS[not within_retries]
        self._bury(order, attributes)
        order.done()

    def _bury(self, order: Order, attributes: Mapping[str, str]) -> None:
        """Send the payload to the dead-letter queue, if there is one."""
        arn = order.dead_letter_arn
        if arn is None:
            return
        try:
            self._send_dead_letter(order, arn, {**order.dead_letter_attributes, **attributes})
        except Exception as error:  # noqa: BLE001 - the queue is gone, or not for us
            self._runtime.log.event(
                self._log_name, f"{order.label}: an event is lost, since {arn}: {error}"
            )

    def _send_dead_letter(self, order: Order, arn: str, attributes: Mapping[str, str]) -> None:
        source, role = order.target.source_arn, order.dead_letter_role
        credentials = SERVICES
        if role is not None:
            credentials = self._runtime.role_credentials(role, self._service, "dead-letter", source)
        elif self._runtime.iam is not None:
            why = self._runtime.iam.why_service_may_not(
                self._service, "sqs:SendMessage", arn, source
            )
            if why:
                raise ApiError("AccessDenied", why)
        sqs = self._runtime.client("sqs", credentials, arn.split(":")[3])
        sqs.send_message(
            QueueUrl=queue_url(self._runtime, arn),
            MessageBody=order.payload,
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value}
                for name, value in attributes.items()
            },
        )
