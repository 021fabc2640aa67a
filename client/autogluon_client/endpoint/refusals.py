"""Turn what a container says about a request into an error."""

from __future__ import annotations

import json
import re
from typing import Any

from autogluon_client.errors import EndpointRequestError

# Servers of framework images answer an error of a script with a page.
_HEADING = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)


def refused(
    endpoint: str, text: str, *, is_fault: bool, log_group: str, container: str | None = None
) -> EndpointRequestError:
    """Return the error for a request that an endpoint's container has refused.

    Args:
        text: the container's answer: a sentence, or JSON with the sentence in `detail`.
        is_fault: whether the container failed, so that its sentence does not say what is allowed.
        log_group: where the container logs.
        container: which of the endpoint's containers it was, where there are several.
    """
    told = _told_by_container(text)
    who = f"Endpoint {endpoint}"
    if container is not None:
        who = f"Container {container} of endpoint {endpoint}"
    return EndpointRequestError(
        f"{who} refused the request: {told.pop('detail')}",
        endpoint=endpoint,
        facts=told,
        advice=f"See its log group {log_group}." if is_fault else "",
    )


def _told_by_container(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
        return {**document, "detail": str(document["detail"])}
    except (ValueError, TypeError, KeyError):
        page = _HEADING.search(text)
        return {"detail": text if page is None else f"{page[1].strip()}."}
