"""Summarize the mirroring of weights: a set counts once all of its files are stored."""

from dataclasses import dataclass, replace
from typing import Any

from autogluon_contracts.documents.mirrored_weights import RECORD_FILE, MirroredWeights
from autogluon_contracts.names import mirror_folder, weights_record, weights_sets
from autogluon_lambdas.models.environment import Environment
from autogluon_lambdas.models.errors import MirrorFailedError
from autogluon_lambdas.ports import NotReadableError, ObjectStore

_MOST_BYTES = 1024 * 1024


@dataclass(frozen=True)
class MirrorSummarizer:
    """Turns the files of a finished mirroring job into a set that predictors may name."""

    environment: Environment
    store: ObjectStore

    def summarize(self, event: dict[str, Any]) -> dict[str, Any]:
        """Return the summary for `{"mirror", "processing_job"}`.

        Raises MirrorFailedError when files are missing or differ from the job's record.
        """
        asked, bucket = event["mirror"], self.environment.artifact_bucket
        record = replace(self._record(asked["job_name"]), execution=asked["execution"])
        self._require_files(record)
        location = weights_record(bucket, record.name)
        self.store.write(location, record.to_text(indent=1).encode(), "application/json")
        return {
            "name": record.name,
            "repository": record.repository,
            "revision": record.revision,
            "license": record.license,
            "files": len(record.files),
            "bytes": record.bytes,
            "sha256": record.sha256,
            "record_uri": location.uri,
        }

    def _record(self, job_name: str) -> MirroredWeights:
        location = mirror_folder(self.environment.artifact_bucket, job_name).child(RECORD_FILE)
        try:
            return MirroredWeights.from_text(self.store.read(location, 0, _MOST_BYTES))
        except (NotReadableError, ValueError) as error:
            raise MirrorFailedError(
                f"The processing job {job_name} left no valid record of what it mirrored ({error})."
            ) from error

    def _require_files(self, record: MirroredWeights) -> None:
        folder = weights_sets(self.environment.artifact_bucket).child(f"{record.folder}/")
        found = self.store.find(folder.bucket, folder.key, limit=len(record.files) + 1)
        sizes = {entry.location.key.removeprefix(folder.key): entry.size for entry in found}
        wanted = {name: file.bytes for name, file in record.files.items()}
        for name in sorted({*sizes, *wanted}):
            if sizes.get(name) != wanted.get(name):
                raise MirrorFailedError(
                    f"{folder.uri}{name} has {sizes.get(name, 'no')} bytes, and the job recorded "
                    f"{wanted.get(name, 'no')}; the set is not used."
                )
