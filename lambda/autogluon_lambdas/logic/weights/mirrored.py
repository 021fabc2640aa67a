"""Find the mirrored weights that a predictor's settings name."""

import json
from collections.abc import Iterable, Mapping

from autogluon_contracts.documents.mirrored_weights import MirroredWeights
from autogluon_contracts.documents.training_job import MountedWeights
from autogluon_contracts.names import weights_record, weights_sets
from autogluon_lambdas.models.errors import InvalidInputError, one_message
from autogluon_lambdas.ports import NotReadableError, ObjectStore

_MOST_BYTES = 1024 * 1024


def mirrored(store: ObjectStore, artifact_bucket: str, name: str) -> MirroredWeights | None:
    """Return the record of a set; None where it is not mirrored."""
    location = weights_record(artifact_bucket, name)
    try:
        text = store.read(location, 0, _MOST_BYTES)
    except NotReadableError:
        return None
    return MirroredWeights.from_text(text)


def required_weights(
    store: ObjectStore, artifact_bucket: str, names: Iterable[str]
) -> dict[str, MirroredWeights]:
    """Return the records of all sets; raises InvalidInputError naming those that are missing."""
    found = {name: mirrored(store, artifact_bucket, name) for name in names}
    missing = [name for name, record in found.items() if record is None]
    if missing:
        raise InvalidInputError(
            one_message(
                [
                    f'weights: the set "{name}" is not mirrored in this environment'
                    for name in missing
                ]
            ),
            advice=f"Run `agcdk weights add {missing[0]}` first.",
        )
    return {name: record for name, record in found.items() if record is not None}


def manifest(artifact_bucket: str, weights: Mapping[str, MirroredWeights]) -> bytes:
    """Return a SageMaker manifest of the files of these sets and of no others."""
    files = [f"{record.folder}/{file}" for record in weights.values() for file in record.files]
    return json.dumps([{"prefix": weights_sets(artifact_bucket).uri}, *files]).encode()


def mounted(weights: Mapping[str, MirroredWeights]) -> dict[str, MountedWeights]:
    """Return what a training job has to know of the sets."""
    return {
        name: MountedWeights(
            folder=record.folder,
            sha256=record.sha256,
            repository=record.repository,
            revision=record.revision,
            license=record.license,
        )
        for name, record in weights.items()
    }
