"""What is to happen with a batch's results: `download`, `persist`, `save_path`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autogluon_client.autogluon_cloud_arguments import refuse


@dataclass(frozen=True)
class DownloadOptions:
    """As AutoGluon Cloud defines them; `persist` and `save_path` matter when `download` is set."""

    download: bool = True
    persist: bool = True
    save_path: str | Path | None = None

    def with_backend_kwargs(self, call: str, values: Mapping[str, Any] | None) -> DownloadOptions:
        """The same options where a version of AutoGluon Cloud had them in `backend_kwargs`.

        Raises:
            NotSupportedError: one of the others that it could hold.
        """
        given = dict(values or {})
        mine = {name: given.pop(name) for name in vars(self) if name in given}
        refuse(call, given)
        return DownloadOptions(**{**vars(self), **mine})

    def folder(self, local_output_path: Path, job_name: str) -> Path:
        """Where result files go: one folder per batch."""
        root = Path(self.save_path).expanduser() if self.save_path else local_output_path
        return root.absolute() / "batch_transform" / job_name
