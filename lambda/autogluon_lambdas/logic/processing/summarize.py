"""Summarize a processing run: what its job wrote into each output."""

from dataclasses import dataclass
from typing import Any

from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.models.errors import ProcessingFailedError
from autogluon_lambdas.ports import ObjectStore

MOST_FILES = 100_000


@dataclass(frozen=True)
class ProcessingSummarizer:
    """Looks at what a processing job left."""

    store: ObjectStore

    def summarize(self, event: dict[str, Any]) -> dict[str, Any]:
        """Return the summary for `{"run"}`: files and bytes of each output, up to `MOST_FILES`.

        Raises ProcessingFailedError when an output is empty.
        """
        run = event["run"]
        found = {name: self._sizes(name, uri) for name, uri in run["outputs"].items()}
        return {
            **run,
            "files": {name: len(sizes) for name, sizes in found.items()},
            "bytes": {name: sum(sizes) for name, sizes in found.items()},
        }

    def _sizes(self, name: str, uri: str) -> list[int]:
        folder = S3Location.parse(uri)
        found = self.store.find(folder.bucket, folder.key, limit=MOST_FILES)
        if not found:
            variable = f"OUTPUT_{name.upper().replace('-', '_')}"
            raise ProcessingFailedError(
                f'The script wrote no file into the output "{name}".',
                advice=f"Write files into the folder that the variable {variable} names.",
            )
        return [entry.size for entry in found]
