"""What a cloud predictor remembers, kept as a small JSON file: names only, never objects."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from autogluon_client.errors import InvalidArgumentError

FILE_NAME = "CloudPredictor.json"
_VERSION = 1


@dataclass
class Memory:
    """Everything here can be attached again by its name."""

    type: str
    environment: str
    predictor: str
    cloud_output_path: str | None = None
    fit_job: str | None = None
    batch_jobs: list[str] = field(default_factory=list)
    endpoint: str | None = None
    deployed_model: str | None = None  # that the endpoint has to answer from; None: any
    fit_predict_data: str | None = None
    role: str | None = None
    verbosity: int = 2

    def write(self, folder: Path) -> Path:
        """Write it into a folder, which is made if need be."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / FILE_NAME
        path.write_text(json.dumps({"version": _VERSION, **asdict(self)}, indent=2) + "\n")
        return path

    @classmethod
    def read(cls, folder: Path) -> Memory:
        """Read what `write` wrote.

        Raises:
            InvalidArgumentError: there is nothing, or nothing that this version reads.
        """
        path = folder / FILE_NAME
        try:
            values = json.loads(path.read_text())
            if values.pop("version") != _VERSION:
                raise ValueError(f"only version {_VERSION} is known")
            return cls(**values)
        except FileNotFoundError as error:
            raise InvalidArgumentError(
                f"path: there is no saved predictor in {folder}; give the local_output_path of one "
                "that was saved, or attach to its job by name with attach_job()."
            ) from error
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise InvalidArgumentError(
                f"path: {path} cannot be read ({error}); attach to the job by name instead."
            ) from error
