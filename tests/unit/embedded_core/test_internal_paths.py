"""What internal paths read of requests."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from embedded_aws.internal_paths import read_json


def _request(body: bytes, length: str | None = None) -> dict[str, Any]:
    return {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": length or str(len(body))}


def test_a_body_of_the_greatest_length_is_read() -> None:
    body = json.dumps({"name": "value"}).encode()
    assert read_json(_request(body), longest=len(body)) == {"name": "value"}


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (_request(b"{}" + b" " * 99), "larger than 100 bytes"),
        (_request(b"{}", "-1"), "larger than 100 bytes"),
        (_request(b"{}", "many"), "many"),
        (_request(b"[]"), "must be a JSON object"),
        (_request(b""), "Expecting value"),
    ],
)
def test_another_body_is_refused(request_: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_json(request_, longest=100)


def test_a_body_that_is_nested_too_deeply_is_refused() -> None:
    with pytest.raises(ValueError, match="nested too deeply"):
        read_json(_request(b"[" * 100_000), longest=100_000)
