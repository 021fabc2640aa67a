"""Read the items of a distributed Map from S3."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import unquote_plus

from embedded_aws.stepfunctions.definitions.map_rules import DELIMITERS


class UnreadableError(ValueError):
    """The object is not what ReaderConfig says."""


def read_items(
    s3: Any, resource: str, arguments: dict[str, Any], config: dict[str, Any], most: int | None
) -> list[Any]:
    """Return at most `most` items (None or 0: all).

    Args:
        resource: `s3:getObject`, or `s3:listObjectsV2` for one item per object.
        arguments: those of the API, evaluated.
        config: the state's ReaderConfig.

    Raises:
        UnreadableError: there are no such items in it.
        ClientError: S3 refused.
    """
    if resource == "s3:listObjectsV2":
        items = _listed(s3, arguments)
    else:
        items = _READERS[config["InputType"]](s3, arguments, config)
    return list(islice(items, most or None))


def _listed(s3: Any, arguments: dict[str, Any]) -> Iterator[Any]:
    for page in s3.get_paginator("list_objects_v2").paginate(**arguments):
        for entry in page.get("Contents", []):
            yield {
                "Etag": entry["ETag"],
                "Key": entry["Key"],
                "LastModified": int(entry["LastModified"].timestamp()),
                "Size": entry["Size"],
                "StorageClass": entry.get("StorageClass", "STANDARD"),
            }


def _json(s3: Any, arguments: dict[str, Any], _config: dict[str, Any]) -> Iterator[Any]:
    found = _parsed(_body(s3, arguments))
    if not isinstance(found, list):
        raise UnreadableError("'ItemReader' must give a JSON array to map over")
    yield from found


def _json_lines(s3: Any, arguments: dict[str, Any], _config: dict[str, Any]) -> Iterator[Any]:
    for line in _text(_body(s3, arguments)).splitlines():
        if line.strip():
            yield _parsed(line.encode())


def _csv(s3: Any, arguments: dict[str, Any], config: dict[str, Any]) -> Iterator[Any]:
    delimiter = DELIMITERS[config.get("CSVDelimiter", "COMMA")]
    rows = csv.reader(io.StringIO(_text(_body(s3, arguments)), newline=""), delimiter=delimiter)
    is_given = config["CSVHeaderLocation"] == "GIVEN"
    headers = config["CSVHeaders"] if is_given else next(rows, [])
    for row in rows:
        # Short rows are filled with empty texts, and what exceeds the headers is left out.
        yield {name: row[index] if index < len(row) else "" for index, name in enumerate(headers)}


def _inventory(s3: Any, arguments: dict[str, Any], _config: dict[str, Any]) -> Iterator[Any]:
    manifest = _parsed(_body(s3, arguments))
    try:
        if manifest["fileFormat"] != "CSV":
            raise UnreadableError("the embedded AWS reads S3 inventories in CSV only")
        bucket = manifest["destinationBucket"].rpartition(":")[2]
        names = [name.strip() for name in manifest["fileSchema"].split(",")]
        keys = [entry["key"] for entry in manifest["files"]]
    except (KeyError, TypeError) as error:
        raise UnreadableError(f"it is not the manifest of an S3 inventory ({error})") from error
    for key in keys:
        body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        for row in csv.reader(io.StringIO(_text(gzip.decompress(body)), newline="")):
            item = dict(zip(names, row, strict=False))
            if "Key" in item:
                item["Key"] = unquote_plus(item["Key"])
            yield item


_READERS = {"CSV": _csv, "JSON": _json, "JSONL": _json_lines, "MANIFEST": _inventory}


def _body(s3: Any, arguments: dict[str, Any]) -> bytes:
    body: bytes = s3.get_object(**arguments)["Body"].read()
    return body


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(f"the object is not UTF-8 text: {error}") from error


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(_text(body))
    except json.JSONDecodeError as error:
        raise UnreadableError(str(error)) from error
