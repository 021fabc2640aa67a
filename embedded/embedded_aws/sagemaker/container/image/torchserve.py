"""The model server of AutoGluon's images 1.1 to 1.5: TorchServe with SageMaker's inference toolkit.

The toolkit is the real one; this is what TorchServe does around it (0.12, `ts/context.py`,
`ts/protocol/otf_message_handler.py`): bodies are bytearrays, whatever their content type, a
worker predicts one request at a time, larger requests than allowed are answered 413.

It runs in the environment that represents the image, so it imports nothing of this project.
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

from flask import Flask, Response, request

_LARGEST_REQUEST_BYTES = 6_553_500  # TorchServe's max_request_size


class RequestProcessor:
    """The headers of a request, and the status and headers of its response."""

    def __init__(self, headers: dict[str, str]) -> None:
        self._headers = headers
        self.status = 200
        self.response_headers: dict[str, str] = {}

    def get_request_properties(self) -> dict[str, str]:
        """Return the request's headers."""
        return self._headers


class Context:
    """What TorchServe passes to a handler; `request_processor` is another one for each request."""

    def __init__(self, model_dir: str) -> None:
        self.system_properties = {"model_dir": model_dir, "batch_size": 1}
        self.request_processor: list[RequestProcessor] = []

    def get_all_request_header(self, idx: int) -> dict[str, str]:
        """Return the headers of a request of the batch."""
        return self.request_processor[idx].get_request_properties()

    def set_response_content_type(self, idx: int, value: str) -> None:
        """Set the response's content type."""
        self.set_response_header(idx, "content-type", value)

    def set_response_header(self, idx: int, key: str, value: str) -> None:
        """Set a header of the response."""
        self.request_processor[idx].response_headers[key] = value

    def set_response_status(self, code: int = 200, phrase: str = "", idx: int = 0) -> None:
        """Set the response's status; its phrase does not reach the callers of InvokeEndpoint."""
        del phrase
        self.request_processor[idx].status = code


def create_app(base_dir: Path) -> Flask:
    """Load the model once and answer `/ping` and `/invocations`."""
    # The toolkit reads its folders from this variable when it is imported.
    os.environ["SAGEMAKER_BASE_DIR"] = str(base_dir)
    from sagemaker_inference.transformer import Transformer

    model_dir = base_dir / "model"
    sys.path.insert(0, str(model_dir / "code"))
    context = Context(str(model_dir))
    transformer = Transformer()
    transformer.validate_and_initialize(model_dir=str(model_dir), context=context)
    largest = int(os.environ.get("TS_MAX_REQUEST_SIZE", _LARGEST_REQUEST_BYTES))
    app = Flask(__name__)

    def ping() -> Response:
        return Response(status=200)

    def invocations() -> Response:
        body = request.get_data(cache=False)
        if len(body) > largest:
            return Response("Request content exceeds max request size", status=413)
        processor = RequestProcessor(dict(request.headers))
        context.request_processor = [processor]
        answers = transformer.transform([{"body": bytearray(body)}], context)
        return Response(answers[0], status=processor.status, headers=processor.response_headers)

    app.add_url_rule("/ping", view_func=ping, methods=["GET"])
    app.add_url_rule("/invocations", view_func=invocations, methods=["POST"])
    return app


def app_from_environment() -> Flask:
    """Create the application for the model that the environment names."""
    logging.basicConfig(level=logging.INFO)
    return create_app(Path(os.environ["SAGEMAKER_BASE_DIR"]))
