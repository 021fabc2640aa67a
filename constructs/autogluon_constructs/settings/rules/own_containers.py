"""Gather the containers of all pipelines of an environment but the models' own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from autogluon_constructs.settings.endpoint_modes import PipelineContainer
from autogluon_constructs.settings.predictor import Predictor

MOST_OWN_CONTAINERS = 30
"""IAM: the inline policies of a role have at most 10,240 characters, of which an archive's address
takes up to 150."""


@dataclass(frozen=True)
class OwnContainers:
    """Containers by predictor and hostname; `folder` is that of the settings file."""

    predictors: Mapping[str, Predictor]
    folder: Path

    def __len__(self) -> int:
        return len(list(self._each()))

    @property
    def sources(self) -> dict[tuple[str, str], dict[str, Path]]:
        """Return the files of each container that has a folder, by their paths in its archive."""
        packed = {key: each.sources(self.folder) for key, each in self._each()}
        return {key: files for key, files in packed.items() if files}

    @property
    def model_data(self) -> list[str]:
        """Return the archives that containers have in S3 already."""
        found = (each.model_data for _, each in self._each())
        return [uri for uri in found if uri is not None]

    def _each(self) -> Iterator[tuple[tuple[str, str], PipelineContainer]]:
        for name, predictor in self.predictors.items():
            if predictor.endpoint is not None:
                for hostname, container in predictor.endpoint.own_containers.items():
                    yield (name, hostname), container
