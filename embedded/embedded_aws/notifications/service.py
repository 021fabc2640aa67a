"""Put the deliveries of topics and buckets in the place of moto's."""

from __future__ import annotations

from embedded_aws.notifications.bucket_notifications import BucketNotifier
from embedded_aws.notifications.queue_policies import keep_queue_policies
from embedded_aws.notifications.topic_deliveries import deliver_topics
from embedded_aws.runtime import Runtime


def install(runtime: Runtime) -> None:
    """Deliver what topics and buckets send."""
    keep_queue_policies()
    deliver_topics(runtime)
    BucketNotifier(runtime).install()
