"""Reach the HTTP request behind a call of `transform_fn`, where the server is Flask's.

The container hands over body, content type and accept alone, and knows the statuses 200, 400 and
500. It calls from within Flask's request context, which shows the rest. Other servers have none:
there, no attributes are seen, and what needs another status is raised.
"""

from __future__ import annotations

from typing import Any

CUSTOM_ATTRIBUTES = "X-Amzn-SageMaker-Custom-Attributes"
"""The one header that InvokeEndpoint passes in both directions."""


def custom_attributes() -> str:
    """Return the caller's `CustomAttributes`; empty if there are none."""
    flask = _flask()
    return "" if flask is None else flask.request.headers.get(CUSTOM_ATTRIBUTES, "")


def answer_with(status: int, headers: dict[str, str]) -> bool:
    """Change status and headers of the response to come.

    Returns:
        False where the server is not Flask's, and nothing was changed.
    """
    flask = _flask()
    if flask is None:
        return False

    @flask.after_this_request  # type: ignore[untyped-decorator,unused-ignore]
    def change(response: Any) -> Any:
        response.status_code = status
        response.headers.update(headers)
        return response

    return True


def _flask() -> Any:
    try:
        import flask
    except ImportError:
        return None
    return flask if flask.has_request_context() else None
