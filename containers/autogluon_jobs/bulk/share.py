"""Find what one instance of a bulk job predicts: whole files, and parts of shared ones."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from autogluon_contracts.documents.bulk_job import BulkFile, BulkJobConfig, BulkUnit
from autogluon_jobs.bulk.manifests import is_finished
from autogluon_jobs.bulk.paths import BulkPaths
from autogluon_jobs.messages.errors import InputError


@dataclass(frozen=True)
class Instance:
    """An instance's name, its position among the job's from 0, and how many there are."""

    name: str = "algo-1"
    position: int = 0
    count: int = 1

    @classmethod
    def read(cls, paths: BulkPaths) -> Self:
        """Return what `resourceconfig.json` says; the only one where there is no such file."""
        if not paths.resources.is_file():
            return cls()
        document = json.loads(paths.resources.read_text(encoding="utf-8"))
        name, hosts = str(document["current_host"]), sorted(document["hosts"])
        return cls(name, hosts.index(name), len(hosts))


def input_path(paths: BulkPaths, file: BulkFile) -> Path:
    """Return where a file is, if this instance has it."""
    return (paths.shared if file.parts else paths.data) / file.name


def unfinished(
    paths: BulkPaths, config: BulkJobConfig, instance: Instance, schema: str
) -> list[BulkUnit]:
    """Return the files and parts of this instance that no earlier job finished.

    SageMaker shares out files. Parts, every instance takes in turn: all of them read the same plan
    and the same manifests, so that each part has one instance.

    Args:
        paths: of the job.
        config: the job's plan.
        instance: which of the job's this is.
        schema: the model's `schema_hash`.

    Raises:
        InputError: a file changed since the batch was planned.
    """
    batch = config.digest()
    whole: list[BulkUnit] = []
    parts: list[BulkUnit] = []
    for unit in _present(paths, config):
        if is_finished(paths.finished, unit, schema=schema, batch=batch):
            print(f"AGBULK file={unit.name} skipped: already finished", flush=True)
        else:
            (whole if unit.part is None else parts).append(unit)
    return [*whole, *parts[instance.position :: instance.count]]


def _present(paths: BulkPaths, config: BulkJobConfig) -> Iterator[BulkUnit]:
    for file in config.files:
        path = input_path(paths, file)
        if not path.is_file():
            if file.parts:
                raise InputError(f'{file.uri} not found in the processing job\'s input "shared".')
            continue  # another instance's share
        if path.stat().st_size != file.bytes:
            raise InputError(
                f"{file.uri} had {file.bytes:,} bytes when the batch was planned and has "
                f"{path.stat().st_size:,} now.",
                advice="Start the batch again.",
            )
        yield from file.units()
