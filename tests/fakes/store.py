"""S3 behind the Lambdas' port."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from autogluon_contracts.s3_location import S3Location, S3Object
from autogluon_lambdas.ports import NotReadableError, NotWritableError


class FakeStore:
    """S3 in a dictionary of URI to bytes; counts what is read."""

    def __init__(self, objects: Mapping[str, bytes | str] | None = None) -> None:
        self.objects: dict[S3Location, bytes] = {}
        self.modified: dict[S3Location, datetime] = {}
        self.denied: set[str] = set()
        self.bytes_read = 0
        for uri, body in (objects or {}).items():
            self.put(uri, body)

    def put(self, uri: str, body: bytes | str) -> None:
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        data = body.encode() if isinstance(body, str) else body
        self.objects[S3Location(bucket, key)] = data

    def uris(self) -> set[str]:
        return {location.uri for location in self.objects}

    def text(self, uri: str) -> str:
        return self.objects[S3Location.parse(uri)].decode()

    def find(self, bucket: str, prefix: str, limit: int) -> list[S3Object]:
        if bucket in self.denied:
            raise NotReadableError(
                S3Location(bucket, prefix), "the function's role may not read it"
            )
        return [
            S3Object(location, len(body), modified=self.modified.get(location))
            for location, body in sorted(self.objects.items())
            if location.bucket == bucket and location.key.startswith(prefix)
        ][:limit]

    def read(self, location: S3Location, start: int, length: int) -> bytes:
        body = self._body(location)[start : start + length]
        self.bytes_read += len(body)
        return body

    def stream(self, location: S3Location) -> Iterator[bytes]:
        body = self._body(location)
        for start in range(0, len(body), 1000):
            piece = body[start : start + 1000]
            self.bytes_read += len(piece)
            yield piece

    def write(self, location: S3Location, body: bytes, content_type: str) -> None:
        assert content_type
        self.objects[location] = body

    @contextmanager
    def writer(self, location: S3Location, content_type: str) -> Iterator[_Collected]:
        assert content_type
        collected = _Collected()
        yield collected
        self.objects[location] = bytes(collected.data)

    def delete(self, locations: Sequence[S3Location]) -> None:
        for location in locations:
            self.objects.pop(location, None)

    def copy_outside(self, source: S3Location, target: S3Location) -> None:
        self.write_outside(target, self._body(source), "text/csv")

    def write_outside(self, location: S3Location, body: bytes, content_type: str) -> None:
        assert content_type
        if location.bucket in self.denied:
            raise NotWritableError(location, "the bucket does not exist")
        self.objects[location] = body

    def _body(self, location: S3Location) -> bytes:
        if location not in self.objects:
            raise NotReadableError(location, "the object does not exist")
        return self.objects[location]


class _Collected:
    def __init__(self) -> None:
        self.data = bytearray()

    def write(self, data: bytes) -> None:
        self.data += data
