"""Find and download a repository of Hugging Face, or of a hub with the same API."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from huggingface_hub import HfApi, snapshot_download
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.utils import disable_progress_bars

from autogluon_jobs.messages.errors import InputError

# No pickles and no code: weights as safetensors alone, and what tells how to use them.
_WANTED = re.compile(r"[^/.][^/]*\.(safetensors|json|txt|md|model)|(LICENSE|LICENCE|NOTICE)[^/]*")
_SCRATCH = ".cache"
"""Where `snapshot_download` notes what it did, inside the folder that it downloads into."""


@dataclass(frozen=True)
class HubFile:
    """A file as the hub lists it; `sha256` of large files, else the id of git's blob."""

    size: int | None
    sha256: str | None
    blob_id: str | None


@dataclass(frozen=True)
class HubRepository:
    """A repository at one commit."""

    name: str
    commit: str
    license: str | None
    files: Mapping[str, HubFile]


@dataclass(frozen=True)
class Hub:
    """A hub by its URL, without signing in to it."""

    url: str

    def find(self, repository: str, revision: str) -> HubRepository:
        """Return the repository at a branch, tag or commit, with the files that are mirrored.

        Raises:
            InputError: it was not found, needs a sign-in, or has no safetensors.
        """
        with self._explained(repository, revision):
            info = HfApi(endpoint=self.url, token=False).model_info(
                repository, revision=revision, files_metadata=True
            )
        wanted = {
            item.rfilename: HubFile(
                item.size, None if item.lfs is None else item.lfs.sha256, item.blob_id
            )
            for item in info.siblings or ()
            if _WANTED.fullmatch(item.rfilename)
        }
        if not any(name.endswith(".safetensors") for name in wanted) or "config.json" not in wanted:
            raise InputError(
                f"{repository} at {revision} has no config.json with weights as safetensors beside "
                "it.",
                advice="Weights of other formats may run code when they are loaded, and are not "
                "mirrored; choose a repository or revision with model.safetensors.",
            )
        return HubRepository(repository, str(info.sha), _license(info.card_data), wanted)

    def download(self, found: HubRepository, folder: Path) -> None:
        """Download the repository's files into a folder.

        Raises:
            InputError: the hub cannot be reached.
        """
        folder.mkdir(parents=True, exist_ok=True)
        disable_progress_bars()
        with self._explained(found.name, found.commit):
            snapshot_download(
                found.name,
                revision=found.commit,
                local_dir=folder,
                allow_patterns=sorted(found.files),
                endpoint=self.url,
                token=False,
            )
        shutil.rmtree(folder / _SCRATCH, ignore_errors=True)

    @contextmanager
    def _explained(self, repository: str, revision: str) -> Iterator[None]:
        """Say in one sentence why the hub does not give what was asked for."""
        try:
            yield
        except GatedRepoError as error:
            raise InputError(
                f"{self.url} gives {repository} only to people who have signed in and agreed to "
                "its terms.",
                advice="Gated weights cannot be mirrored; choose another repository.",
            ) from error
        except RepositoryNotFoundError as error:
            raise InputError(f"{self.url} has no public repository {repository}.") from error
        except RevisionNotFoundError as error:
            raise InputError(f"{repository} has no revision {revision}.") from error
        except (httpx.TransportError, HfHubHTTPError, OSError) as error:
            raise InputError(
                f"{self.url} cannot be read from the job ({_cause(error)}).",
                advice="The job needs a way to it: subnets that have one, a hub inside the network "
                "(weights.hub of the settings), or weights.network 'none'.",
            ) from error


def _license(card: Any) -> str | None:
    """Return the licence as the hub writes it; of one that it calls `other`, its own name."""
    stated = None if card is None else card.get("license")
    if stated == "other":
        return str(card.get("license_name") or stated)
    return stated if isinstance(stated, str) else None


def _cause(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[0].rstrip('.')}" if lines else type(error).__name__
