"""Keep the last state of unfinished work in the folder that SageMaker copies to S3 and back.

For work that has no finished parts, such as a network in training: the newest whole state counts,
and older ones are written over, so that the folder does not grow with each of them. Nothing is
deleted, as in `checkpoint`.

A state's files go over those that the newest one does not need, and its record over the older of
two records. So the state before it stays whole until the next one begins, whichever files SageMaker
has copied when the instance vanishes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

from autogluon_contracts.document import Document, DocumentError, key
from autogluon_jobs.jobs.checkpoint import sha256_of

_FOLDER = "states"
_RECORDS = ("0.json", "1.json")


@dataclass(frozen=True, kw_only=True)
class StateRecord(Document):
    """One state: what it is, and its files."""

    NAME: ClassVar[str] = "the record of a state"

    work: str = key("that of the checkpoint")
    number: int = key("how many states were kept, this one included", minimum=1)
    facts: Mapping[str, Any] = key("what the job says of it")
    files: Mapping[str, str] = key("name -> SHA-256")


class States:
    """The states of one checkpoint.

    Args:
        checkpoint: its folder.
        work: its digest; states of other work do not count.

    Attributes:
        folder: where files of states are.
        newest: the newest state whose files are what its record says; None: there is none.
        torn: whether a newer one was begun, and is not whole.
    """

    def __init__(self, checkpoint: Path, work: str) -> None:
        self.folder = checkpoint / _FOLDER
        self._work = work
        found = [self._read(name) for name in _RECORDS if (self.folder / name).is_file()]
        of_work = [item for item in found if item is None or item.work == work]
        whole = [item for item in of_work if item is not None and self._is_whole(item)]
        self.newest: StateRecord | None = max(whole, key=lambda item: item.number, default=None)
        last = 0 if self.newest is None else self.newest.number
        self.torn = any(item is None or item.number > last for item in of_work)

    def unused(self) -> Path:
        """Return a file that the newest state does not need; its folder exists."""
        self.folder.mkdir(parents=True, exist_ok=True)
        needed = {} if self.newest is None else self.newest.files
        names = (f"{number}.bin" for number in count())
        return self.folder / next(name for name in names if name not in needed)

    def keep(self, facts: Mapping[str, Any], names: Iterable[str]) -> None:
        """Record a state, all files of which are written. Raises OSError.

        Args:
            facts: what it is.
            names: its files; those of the newest state have not changed since.
        """
        known = {} if self.newest is None else self.newest.files
        number = 1 if self.newest is None else self.newest.number + 1
        files = {name: known.get(name) or sha256_of(self.folder / name) for name in set(names)}
        record = StateRecord(work=self._work, number=number, facts=facts, files=files)
        name = _RECORDS[number % len(_RECORDS)]
        (self.folder / name).write_text(record.to_text(), encoding="utf-8")
        self.newest = record

    def _read(self, name: str) -> StateRecord | None:
        try:
            return StateRecord.from_text((self.folder / name).read_bytes())
        except (OSError, DocumentError):
            return None

    def _is_whole(self, record: StateRecord) -> bool:
        try:
            return all(sha256_of(self.folder / name) == sha for name, sha in record.files.items())
        except OSError:
            return False
