"""Object payloads, read once to be hashed and kept for the service that stores them."""

from __future__ import annotations

import hashlib
import tempfile
from typing import BinaryIO, cast

from moto.moto_server.werkzeug_app import BackendRequest
from werkzeug.wsgi import get_input_stream

_IN_MEMORY_BYTES = 16 * 1024 * 1024  # longer payloads wait on the disk
_READ_BYTES = 1024 * 1024


def kept_payload(request: BackendRequest) -> tuple[BinaryIO, str]:
    """Return the body, at its start, and its SHA-256; the WSGI environment keeps the body, too."""
    environ = request.environ
    stream = get_input_stream(environ)
    kept = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)  # noqa: SIM115 - outlives this
    digest = hashlib.sha256()
    while data := stream.read(_READ_BYTES):
        digest.update(data)
        kept.write(data)
    environ["CONTENT_LENGTH"] = str(kept.tell())
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    environ.pop("wsgi.input_terminated", None)
    environ["wsgi.input"] = kept
    request.__dict__.pop("stream", None)  # cached by werkzeug
    kept.seek(0)
    return cast(BinaryIO, kept), digest.hexdigest()


def payload_of(request: BackendRequest) -> BinaryIO:
    """Return the body, at its start, which the WSGI environment keeps."""
    kept = request.environ["wsgi.input"]
    if not isinstance(kept, tempfile.SpooledTemporaryFile):
        return kept_payload(request)[0]
    kept.seek(0)
    return cast(BinaryIO, kept)
