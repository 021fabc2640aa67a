"""Images of a request are base64, as programs write it, or addresses of objects in S3."""

from __future__ import annotations

import base64
import io
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pandas as pd
import pytest
from botocore.exceptions import ClientError
from PIL import Image

from autogluon_contracts.documents.image_locations import ImageLocations
from autogluon_jobs.messages.errors import InputError, RowError
from autogluon_jobs.multimodal.images import stored_images
from autogluon_jobs.multimodal.images.request_images import require_images, sent_images
from autogluon_jobs.multimodal.images.stored_images import MOST_BYTES, StoredImages

NONE = StoredImages(ImageLocations(locations=()))


def _picture() -> bytes:
    sink = io.BytesIO()
    Image.new("RGB", (30, 30), (9, 99, 199)).save(sink, format="PNG")
    return sink.getvalue()


@pytest.mark.parametrize(
    "cell",
    [
        base64.b64encode(_picture()).decode(),
        "data:image/png;base64," + base64.b64encode(_picture()).decode(),
        base64.encodebytes(_picture()).decode(),
        base64.encodebytes(_picture()).decode().replace("\n", "\r\n"),
    ],
    ids=["plain", "a data URL", "in lines", "in lines of Windows"],
)
def test_each_way_to_write_base64_is_read(cell: str) -> None:
    rows = sent_images(pd.DataFrame({"photo": [cell, None]}), ["photo"], NONE)
    require_images(rows, ["photo"])
    assert rows["photo"].tolist() == [_picture(), None]


LOCATIONS = ImageLocations(locations=("s3://data/photos/",))


class _Bucket:
    """What boto3's client does, for the objects of a bucket; `asked` are the keys."""

    def __init__(self, **objects: bytes) -> None:
        self._objects = objects
        self.asked: list[str] = []

    def get_object(self, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        self.asked.append(Key)
        name = Key.removeprefix("photos/")
        if name in CODES:
            code, status = CODES[name]
            facts: Any = {"HTTPStatusCode": status}
            raise ClientError({"Error": {"Code": code}, "ResponseMetadata": facts}, "GetObject")
        body = self._objects[name]
        return {"Body": io.BytesIO(body), "ContentLength": len(body)}


CODES = {
    "absent": ("NoSuchKey", 404),
    "secret": ("AccessDenied", 403),
    "archived": ("InvalidObjectState", 403),
    "busy": ("SlowDown", 503),
}


def test_addresses_below_the_locations_are_read_once_each() -> None:
    bucket = _Bucket(a=_picture(), b=b"other")
    cells = ["s3://data/photos/a", None, "s3://data/photos/b", "s3://data/photos/a",
             base64.b64encode(b"sent").decode()]  # fmt: skip
    rows = sent_images(
        pd.DataFrame({"photo": cells}), ["photo"], StoredImages(LOCATIONS, lambda: bucket)
    )
    assert rows["photo"].tolist() == [_picture(), None, b"other", _picture(), b"sent"]
    assert sorted(bucket.asked) == ["photos/a", "photos/b"]


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("s3://other/photos/a", "is an S3 address outside of s3://data/photos/."),
        ("s3://data/photos-of-others/a", "is an S3 address outside of s3://data/photos/."),
        ("s3://data/photos/absent", "is the address of an object that does not exist."),
        (
            "s3://data/photos/secret",
            "is the address of an object that the server's role may not read.",
        ),
        ("s3://data/photos/archived", "is an address to which S3 answers InvalidObjectState."),
        ("s3://data/photos/large", "is an image of more than the 20,000,000 bytes that are read."),
        ("s3://data/photos/text", "is not an image that Pillow reads."),
    ],
)
def test_an_address_that_cannot_be_read_is_named_by_row(address: str, sentence: str) -> None:
    bucket = _Bucket(large=b"-" * (MOST_BYTES + 1), text=b"no image")
    photos = pd.DataFrame({"photo": [None, address]})
    with pytest.raises(RowError) as caught:
        require_images(
            sent_images(photos, ["photo"], StoredImages(LOCATIONS, lambda: bucket)), ["photo"]
        )
    assert str(caught.value).startswith(f'Column "photo", row 2: the cell {sentence}')
    assert caught.value.positions == (1,)
    if sentence.startswith("is an S3 address"):
        assert bucket.asked == []


def test_a_server_without_locations_reads_no_address() -> None:
    with pytest.raises(RowError, match="this server reads no images of S3") as caught:
        sent_images(pd.DataFrame({"photo": ["s3://data/photos/a"]}), ["photo"], NONE)
    assert "serving.image_locations" in caught.value.advice


def test_images_that_are_too_large_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored_images, "MOST_BYTES_OF_REQUEST", 5)
    stored = StoredImages(LOCATIONS, lambda: _Bucket(a=b"abc", b=b"def"))
    cells = ["s3://data/photos/a", "s3://data/photos/b"]
    with pytest.raises(InputError, match="more than 5 bytes together"):
        sent_images(pd.DataFrame({"photo": cells}), ["photo"], stored)


def test_a_fault_of_s3_is_not_the_callers() -> None:
    stored = StoredImages(LOCATIONS, _Bucket)
    with pytest.raises(ClientError):
        sent_images(pd.DataFrame({"photo": ["s3://data/photos/busy"]}), ["photo"], stored)


def test_a_server_reads_its_locations_from_its_environment() -> None:
    stored = StoredImages.from_environment({ImageLocations.NAME: LOCATIONS.to_text()})
    assert stored.read(["s3://other/a"])[0][1] == "is an S3 address outside of s3://data/photos/"
    with pytest.raises(InputError, match="AUTOGLUON_IMAGE_LOCATIONS"):
        StoredImages.from_environment({ImageLocations.NAME: "{}"})


class _S3(BaseHTTPRequestHandler):
    """Answers a signed GET of one object."""

    def do_GET(self) -> None:
        found = self.path.partition("?")[0] == "/data/photos/a%20b.png"
        signed = "Credential=key/" in self.headers.get("Authorization", "")
        body = _picture() if found and signed else b"<Error><Code>NoSuchKey</Code></Error>"
        self.send_response(200 if found and signed else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def test_boto3_reads_them_with_the_servers_role(monkeypatch: pytest.MonkeyPatch) -> None:
    server = HTTPServer(("127.0.0.1", 0), _S3)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for name, value in {
        "AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{server.server_port}",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    try:
        found = StoredImages(LOCATIONS).read(["s3://data/photos/a b.png", "s3://data/photos/lost"])
    finally:
        server.shutdown()
        server.server_close()
    assert found == [
        (_picture(), None), (None, "is the address of an object that does not exist")
    ]  # fmt: skip
