"""Define what a mirroring job does, what it found, and what is known of mirrored weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from autogluon_contracts.document import Document, key

JOB_FILE = "mirror.json"
RECORD_FILE = "weights.json"


@dataclass(frozen=True, kw_only=True)
class MirrorJobConfig(Document):
    """One mirroring job, written by `plan_mirror` into its input `config`."""

    NAME: ClassVar[str] = JOB_FILE
    ADVICE: ClassVar[str] = "Deploy the Workflows stack again."

    name: str = key("the name that the set of weights gets")
    job: str = key("the job's name")
    hub: str = key("the URL of the hub")
    repository: str = key("the repository there, `<owner>/<name>`")
    revision: str = key("a branch, tag or commit of it")
    license: str = key("the licence that the caller has accepted, as the hub writes it")


@dataclass(frozen=True, kw_only=True)
class MirroredFile:
    """One file of a set."""

    bytes: int = key("its size", minimum=0)
    sha256: str = key("its SHA-256, in hexadecimal")


@dataclass(frozen=True, kw_only=True)
class MirroredWeights(Document):
    """A set of weights as it was mirrored: origin, licence, and the hash of every file.

    The job writes it beside the files; once they are found complete, a copy at
    `weights/records/<name>.json` makes the set usable.
    """

    NAME: ClassVar[str] = RECORD_FILE
    UNKNOWN_KEYS: ClassVar[Literal["refused", "ignored"]] = "ignored"

    name: str = key("the set's name")
    hub: str = key("where it comes from")
    repository: str = key("the repository there")
    revision: str = key("the commit of the repository")
    license: str = key("the licence that the hub states and the caller has accepted")
    job: str = key("the name of the job that mirrored it, and of its folder")
    mirrored: str = key("when, in UTC, ISO 8601")
    sha256: str = key("the hash of all files with their names, as that of a model artifact")
    files: Mapping[str, MirroredFile] = key("name below the folder -> the file")
    execution: str = key("the ARN of the execution that accepted the licence", default="")

    @property
    def folder(self) -> str:
        """Return the folder below `weights/sets/`, without a slash at its end.

        It ends in the repository's own name, by which AutoGluon chooses some defaults.
        """
        return f"{self.name}/{self.job}/{self.repository.rpartition('/')[2]}"

    @property
    def bytes(self) -> int:
        """Return the size of all files."""
        return sum(file.bytes for file in self.files.values())
