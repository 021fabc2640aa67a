"""The fault on demand of server access logs: one that lands in a bucket after it was emptied.

S3 delivers these logs within hours, after nothing else is expected (user guide, "Best effort
server log delivery"); the deletion of an emptied log bucket then fails with BucketNotEmpty. Nothing
is delivered where the bucket's policy denies it to the logging service (user guide, "Enabling
Amazon S3 server access logging", on permissions for log delivery).
"""

from __future__ import annotations

import secrets
import threading

from botocore.exceptions import ClientError

from embedded_aws.faults.fault import ACCESS_LOG_DELIVERY
from embedded_aws.gateway import ApiCall
from embedded_aws.runtime import Runtime

_EMPTYING = {"DeleteObject", "DeleteObjects"}
_SERVICE = "logging.s3.amazonaws.com"


def deliver_late_access_logs(runtime: Runtime) -> None:
    """Put a log into a bucket some seconds after objects in it were deleted, where asked for."""

    def heard(call: ApiCall, status: int) -> None:
        if call.service != "s3" or call.operation not in _EMPTYING or status >= 300:
            return
        fault = runtime.faults.take(ACCESS_LOG_DELIVERY, call.params, ("late-access-log",))
        if fault is None:
            return
        bucket, region = call.params["Bucket"], call.region
        deliver = threading.Thread(target=_deliver, args=(runtime, bucket, region), daemon=True)
        runtime.clock.after(fault.seconds or 0, deliver.start)

    runtime.gateway.on_call(heard)


def _deliver(runtime: Runtime, bucket: str, region: str) -> None:
    # The name that S3 gives a log: "Log object key format".
    key = f"{runtime.clock.now():%Y-%m-%d-%H-%M-%S}-{secrets.token_hex(8).upper()}"
    arn = f"arn:aws:s3:::{bucket}/{key}"
    if runtime.iam is not None and runtime.iam.service_is_denied(_SERVICE, "s3:PutObject", arn):
        runtime.log.event("s3", f"no access log is delivered to {bucket}: its policy denies it")
        return
    try:
        runtime.client("s3", region=region).put_object(Bucket=bucket, Key=key, Body=b"late\n")
    except ClientError as error:  # the bucket is gone by now
        runtime.log.event("s3", f"no access log is delivered to {bucket}: {error}")
