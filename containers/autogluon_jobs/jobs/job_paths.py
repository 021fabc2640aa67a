"""Find the folders and hosts of a training job from the toolkit's `SM_...` variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autogluon_contracts.documents.training_job import CHECKPOINTS_PATH, SIDE_CHANNELS
from autogluon_contracts.models.autogluon_images import INSTALL_ADVICE
from autogluon_jobs.cluster.hosts import Hosts
from autogluon_jobs.messages.errors import InputError

_BASE = "/opt/ml"
_CHANNEL = "SM_CHANNEL_"


@dataclass(frozen=True)
class JobPaths:
    """The folders of one job; `channels` holds those that were mounted, by name.

    Each of its `hosts` has such folders of its own. `install_advice` is a sentence where the
    image's environment is a local one that lacks a part of it.
    """

    model: Path
    output: Path
    output_data: Path
    channels: Mapping[str, Path]
    hosts: Hosts = field(default_factory=Hosts)
    install_advice: str = ""

    @property
    def checkpoints(self) -> Path:
        """Return the folder that SageMaker copies to S3 and back (`CHECKPOINTS_PATH`)."""
        return self.model.parent / Path(CHECKPOINTS_PATH).name

    @property
    def fit(self) -> Path:
        """Return AutoGluon's folder: on the job's volume, beside what is uploaded."""
        return self.model.parent / "autogluon-fit"

    @property
    def own_code(self) -> Path:
        """Return the folder of a person's own modules, which the job imports."""
        return self.model.parent / "own-code"

    @property
    def tables(self) -> dict[str, Path]:
        """Return the folders of rows: `train`, then `test` and `tuning` where they are mounted.

        Raises:
            InputError: the job has no channel `train`.
        """
        optional = [name for name in ("test", "tuning") if name in self.channels]
        return {name: self.channel(name) for name in ("train", *optional)}

    @property
    def side_tables(self) -> dict[str, Path]:
        """Return the folders of tables beside the rows that are mounted, such as `static`."""
        return {
            name: self.channels[name] for name in SIDE_CHANNELS.values() if name in self.channels
        }

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> JobPaths:
        """Read the variables that the sagemaker-training toolkit sets; /opt/ml where it did not."""
        base = environ.get("SAGEMAKER_BASE_DIR", _BASE)
        output = Path(environ.get("SM_OUTPUT_DIR", f"{base}/output"))
        return cls(
            model=Path(environ.get("SM_MODEL_DIR", f"{base}/model")),
            output=output,
            output_data=Path(environ.get("SM_OUTPUT_DATA_DIR", str(output / "data"))),
            channels={
                name.removeprefix(_CHANNEL).lower(): Path(path)
                for name, path in environ.items()
                if name.startswith(_CHANNEL)
            },
            hosts=Hosts.from_environ(environ),
            install_advice=environ.get(INSTALL_ADVICE, ""),
        )

    def channel(self, name: str) -> Path:
        """Return the folder of a required channel.

        Raises:
            InputError: the job has no such channel.
        """
        if name not in self.channels:
            raise InputError(f'The training job has no channel "{name}".')
        return self.channels[name]
