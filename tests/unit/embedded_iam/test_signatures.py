"""Signatures: made by botocore and by hand, changed on the way, and of another time."""

from __future__ import annotations

import hashlib
import io
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import botocore.auth
import pytest
import requests
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config

from embedded_aws.credentials import ADMIN, Credentials
from embedded_aws.runtime import Runtime
from tests.unit.embedded_iam.calls import refused
from tests.unit.embedded_iam.policies import allow

AsRole = Callable[..., Callable[[str], Any]]
WRONG = Credentials(ADMIN.access_key_id, "another secret")
# Characters that clients, servers and the canonical form each treat in their own way.
ODD_KEY = "a b/c+d=e&f/%41~/ü/(x)'!*,;:@$//q?r#s"


def s3_client(runtime: Runtime, version: str, keys: Credentials = ADMIN) -> Any:
    return boto3.client(
        "s3",
        region_name="us-east-1",
        endpoint_url=runtime.endpoint_url,
        aws_access_key_id=keys.access_key_id,
        aws_secret_access_key=keys.secret_access_key,
        aws_session_token=keys.session_token,
        config=Config(signature_version=version, s3={"addressing_style": "path"}),
    )


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[timedelta], None]]:
    """`at(delta)`: botocore signs as if it were that much later."""

    def move(delta: timedelta) -> None:
        monkeypatch.setattr(
            botocore.auth, "get_current_datetime", lambda: datetime.now(UTC) + delta
        )

    yield move
    monkeypatch.undo()


def signed(
    runtime: Runtime, url: str, body: bytes = b"", keys: Credentials = ADMIN, **headers: str
) -> AWSRequest:
    """A PUT that botocore signed for S3, to be changed and sent."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    request = AWSRequest("PUT", f"{runtime.endpoint_url}{url}", data=body, headers=names)
    S3SigV4Auth(botocore_keys(keys), "s3", "us-east-1").add_auth(request)
    return request


def botocore_keys(keys: Credentials) -> Any:
    return botocore.credentials.Credentials(
        keys.access_key_id, keys.secret_access_key, keys.session_token
    )


def send(request: AWSRequest, body: bytes | None = None) -> requests.Response:
    data = request.data if body is None else body
    return requests.put(request.url, data=data, headers=dict(request.headers.items()), timeout=10)


@pytest.mark.parametrize(
    ("service", "method", "code"),
    [
        ("sts", "get_caller_identity", "SignatureDoesNotMatch"),
        ("sns", "list_topics", "SignatureDoesNotMatch"),
        ("s3", "list_buckets", "SignatureDoesNotMatch"),
        ("ssm", "describe_parameters", "InvalidSignatureException"),
        ("lambda", "list_functions", "InvalidSignatureException"),
    ],
)
def test_a_wrong_secret_is_refused(runtime: Runtime, service: str, method: str, code: str) -> None:
    found, message = refused(getattr(runtime.client(service, WRONG), method))
    assert found == code
    assert message.startswith("The request signature we calculated does not match")


@pytest.mark.parametrize("version", ["s3v4", "s3"])
def test_odd_keys_and_parameters_pass_in_headers_and_urls(
    runtime: Runtime, bucket: str, version: str
) -> None:
    direct = runtime.client("s3")
    direct.put_object(Bucket=bucket, Key=ODD_KEY, Body=b"x", Metadata={"m": "a  b"})
    listed = direct.list_objects_v2(Bucket=bucket, Prefix=ODD_KEY, Delimiter="+ /&")
    assert [found["Key"] for found in listed["Contents"]] == [ODD_KEY]
    signer = s3_client(runtime, version)
    parameters = {"Bucket": bucket, "Key": ODD_KEY, "ResponseContentType": "a/b; c=d"}
    answer = requests.get(signer.generate_presigned_url("get_object", parameters), timeout=5)
    assert (answer.status_code, answer.content) == (200, b"x")


@pytest.mark.parametrize("version", ["s3v4", "s3"])
def test_a_url_is_for_one_object_one_method_and_one_secret(
    runtime: Runtime, bucket: str, version: str
) -> None:
    signer = s3_client(runtime, version)
    url = signer.generate_presigned_url("get_object", {"Bucket": bucket, "Key": "open/a.csv"})
    stolen = s3_client(runtime, version, WRONG)
    assert requests.get(url, timeout=5).content == b"a"
    for answer in (
        requests.get(url.replace("open/a.csv", "closed/b.csv"), timeout=5),
        requests.delete(url, timeout=5),
        requests.get(url.replace("Signature=", "Signature=0"), timeout=5),
        requests.get(
            stolen.generate_presigned_url("get_object", {"Bucket": bucket, "Key": "open/a.csv"}),
            timeout=5,
        ),
    ):
        assert answer.status_code == 403
        assert "<Code>SignatureDoesNotMatch</Code>" in answer.text


@pytest.mark.parametrize("version", ["s3v4", "s3"])
def test_urls_of_a_role_carry_its_token(
    runtime: Runtime, as_role: AsRole, bucket: str, version: str
) -> None:
    keys = as_role(allow("s3:*"))("s3")._request_signer._credentials
    role = Credentials(keys.access_key, keys.secret_key, keys.token)
    signer = s3_client(runtime, version, role)
    put = signer.generate_presigned_url("put_object", {"Bucket": bucket, "Key": "new"})
    assert requests.put(put, data=b"data", timeout=5).status_code == 200
    other = "x-amz-security-token=other" if version == "s3" else "X-Amz-Security-Token=other"
    changed = "&".join(
        other if part.lower().startswith("x-amz-security-token") else part
        for part in put.split("&")
    )
    assert "<Code>InvalidToken</Code>" in requests.put(changed, data=b"d", timeout=5).text


def test_urls_end_with_their_time(
    runtime: Runtime, bucket: str, at: Callable[[timedelta], None]
) -> None:
    arguments = ("get_object", {"Bucket": bucket, "Key": "open/a.csv"})
    of_version_4 = s3_client(runtime, "s3v4")
    past = s3_client(runtime, "s3").generate_presigned_url(*arguments, ExpiresIn=-60)
    at(timedelta(hours=-2))
    assert requests.get(past, timeout=5).status_code == 403
    early = of_version_4.generate_presigned_url(*arguments, ExpiresIn=3600)
    late = of_version_4.generate_presigned_url(*arguments, ExpiresIn=3 * 3600)
    assert "Request has expired" in requests.get(early, timeout=5).text
    assert requests.get(late, timeout=5).status_code == 200
    at(timedelta(hours=1))
    future = of_version_4.generate_presigned_url(*arguments)
    assert requests.get(future, timeout=5).status_code == 403


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("X-Amz-Date=", "X-Amz-Date=garbage", "ISO8601 Long Format"),
        ("X-Amz-Expires=3600", "X-Amz-Expires=x", "should be a number"),
        ("X-Amz-Expires=3600", "X-Amz-Expires=-1", "must be non-negative"),
        ("X-Amz-Expires=3600", "X-Amz-Expires=604801", "less than a week"),
        ("&X-Amz-SignedHeaders=host", "", "requires the X-Amz-Algorithm"),
        ("AWS4-HMAC-SHA256", "AWS5", "only supports"),
    ],
)
def test_wrong_parameters_of_a_url_are_named(
    runtime: Runtime, bucket: str, old: str, new: str, part: str
) -> None:
    url = s3_client(runtime, "s3v4").generate_presigned_url("list_objects", {"Bucket": bucket})
    answer = requests.get(url.replace(old, new), timeout=5)
    assert answer.status_code == 400
    assert part in answer.text
    assert "<Code>AuthorizationQueryParametersError</Code>" in answer.text


@pytest.mark.parametrize("days", [-2500, 1])
def test_a_request_of_another_time_is_refused(
    runtime: Runtime, at: Callable[[timedelta], None], days: int
) -> None:
    at(timedelta(days=days))
    words = "Signature expired: " if days < 0 else "Signature not yet current: "
    code, message = refused(runtime.client("sts").get_caller_identity)
    assert (code, message[: len(words)]) == ("SignatureDoesNotMatch", words)
    code, message = refused(runtime.client("stepfunctions").list_state_machines)
    assert (code, message[: len(words)]) == ("InvalidSignatureException", words)
    assert refused(runtime.client("s3").list_buckets)[0] == "RequestTimeTooSkewed"


def test_a_clock_that_is_ten_minutes_off_is_right_enough(
    runtime: Runtime, at: Callable[[timedelta], None]
) -> None:
    for minutes in (-10, 10):
        at(timedelta(minutes=minutes))
        assert runtime.client("s3").list_buckets()


def test_a_changed_body_path_or_header_is_refused(runtime: Runtime, bucket: str) -> None:
    request = signed(runtime, f"/{bucket}/key", b"right", x_amz_meta_a="1")
    assert send(request).status_code == 200
    assert "XAmzContentSHA256Mismatch" in send(request, b"wrong").text
    request.headers.replace_header("x-amz-meta-a", "2")
    assert "SignatureDoesNotMatch" in send(request).text
    request = signed(runtime, f"/{bucket}/key", b"right")
    request.headers["x-amz-acl"] = "public-read"
    assert "were not signed" in send(request).text
    request = signed(runtime, f"/{bucket}/key", b"right")
    request.url = request.url.replace("key", "other")
    assert "SignatureDoesNotMatch" in send(request).text
    assert "Contents" in runtime.client("s3").list_objects_v2(Bucket=bucket, Prefix="key")
    assert "Contents" not in runtime.client("s3").list_objects_v2(Bucket=bucket, Prefix="other")


def test_a_changed_body_of_a_json_service_is_refused(runtime: Runtime) -> None:
    headers = {"X-Amz-Target": "AmazonSSM.DescribeParameters"}
    headers["Content-Type"] = "application/x-amz-json-1.1"
    request = AWSRequest("POST", f"{runtime.endpoint_url}/", data=b"{}", headers=headers)
    SigV4Auth(botocore_keys(ADMIN), "ssm", "us-east-1").add_auth(request)
    sent = dict(request.headers.items())
    assert requests.post(request.url, b"{}", headers=sent, timeout=5).status_code == 200
    answer = requests.post(request.url, b'{"MaxResults": 1}', headers=sent, timeout=5)
    assert answer.status_code == 400
    assert "InvalidSignatureException" in answer.text


@pytest.mark.parametrize(
    ("service", "code", "status"),
    [
        ("s3", "AuthorizationHeaderMalformed", 400),
        ("sts", "IncompleteSignature", 403),
        ("ssm", "IncompleteSignatureException", 400),
    ],
)
def test_an_incomplete_header_is_named(
    runtime: Runtime, service: str, code: str, status: int
) -> None:
    scope = f"Credential={ADMIN.access_key_id}/20261128/us-east-1/{service}/aws4_request"
    headers = {"Authorization": f"AWS4-HMAC-SHA256 {scope}", "X-Amz-Date": "20261128T000000Z"}
    if service == "ssm":
        headers |= {"X-Amz-Target": "AmazonSSM.DescribeParameters"}
        headers |= {"Content-Type": "application/x-amz-json-1.1"}
    call = "/?Action=GetCallerIdentity&Version=2011-06-15" if service == "sts" else "/"
    method = "POST" if service == "ssm" else "GET"
    data = "{}" if service == "ssm" else None
    answer = requests.request(
        method, f"{runtime.endpoint_url}{call}", headers=headers, data=data, timeout=5
    )
    assert answer.status_code == status
    assert code in answer.text
    assert "requires 'Signature' parameter" in answer.text.replace("&apos;", "'")


def test_a_key_of_a_user_has_no_session_token(runtime: Runtime) -> None:
    keys = Credentials(ADMIN.access_key_id, ADMIN.secret_access_key, "token")
    assert refused(runtime.client("s3", keys).list_buckets)[0] == "InvalidToken"
    assert refused(runtime.client("sns", keys).list_topics)[0] == "InvalidClientTokenId"


def streamed(
    runtime: Runtime, url: str, data: bytes, *, trailer: bytes = b"", tamper: bool = False
) -> requests.Response:
    """A PUT in two signed chunks, with a trailer if one is given."""
    kind = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" + ("-TRAILER" if trailer else "")
    headers = {
        "Content-Encoding": "aws-chunked",
        "x-amz-decoded-content-length": str(len(data)),
        "X-Amz-Content-SHA256": kind,
    }
    if trailer:
        headers["x-amz-trailer"] = trailer.partition(b":")[0].decode()
    request = AWSRequest("PUT", f"{runtime.endpoint_url}{url}", headers=headers)
    signer = _Streaming(botocore_keys(ADMIN), "s3", "us-east-1")
    signer.add_auth(request)
    previous = request.headers["Authorization"].rpartition("Signature=")[2]
    body = io.BytesIO()
    empty = hashlib.sha256(b"").hexdigest()
    for chunk in (data[: len(data) // 2], data[len(data) // 2 :], b""):
        digest = hashlib.sha256(chunk).hexdigest()
        scope = signer.credential_scope(request)
        time = request.context["timestamp"]
        text = f"AWS4-HMAC-SHA256-PAYLOAD\n{time}\n{scope}\n{previous}\n{empty}\n{digest}"
        previous = signer.signature(text, request)
        sent = chunk[::-1] if tamper else chunk
        body.write(f"{len(chunk):x};chunk-signature={previous}\r\n".encode() + sent)
        body.write(b"\r\n" if chunk or not trailer else b"")
    if trailer:
        digest = hashlib.sha256(trailer + b"\n").hexdigest()
        text = f"AWS4-HMAC-SHA256-TRAILER\n{time}\n{scope}\n{previous}\n{digest}"
        signature = signer.signature(text, request)
        body.write(trailer + f"\r\nx-amz-trailer-signature:{signature}\r\n\r\n".encode())
    return requests.put(
        request.url, data=body.getvalue(), headers=dict(request.headers.items()), timeout=10
    )


class _Streaming(S3SigV4Auth):  # type: ignore[misc]  # botocore has no types
    """Leaves the kind of stream in the header where a hash would be."""

    def _modify_request_before_signing(self, request: AWSRequest) -> None:
        self._set_necessary_date_headers(request)


DATA = b"0123456789" * 20_000
CHECKSUM = b"x-amz-checksum-crc32:" + b64encode(zlib.crc32(DATA).to_bytes(4, "big"))


@pytest.mark.parametrize("trailer", [b"", CHECKSUM])
def test_signed_chunks_are_stored_and_changed_ones_are_not(
    runtime: Runtime, bucket: str, trailer: bytes
) -> None:
    assert streamed(runtime, f"/{bucket}/stream", DATA, trailer=trailer).status_code == 200
    stored = runtime.client("s3").get_object(Bucket=bucket, Key="stream")["Body"].read()
    assert stored == DATA
    answer = streamed(runtime, f"/{bucket}/changed", DATA, trailer=trailer, tamper=True)
    assert "SignatureDoesNotMatch" in answer.text
    found = runtime.client("s3").list_objects_v2(Bucket=bucket, Prefix="changed")
    assert found["KeyCount"] == 0
