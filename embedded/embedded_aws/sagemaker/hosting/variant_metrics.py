"""Publish the CloudWatch metrics of variants, by which they are watched and scaled."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from botocore.exceptions import BotoCoreError, ClientError

from embedded_aws.sagemaker.hosting.asynchronous.backlog_metrics import (
    EXPIRED,
    FAILURES,
    PROCESSED,
    TOTAL,
    backlog_values,
)
from embedded_aws.sagemaker.hosting.components.component import COMPONENT, InferenceComponent
from embedded_aws.sagemaker.hosting.deployment import AnyVariant
from embedded_aws.sagemaker.hosting.endpoint import ENDPOINT, Endpoint
from embedded_aws.sagemaker.hosting.instance_usage import UsageMeter
from embedded_aws.sagemaker.hosting.invocation_metrics import (
    CONCURRENT,
    CPU,
    MEMORY,
    Invocation,
    Values,
    values_of_instance,
)
from embedded_aws.sagemaker.hosting.metric_statistics import MetricStatistics, VariantKey
from embedded_aws.sagemaker.service import SageMaker

_HIGH_RESOLUTION_SECONDS, _STANDARD_SECONDS = 10.0, 60.0


class VariantMetrics:
    """Counts invocations and measures instances, and writes both at each full 10 seconds."""

    def __init__(self, service: SageMaker) -> None:
        self._service = service
        self._clock = service.runtime.clock
        self._statistics = MetricStatistics()
        self._meter = UsageMeter()
        self._flushing = threading.Lock()
        self._last_minute = 0
        service.runtime.on_close.append(self._clock.every(_HIGH_RESOLUTION_SECONDS, self._tick))

    def count(self, key: VariantKey, values: Values) -> None:
        """Count what a request gives its metrics."""
        self._statistics.add(key, values, self._clock.time())

    def begin(self, key: VariantKey, in_flight: int) -> None:
        """Count a request that an instance has received, itself among those in flight."""
        self.count(key, {CONCURRENT: in_flight})

    def end(self, key: VariantKey, invocation: Invocation) -> None:
        """Count a request that an instance has answered."""
        self.count(key, values_of_instance(invocation))

    def ended(self, key: VariantKey, *, failed: bool, seconds: float) -> None:
        """Count a request of an asynchronous endpoint that has ended."""
        values = {PROCESSED: 1.0, FAILURES: float(failed), TOTAL: seconds * 1000}
        self._statistics.add(key, values, self._clock.time())

    def expired(self, key: VariantKey) -> None:
        """Count a request of an asynchronous endpoint that has waited too long."""
        self._statistics.add(key, {EXPIRED: 1.0}, self._clock.time())

    def _tick(self) -> None:
        """Add what is measured at a full 10 seconds, and write everything."""
        # The period that has just ended: its alarms are evaluated from now on.
        moment = self._clock.time() - _HIGH_RESOLUTION_SECONDS / 2
        minute = int(moment // _STANDARD_SECONDS)
        is_new_minute, self._last_minute = minute != self._last_minute, minute
        variants = list(self._variants())
        for key, variant in variants:
            self._statistics.add(key, variant.observed(new_minute=is_new_minute), moment)
        for key, component in self._components():
            self._statistics.add(key, component.observed(new_minute=is_new_minute), moment)
        now = self._clock.now()
        for region, endpoint in self._endpoints():
            values = backlog_values(endpoint, now)
            self._statistics.add(VariantKey(region, endpoint.name), values, moment)
        if is_new_minute:
            self._measure(variants, moment)
        self.flush()

    def _measure(self, variants: list[tuple[VariantKey, AnyVariant]], moment: float) -> None:
        usage = self._meter.measure(
            [instance for _, variant in variants for instance in variant.instances]
        )
        for key, variant in variants:
            for instance in variant.instances:
                if (used := usage.get(instance.id)) is not None:
                    self._statistics.add(key, {CPU: used.cpu, MEMORY: used.memory}, moment)

    def _variants(self) -> Iterator[tuple[VariantKey, AnyVariant]]:
        for region, endpoint in self._endpoints():
            for deployment in endpoint.deployments:
                for variant in deployment.every_variant:
                    yield VariantKey(region, endpoint.name, variant.name), variant

    def _components(self) -> Iterator[tuple[VariantKey, InferenceComponent]]:
        for store in self._service.regions():
            for record in list(store.table(COMPONENT).values()):
                if isinstance(record, InferenceComponent):
                    key = VariantKey(store.region, record.endpoint_name, component=record.name)
                    yield key, record

    def _endpoints(self) -> Iterator[tuple[str, Endpoint]]:
        for store in self._service.regions():
            with store.lock:
                endpoints = list(store.table(ENDPOINT).values())
            for endpoint in endpoints:
                if isinstance(endpoint, Endpoint):
                    yield store.region, endpoint

    def flush(self) -> None:
        """Write what was counted and measured since the last call."""
        with self._flushing:
            for region, request in self._statistics.take():
                client = self._service.runtime.client("cloudwatch", region=region)
                try:
                    client.put_metric_data(**request)
                except (ClientError, BotoCoreError) as error:
                    if not self._service.closing.is_set():
                        self._service.say(f"endpoint metrics were not written: {error}")
