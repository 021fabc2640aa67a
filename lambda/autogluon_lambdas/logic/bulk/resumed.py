"""Read what earlier jobs of a resumed batch left in its folder."""

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from autogluon_contracts.documents.bulk_job import BulkUnit
from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.ports import NotReadableError, ObjectStore

MOST_RESULTS = 1_000_000
_LARGEST_SHARD_BYTES = 1_000_000
_THREADS = 16


@dataclass(frozen=True)
class EarlierResults:
    """Sizes of results by their name below `results/`; manifests by their name below `shards/`."""

    folder: S3Location
    result_bytes: Mapping[str, int] = field(default_factory=dict)
    manifests: frozenset[str] = frozenset()

    @classmethod
    def find(cls, store: ObjectStore, folder: S3Location) -> "EarlierResults":
        """Return what the folder holds; results without any manifest are ignored."""
        manifests = result_sizes(store, folder.child("shards/"))
        if not manifests:
            return cls(folder)
        return cls(folder, result_sizes(store, folder.child("results/")), frozenset(manifests))

    def all_finished(self, store: ObjectStore, units: Sequence[BulkUnit], batch_hash: str) -> bool:
        """Return whether each file and part has its result, of this content, model and layout."""
        if not all(f"{unit.name}.json" in self.manifests for unit in units):
            return False
        with ThreadPoolExecutor(_THREADS) as threads:
            shards = threads.map(lambda unit: self._manifest(store, unit.name), units)
            return all(
                shard.get("etag") == unit.file.etag
                and shard.get("output") == unit.output
                and shard.get("bytes", -1) == unit.result_bytes
                and shard.get("batch_hash") == batch_hash
                for shard, unit in zip(shards, units, strict=True)
            )

    def _manifest(self, store: ObjectStore, name: str) -> dict[str, Any]:
        try:
            text = store.read(self.folder.child(f"shards/{name}.json"), 0, _LARGEST_SHARD_BYTES)
        except NotReadableError:  # deleted since it was listed
            return {}
        try:
            shard: dict[str, Any] = json.loads(text)
        except ValueError:  # a job of an earlier release was killed while it wrote
            return {}
        return shard


def result_sizes(store: ObjectStore, folder: S3Location) -> dict[str, int]:
    """Return the bytes of the objects in a folder, by their names below it."""
    return {
        entry.location.key.removeprefix(folder.key): entry.size
        for entry in store.find(folder.bucket, folder.key, MOST_RESULTS)
    }
