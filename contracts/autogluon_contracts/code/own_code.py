"""Define a person's own code, and let processes import it."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from autogluon_contracts.document import key
from autogluon_contracts.models.artifact_hash import OWN_CODE


@dataclass(frozen=True, kw_only=True)
class OwnCode:
    """A person's own Python files, which jobs import."""

    folder: str = key("where they are in the archive of scripts")
    sha256: str | None = key(
        "the hash of the files with their packages, as the job found them",
        default=None,
        omit_null=True,
    )


def import_from(folder: Path) -> None:
    """Let this process, and those that it starts, import the modules of a folder.

    Nothing is compiled into the folder: files that Python writes would change the artifact's hash,
    and there must be none that an artifact brings along.
    """
    sys.dont_write_bytecode = True
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    own = str(folder)
    if own not in sys.path:
        sys.path.insert(0, own)
    paths = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    if own not in paths:
        os.environ["PYTHONPATH"] = os.pathsep.join([own, *paths])


def import_from_artifact(artifact: Path) -> None:
    """Let this process import the own code of an unpacked, verified artifact, if it has some.

    AutoGluon's pickles refer to its modules, so that it comes before AutoGluon loads them.
    """
    folder = artifact / OWN_CODE
    if folder.is_dir():
        import_from(folder)
