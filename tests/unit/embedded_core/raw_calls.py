"""Signed requests as a tool without botocore's own checks sends them."""

from __future__ import annotations

import http.client
from dataclasses import dataclass
from typing import NamedTuple

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from embedded_aws.credentials import ADMIN
from embedded_aws.server import EmbeddedAws

FORM = "application/x-www-form-urlencoded; charset=utf-8"
_TIMEOUT_SECONDS = 60


class Answer(NamedTuple):
    """What came back."""

    status: int
    content_type: str
    text: str


@dataclass(frozen=True)
class RawClient:
    """Signs and sends requests as the administrator."""

    aws: EmbeddedAws

    def send(
        self,
        signing_name: str,
        *,
        method: str = "POST",
        path: str = "/",
        body: bytes = b"",
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Sign a request for a service and return its answer."""
        request = AWSRequest(
            method=method, url=self.aws.endpoint_url + path, data=body, headers=headers or {}
        )
        credentials = Credentials(ADMIN.access_key_id, ADMIN.secret_access_key, ADMIN.session_token)
        auth = S3SigV4Auth if signing_name == "s3" else SigV4Auth
        auth(credentials, signing_name, "us-east-1").add_auth(request)
        connection = http.client.HTTPConnection(
            "localhost", self.aws.runtime.port, timeout=_TIMEOUT_SECONDS
        )
        try:
            connection.request(method, path, body=body, headers=dict(request.prepare().headers))
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        finally:
            connection.close()
        return Answer(answer.status, answer.headers.get("Content-Type", ""), text)

    def json(self, signing_name: str, target: str, body: str) -> Answer:
        """Call an operation of a JSON service."""
        headers = {"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.1"}
        return self.send(signing_name, body=body.encode(), headers=headers)

    def form(self, signing_name: str, body: str) -> Answer:
        """Call an operation of a query service."""
        return self.send(signing_name, body=body.encode(), headers={"Content-Type": FORM})
