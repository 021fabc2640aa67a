"""Keep finished parts of a job's work in the folder that SageMaker copies to S3 and back.

SageMaker copies file by file, in no order, and an instance may vanish at any moment. So a part's
record, which has the hash of each of its files and of the record before it, is written last, and
parts count up to the first one that is absent or not what its record says.

Nothing is deleted: SageMaker would delete it in S3, too, for which the job's role has no
permission. What is not whole is ignored, and overwritten.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from autogluon_contracts.document import Document, DocumentError, key
from autogluon_contracts.documents.training_job import CHECKPOINT_FILE

_PARTS = "parts"


@dataclass(frozen=True, kw_only=True)
class Origin(Document):
    """What a checkpoint is of."""

    NAME: ClassVar[str] = CHECKPOINT_FILE

    run: str = key("the run that began it")
    work: str = key("a digest of all that decides what the job makes")


@dataclass(frozen=True, kw_only=True)
class PartRecord(Document):
    """One part: what it is, and its files."""

    NAME: ClassVar[str] = "the record of a part"

    work: str = key("that of the checkpoint")
    after: str = key("the SHA-256 of the record of the part before it; empty for the first")
    facts: Mapping[str, Any] = key("what the job says of it")
    files: Mapping[str, str] = key("path below the part's folder -> SHA-256")


@dataclass(frozen=True)
class Part:
    """A part that is whole."""

    folder: Path
    record: PartRecord

    @property
    def facts(self) -> Mapping[str, Any]:
        """Return what the job said of it."""
        return self.record.facts

    def copy(self, name: str, target: Path) -> None:
        """Copy one of its folders, replacing what is there."""
        shutil.rmtree(target, ignore_errors=True)
        for file in self.record.files:
            if file.startswith(f"{name}/"):
                to = target / file.removeprefix(f"{name}/")
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(self.folder / file, to)


@dataclass(frozen=True)
class Checkpoint:
    """The parts that are finished so far. Has nothing but values, so that it can be pickled.

    Attributes:
        folder: where it is.
        run: the run that began it.
        work: a digest of all that decides what the job makes.
    """

    folder: Path
    run: str
    work: str

    def begin(self) -> None:
        """Start a checkpoint without parts; those of other work that are there do not count."""
        self.folder.mkdir(parents=True, exist_ok=True)
        origin = Origin(run=self.run, work=self.work)
        (self.folder / CHECKPOINT_FILE).write_text(origin.to_text(), encoding="utf-8")

    def keep(self, number: int, facts: Mapping[str, Any], folders: Mapping[str, Path]) -> None:
        """Write a part: copies of folders, by the names that `Part.copy` takes. Raises OSError.

        Args:
            number: its place in the order of the parts, from 1.
            facts: what it is.
            folders: what it has.
        """
        files = {}
        for name, folder in folders.items():
            for path in _files(folder):
                file = f"{name}/{path.relative_to(folder)}"
                copy = self._part(number) / file
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, copy)
                files[file] = sha256_of(copy)
        after = self._hash_before(number)
        record = PartRecord(work=self.work, after=after, facts=facts, files=files)
        self._record(number).write_text(record.to_text(), encoding="utf-8")

    def whole_parts(self) -> list[Part]:
        """Return the parts up to the first that is not whole."""
        found: list[Part] = []
        while (part := self._whole(len(found) + 1)) is not None:
            found.append(part)
        return found

    def lost(self, whole: int) -> int:
        """Return how many parts of this work were written after the last whole one."""
        records = sorted((self.folder / _PARTS).glob("[0-9]*.json"))
        return sum(int(path.stem) > whole and self._is_of_this_work(path) for path in records)

    def _is_of_this_work(self, record: Path) -> bool:
        try:
            return PartRecord.from_text(record.read_bytes()).work == self.work
        except DocumentError:
            return True

    def _whole(self, number: int) -> Part | None:
        folder = self._part(number)
        try:
            record = PartRecord.from_text(self._record(number).read_bytes())
            same = all(sha256_of(folder / name) == sha for name, sha in record.files.items())
        except (OSError, DocumentError):
            return None
        follows = (record.work, record.after) == (self.work, self._hash_before(number))
        return Part(folder, record) if same and follows else None

    def _hash_before(self, number: int) -> str:
        return sha256_of(self._record(number - 1)) if number > 1 else ""

    def _part(self, number: int) -> Path:
        return self.folder / _PARTS / f"{number:04}"

    def _record(self, number: int) -> Path:
        return self.folder / _PARTS / f"{number:04}.json"


def origin_of(folder: Path) -> Origin | None:
    """Return what the checkpoint in a folder is of; None without a readable `checkpoint.json`."""
    try:
        return Origin.from_text((folder / CHECKPOINT_FILE).read_bytes())
    except (OSError, DocumentError):
        return None


def copy_missing(source: Path, target: Path) -> None:
    """Copy a checkpoint's files that the target lacks.

    A job that continues an earlier run's checkpoint adds parts to a copy of it, so that the files
    of both are equal where both have them.
    """
    for path in _files(source):
        to = target / path.relative_to(source)
        if not to.exists():
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, to)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def sha256_of(path: Path) -> str:
    """Return the hash of a file's content. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
