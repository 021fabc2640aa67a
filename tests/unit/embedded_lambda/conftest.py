"""An embedded AWS with Lambda alone, whose roles are all administrators."""

from __future__ import annotations

import io
import sys
import uuid
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from embedded_aws.credentials import ADMIN, Credentials
from embedded_aws.gateway import ApiError
from embedded_aws.server import EmbeddedAws

ROLE = "arn:aws:iam::123456789012:role/function"


def _zipped(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def _assume(
    role_arn: str, service: str, session_name: str, source_arn: str | None = None
) -> Credentials:
    if role_arn.endswith("/untrusting"):
        raise ApiError("AccessDenied", f"{role_arn} does not trust {service}")
    return ADMIN


@pytest.fixture(scope="module")
def aws() -> Iterator[EmbeddedAws]:
    server = EmbeddedAws(image_python=Path(sys.executable), services=("lambda_runtime",))
    server.runtime.assume_role_for_service = _assume
    server.runtime.gateway.register(
        "sts",
        "GetCallerIdentity",
        lambda call: {"Account": call.account_id, "Arn": ROLE, "UserId": "function"},
    )
    with server:
        yield server


@pytest.fixture(scope="module")
def client(aws: EmbeddedAws) -> Any:
    return aws.runtime.client("lambda")


@pytest.fixture(scope="session")
def zipped() -> Callable[[dict[str, str]], bytes]:
    """Zips texts by file name."""
    return _zipped


@pytest.fixture
def deploy(client: Any) -> Callable[..., str]:
    """Creates a function from the text of `app.py` and returns its name."""

    def create(text: str, **settings: Any) -> str:
        request = {
            "FunctionName": f"f-{uuid.uuid4().hex[:8]}",
            "Runtime": "python3.12",
            "Role": ROLE,
            "Handler": "app.handler",
            "Code": {"ZipFile": _zipped({"app.py": text})},
        } | settings
        client.create_function(**request)
        return str(request["FunctionName"])

    return create
