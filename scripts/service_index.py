"""Write the embedded AWS's index of services from the models of the installed botocore.

    python -m scripts.service_index

A test fails while the committed file differs from what this writes.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore

from embedded_aws.gateway.service_index import INDEX_FILE

_HEAD_BYTES = 4096  # botocore writes a model's metadata first
_GZIP = zlib.MAX_WBITS | 16  # zlib reads the gzip header with these window bits
_COLUMNS = ("service", "signing_name", "protocols", "target_prefix", "api_version")


def index() -> str:
    """Return the whole file."""
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(_rows())
    return text.getvalue()


def _rows() -> Iterator[dict[str, str]]:
    for folder in sorted((Path(botocore.__file__).parent / "data").iterdir()):
        models = sorted(folder.glob("*/service-2.json.gz")) if folder.is_dir() else []
        if not models:
            continue
        metadata = _metadata(models[-1])  # the latest version, as botocore itself chooses
        yield {
            "service": folder.name,
            "signing_name": metadata.get("signingName") or metadata["endpointPrefix"],
            "protocols": " ".join(metadata.get("protocols") or [metadata["protocol"]]),
            "target_prefix": metadata.get("targetPrefix", ""),
            "api_version": metadata["apiVersion"],
        }


def _metadata(model: Path) -> dict[str, Any]:
    with model.open("rb") as file:
        packed = file.read(_HEAD_BYTES)
    head = zlib.decompressobj(_GZIP).decompress(packed, _HEAD_BYTES).decode(errors="ignore")
    _, _, text = head.partition('"metadata":')
    try:
        found: dict[str, Any] = json.JSONDecoder().raw_decode(text.lstrip())[0]
    except ValueError:  # not at the head: read the whole model
        found = json.loads(gzip.decompress(model.read_bytes()))["metadata"]
    return found


if __name__ == "__main__":
    INDEX_FILE.write_text(index())
