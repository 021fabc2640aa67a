"""Save a cloud predictor as a small JSON file of names, and load it again."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from autogluon_client.errors import InvalidArgumentError

FILE_NAME = "CloudPredictor.json"
_VERSION = 1


@dataclass
class SavedState:
    """Names of what a cloud predictor is attached to, and its own arguments."""

    type: str
    environment: str
    predictor: str
    cloud_output_path: str | None = None
    fit_job: str | None = None
    fit_workflow: str = "train"  # or `tune`
    batch_jobs: list[str] = field(default_factory=list)
    endpoint: str | None = None
    deployed_model: str | None = None  # the one the endpoint must answer from; None: any
    fit_predict_data: str | None = None
    role: str | None = None
    verbosity: int = 2

    def write(self, folder: Path) -> Path:
        """Write it into a folder, which is created if it does not exist."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / FILE_NAME
        path.write_text(json.dumps({"version": _VERSION, **asdict(self)}, indent=2) + "\n")
        return path

    @classmethod
    def read(cls, folder: Path) -> SavedState:
        """Read what `write` wrote.

        Raises:
            InvalidArgumentError: the file does not exist, or this version cannot read it.
        """
        path = folder / FILE_NAME
        try:
            values = json.loads(path.read_text())
            if values.pop("version") != _VERSION:
                raise ValueError(f"this client reads version {_VERSION} only")
            return cls(**values)
        except FileNotFoundError as error:
            raise InvalidArgumentError(
                f"path: {folder} has no saved predictor.",
                argument="path",
                advice="Pass the local_output_path of one that was saved, or attach to its "
                "training run by name with attach_job().",
            ) from error
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise InvalidArgumentError(
                f"path: {path} cannot be read ({error}).",
                argument="path",
                advice="Attach to the training run by name instead, with attach_job().",
            ) from error
