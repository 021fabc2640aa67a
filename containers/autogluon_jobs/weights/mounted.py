"""Verify the mirrored weights of a job's channel, and find checkpoints in them."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autogluon_contracts.document import written
from autogluon_contracts.documents.training_job import MountedWeights, TrainingJobConfig
from autogluon_contracts.models.artifact_hash import artifact_sha256
from autogluon_contracts.models.known_weights import set_in
from autogluon_jobs.jobs.job_paths import JobPaths
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import listed

CHANNEL = "weights"
PROVENANCE = "weights.json"
"""The file of an artifact that says which mirrored weights its models come from."""


@dataclass(frozen=True)
class VerifiedWeights:
    """Mirrored sets whose files are those that were recorded."""

    sets: Mapping[str, MountedWeights]
    folders: Mapping[str, Path]

    @classmethod
    def of(cls, config: TrainingJobConfig, paths: JobPaths) -> VerifiedWeights:
        """Hash the files of every set of the job; none of them is read before.

        Raises:
            InputError: files differ from what was recorded when they were mirrored.
        """
        folders: dict[str, Path] = {}
        for name, mounted in config.weights.items():
            folder = paths.channel(CHANNEL) / mounted.folder
            found = artifact_sha256(folder)
            if found != mounted.sha256:
                raise InputError(
                    f'The mirrored weights "{name}" are not those that were recorded: their '
                    f"SHA-256 is {found}, recorded is {mounted.sha256}. Nothing was loaded.",
                    advice=f"Run `agcdk weights remove {name}` and `agcdk weights add {name}`, and "
                    "check who can write to the artifact bucket.",
                )
            folders[name] = folder
            line = f"Weights verified: {name}, {mounted.repository} at {mounted.revision}"
            print(f"{line}, SHA-256 {found}.", file=sys.stderr, flush=True)
        return cls(config.weights, folders)

    def folder_of(self, checkpoint: str) -> Path:
        """Return the folder of `weights/<set>`, or of a repository by its name.

        Raises:
            InputError: no set of the job holds it.
        """
        own = set_in(checkpoint)
        for name, mounted in self.sets.items():
            if checkpoint == mounted.repository or own == name:
                return self.folders[name]
        raise InputError(
            f"The job has no mirrored weights of {checkpoint}.",
            advice=f"It has {listed(sorted(self.sets)) if self.sets else 'none'}.",
        )

    def write_provenance(self, artifact: Path, *, earlier: Path | None = None) -> None:
        """Write into an artifact where its weights come from; nothing where it has none.

        Args:
            artifact: its folder.
            earlier: the folder of a model that it was trained from, whose weights it has, too.
        """
        document = {name: written(mounted) for name, mounted in self.sets.items()}
        document |= _provenance_of(earlier)
        if document:
            text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
            (artifact / PROVENANCE).write_text(text, encoding="utf-8")


def _provenance_of(folder: Path | None) -> dict[str, Any]:
    file = None if folder is None else folder / PROVENANCE
    if file is None or not file.is_file():
        return {}
    known: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return known
