"""Answer CloudFormation's custom resource requests."""

import json
import urllib.request
from typing import Any
from urllib.parse import urlsplit

_LONGEST_REASON = 1_000  # of the 4,096 bytes that an answer may have


def send_response(event: dict[str, Any], *, physical_id: str, failure: str | None) -> None:
    """Send the outcome to the event's pre-signed URL; raises OSError when that fails."""
    url = event["ResponseURL"]
    if urlsplit(url).scheme not in ("https", "http"):
        raise ValueError(f"ResponseURL: got '{url}'; allowed: an http or https URL")
    body = {
        "Status": "SUCCESS" if failure is None else "FAILED",
        "Reason": (failure or "done")[:_LONGEST_REASON],
        "PhysicalResourceId": physical_id,
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
    }
    request = urllib.request.Request(  # noqa: S310  (scheme checked above)
        url, data=json.dumps(body).encode(), method="PUT", headers={"Content-Type": ""}
    )
    with urllib.request.urlopen(request, timeout=30):  # noqa: S310  (scheme checked above)
        pass
