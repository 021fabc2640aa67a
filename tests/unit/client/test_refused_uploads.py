"""An upload that AWS refuses is explained like every other request."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse

from autogluon_client import TabularCloudPredictor
from autogluon_client.errors import AutoGluonClientError, CredentialsError, PermissionMissingError
from tests.fakes.account import FakeAws

DENIED = (
    "User: arn:aws:iam::1:user/x is not authorized to perform: s3:PutObject on resource: "
    '"arn:aws:s3:::data/x" because no identity-based policy allows it'
)


class _Body(io.BytesIO):
    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()


def _refusing_s3(status: int, code: str, message: str) -> Any:
    """boto3's own client, answered before anything is sent."""
    s3 = boto3.client(
        "s3", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )

    def answer(status: int, text: str) -> Any:
        return lambda request, **_: AWSResponse(request.url, status, {}, _Body(text.encode()))

    error = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    s3.meta.events.register("before-send.s3.HeadObject", answer(404, ""))
    s3.meta.events.register("before-send.s3.PutObject", answer(status, error))
    return s3


@pytest.mark.parametrize(
    ("answer", "kind", "sentence"),
    [
        ((403, "AccessDenied", DENIED), PermissionMissingError, "permission s3:PutObject"),
        ((400, "ExpiredToken", "The token has expired"), CredentialsError, "aws sso login"),
    ],
)
@pytest.mark.parametrize("call", ["fit", "predict"])
def test_a_refused_upload_names_the_permission_or_the_login(
    session: FakeAws,
    tmp_path: Path,
    call: str,
    answer: tuple[int, str, str],
    kind: type[AutoGluonClientError],
    sentence: str,
) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("age,class\n1,a\n")
    session.s3 = _refusing_s3(*answer)
    predictor = TabularCloudPredictor(predictor="income", session=session, verbosity=0)
    with pytest.raises(kind, match=sentence):
        getattr(predictor, call)(file)
    assert not session.states.executions
