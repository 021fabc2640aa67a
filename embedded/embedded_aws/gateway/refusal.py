"""The answer to a request that is no known caller's or no known operation."""

from __future__ import annotations

import json
from xml.sax.saxutils import escape

from moto.moto_server.werkzeug_app import BackendRequest

from embedded_aws.gateway.api_call import StartResponse
from embedded_aws.gateway.signer import find_signer


def refuse_unrecognised(request: BackendRequest, start_response: StartResponse) -> list[bytes]:
    """Refuse a call without a known caller or operation; moto would answer it unchecked."""
    content_type = request.content_type or ""
    is_form = content_type.startswith("application/x-www-form-urlencoded")
    action = request.values.get("Action", "") if is_form else request.headers.get("X-Amz-Target")
    what = " ".join(part for part in (request.method, request.path, action) if part)
    if find_signer(request) is None:
        code = "MissingAuthenticationToken"
        message = f"{what}: the embedded AWS answers signed requests only."
    else:
        code, message = "UnknownOperationException", f"{what}: no AWS operation matches."
    if "json" in content_type:
        body = json.dumps({"__type": code, "message": message})
    else:
        body = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
        body = f"<ErrorResponse>{body}</ErrorResponse>" if is_form else body
    payload = b"" if request.method == "HEAD" else body.encode()
    headers = [
        ("Content-Type", "application/json" if "json" in content_type else "text/xml"),
        ("Content-Length", str(len(payload))),
        ("x-amzn-ErrorType", code),
    ]
    start_response("403 Forbidden", headers)
    return [payload]
