"""Decide where a batch's results are stored: `download`, `persist`, `save_path`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autogluon_client.autogluon_cloud_arguments import refuse


@dataclass(frozen=True)
class DownloadOptions:
    """AutoGluon Cloud's options; `persist` and `save_path` apply when `download` is set."""

    download: bool = True
    persist: bool = True
    save_path: str | Path | None = None

    def with_backend_kwargs(
        self, owner: str, call: str, values: Mapping[str, Any] | None
    ) -> DownloadOptions:
        """Add the options that some versions of AutoGluon Cloud take in `backend_kwargs`.

        Raises:
            NotSupportedError: it contains another argument.
        """
        given = dict(values or {})
        mine = {name: given.pop(name) for name in vars(self) if name in given}
        refuse(owner, call, given)
        return DownloadOptions(**{**vars(self), **mine})

    def folder(self, local_output_path: Path, job_name: str) -> Path:
        """Return the folder of a batch's result files."""
        root = Path(self.save_path).expanduser() if self.save_path else local_output_path
        return root.absolute() / "batch_transform" / job_name
