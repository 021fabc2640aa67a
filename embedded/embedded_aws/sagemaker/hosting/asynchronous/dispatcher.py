"""Hand waiting requests to instances with room, and carry each one to its end."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import datetime

from embedded_aws.gateway import ApiError
from embedded_aws.sagemaker.container.answer import Answer, NoAnswerError
from embedded_aws.sagemaker.hosting.asynchronous.outcome import (
    InputError,
    Outcome,
    RoleAccess,
    message_of,
)
from embedded_aws.sagemaker.hosting.asynchronous.request import AsyncRequest
from embedded_aws.sagemaker.hosting.asynchronous.settings import AsyncSettings
from embedded_aws.sagemaker.hosting.deployment import Deployment
from embedded_aws.sagemaker.hosting.endpoint import ENDPOINT, Endpoint
from embedded_aws.sagemaker.hosting.instance import Instance
from embedded_aws.sagemaker.hosting.invocation_metrics import Invocation
from embedded_aws.sagemaker.hosting.metric_statistics import VariantKey
from embedded_aws.sagemaker.hosting.variant import Variant
from embedded_aws.sagemaker.hosting.variant_metrics import VariantMetrics
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.sagemaker.state import RegionStore

_POLL_SECONDS = 0.1


@dataclass(frozen=True)
class _Taken:
    """A request that waited, and the instance that answers it."""

    request: AsyncRequest
    variant: Variant
    instance: Instance
    settings: AsyncSettings


class Dispatcher:
    """Looks at every endpoint's backlog while one has requests that wait."""

    def __init__(self, service: SageMaker, metrics: VariantMetrics) -> None:
        self._service = service
        self._metrics = metrics
        self._wanted = threading.Event()
        self._lock = threading.Lock()
        self._runs = False

    def wake(self) -> None:
        """Look at the backlogs now."""
        with self._lock:
            if not self._runs:
                self._runs = True
                self._service.start("async-dispatcher", self._run)
        self._wanted.set()

    def _run(self) -> None:
        while not self._service.closing.is_set():
            self._wanted.wait()
            self._wanted.clear()
            while self._dispatch_all() and not self._service.closing.wait(_POLL_SECONDS):
                pass

    def _dispatch_all(self) -> bool:
        """Return whether requests still wait."""
        waits = False
        for store in self._service.regions():
            for record in list(store.table(ENDPOINT).values()):
                if isinstance(record, Endpoint) and record.backlog.waiting:
                    self._dispatch(store, record)
                    waits |= bool(record.backlog.waiting)
        return waits

    def _dispatch(self, store: RegionStore, endpoint: Endpoint) -> None:
        now = self._now()
        while True:
            with store.lock:
                deployment, backlog = endpoint.deployment, endpoint.backlog
                if deployment is None or deployment.asynchronous is None or not backlog.waiting:
                    return  # not (yet) back: the requests keep
                expired, taken = backlog.begin_expired(now), None
                if expired is None:
                    taken = _take(endpoint)
                    if taken is None:
                        return
                    backlog.begin(taken.request)
            if taken is not None:
                self._start(store, endpoint, taken)
            elif expired is not None:
                variant, settings = _variant_of(deployment)
                self._expire(store, endpoint, variant, expired, settings)

    def _start(self, store: RegionStore, endpoint: Endpoint, taken: _Taken) -> None:
        request, variant, settings = taken.request, taken.variant, taken.settings
        instance = taken.instance

        def work() -> None:
            key = VariantKey(store.region, endpoint.name, variant.name)
            self._metrics.begin(key, variant.in_flight)
            started = time.perf_counter()
            model_seconds = 0.0
            try:
                access = self._access(store, endpoint, variant)
                outcome, model_seconds = self._outcome(request, access, instance, settings)
            except Exception as error:  # noqa: BLE001 - a thread's last resort: it must end
                outcome = Outcome(None, f"InternalServerError: {error}")
            finally:
                instance.in_flight.end()
            status = 0 if outcome.answer is None else outcome.answer.status
            overhead = time.perf_counter() - started - model_seconds
            served = len(variant.instances)
            self._metrics.end(key, Invocation(served, status, model_seconds, overhead))
            self._end(store, endpoint, variant, request, settings, outcome)

        self._service.start(f"async-{endpoint.name}", work)

    def _outcome(
        self,
        request: AsyncRequest,
        access: RoleAccess,
        instance: Instance,
        settings: AsyncSettings,
    ) -> tuple[Outcome, float]:
        """Return how the request ended, and the container's seconds."""
        try:
            body = access.read_input(request)
        except InputError as error:
            return Outcome(None, str(error)), 0.0
        started = time.perf_counter()
        try:
            answer = instance.server.invoke(body, request.headers, request.timeout_seconds)
        except NoAnswerError:
            failure = (
                "ClientError: The model did not answer within "
                f"{request.timeout_seconds} s, or its container ended."
            )
            return Outcome(None, failure), time.perf_counter() - started
        seconds = time.perf_counter() - started
        if 200 <= answer.status < 300:
            return Outcome(answer, access.store(request.output_location, answer, settings)), seconds
        failure = _model_failure(answer)
        if request.failure_location is not None:
            problem = access.store(request.failure_location, answer, settings)
            failure = failure if problem is None else f"{failure} {problem}"
        return Outcome(answer, failure), seconds

    def _expire(
        self,
        store: RegionStore,
        endpoint: Endpoint,
        variant: Variant,
        request: AsyncRequest,
        settings: AsyncSettings,
    ) -> None:
        failure = f"ClientError: The request waited longer than {request.ttl_seconds} s."
        self._metrics.expired(VariantKey(store.region, endpoint.name))
        self._end(store, endpoint, variant, request, settings, Outcome(None, failure))

    def _end(
        self,
        store: RegionStore,
        endpoint: Endpoint,
        variant: Variant,
        request: AsyncRequest,
        settings: AsyncSettings,
        outcome: Outcome,
    ) -> None:
        with store.lock:
            endpoint.backlog.end(request)
        now = self._now()
        self._metrics.ended(
            VariantKey(store.region, endpoint.name),
            failed=outcome.failure is not None,
            seconds=(now - request.received).total_seconds(),
        )
        if outcome.failure is not None:
            self._service.say(
                f"endpoint {endpoint.name}: request {request.inference_id}: {outcome.failure}"
            )
        topic = settings.success_topic if outcome.failure is None else settings.error_topic
        if topic is not None:
            message = message_of(request, endpoint.name, store.region, outcome, now)
            try:
                problem = self._access(store, endpoint, variant).notify(topic, message)
            except ApiError as error:  # the role is gone; other requests still wait
                problem = error.message
            if problem is not None:
                self._service.say(f"endpoint {endpoint.name}: {topic} was not notified: {problem}")
        self._wanted.set()

    def _access(self, store: RegionStore, endpoint: Endpoint, variant: Variant) -> RoleAccess:
        credentials = self._service.assume(variant.role_arn, endpoint.name, endpoint.arn)
        return RoleAccess(self._service, credentials, store.region)

    def _now(self) -> datetime:
        return self._service.runtime.clock.now()


def _take(endpoint: Endpoint) -> _Taken | None:
    """Take an instance with room for the request that has waited longest for its fleet.

    AWS does not publish how the fleets of an update share a queue: here each request belongs to one
    of them by its share of the traffic, and waits for room there.
    """
    full: list[Deployment] = []
    fleets = endpoint.with_traffic
    for request in endpoint.backlog.waiting:
        fleet = endpoint.answering_at(request.point)
        if not _variant_of(fleet)[0].instances:
            # Scaled in to none, it would have the request wait for the end of the update.
            fleet = next((each for each in fleets if _variant_of(each)[0].instances), fleet)
        if any(fleet is each for each in full):
            continue
        variant, settings = _variant_of(fleet)
        instance = variant.take_free_instance(settings.concurrency)
        if instance is not None:
            return _Taken(request, variant, instance, settings)
        full.append(fleet)
        if len(full) == len(fleets):
            return None
    return None


def _variant_of(deployment: Deployment) -> tuple[Variant, AsyncSettings]:
    [variant] = deployment.variants.values()
    assert isinstance(variant, Variant)  # none of these is serverless
    assert deployment.asynchronous is not None  # an update changes no endpoint's kind
    return variant, deployment.asynchronous


def _model_failure(answer: Answer) -> str:
    kind = "client" if answer.status < 500 else "server"
    return (
        f"ClientError: Received {kind} error ({answer.status}) from model. See the SageMaker "
        "Endpoint logs in your account for more information."
    )
