"""Find what a processing job reads, and tell SageMaker to read exactly that."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from autogluon_contracts.documents.processing_spec import PROFILE, PROFILE_INPUTS, ProcessingSpec
from autogluon_contracts.jobs.scheduled_locations import DATA_BUCKET
from autogluon_contracts.s3_location import S3Location, S3Object
from autogluon_contracts.suggestions import did_you_mean
from autogluon_contracts.wording import listed
from autogluon_lambdas.logic.data.locations import find_data_files, readable
from autogluon_lambdas.models.environment import Environment
from autogluon_lambdas.models.errors import InvalidDataError, InvalidInputError
from autogluon_lambdas.ports import ObjectStore

# What one look at S3 lists; the sizes of more objects are not added up.
_MOST_LISTED = 10_000


@dataclass(frozen=True)
class FoundInput:
    """An input's objects.

    Attributes:
        location: the object or folder.
        alone: whether no other object's key begins with the location's.
        size: in bytes, of all its objects; None where there are too many to add up.
    """

    name: str
    location: S3Location
    alone: bool
    size: int | None

    def manifest(self) -> bytes:
        """Return the manifest that lists the one object and no other."""
        return json.dumps([{"prefix": self.location.parent().uri}, self.location.name]).encode()


def find_inputs(
    store: ObjectStore,
    environment: Environment,
    step: str,
    spec: ProcessingSpec,
    given: Mapping[str, S3Location],
) -> list[FoundInput]:
    """Return the inputs in the order of the settings.

    Raises InvalidInputError for an input that the step does not have or that lacks an address, and
    InvalidDataError for one without objects, or that may not be read.
    """
    locations = _locations(environment, step, spec, given)
    for name, location in locations.items():
        _require_readable_folder(environment, name, location)
    if step == PROFILE:
        for name, location in locations.items():
            find_data_files(store, f"input.inputs.{name}", location, gzip=True)
    return [_find(store, name, location) for name, location in locations.items()]


def _locations(
    environment: Environment, step: str, spec: ProcessingSpec, given: Mapping[str, S3Location]
) -> dict[str, S3Location]:
    declared: dict[str, str | None] = dict(spec.inputs)
    if step == PROFILE:
        declared = {name: None for name in PROFILE_INPUTS if name == "data" or name in given}
    known = PROFILE_INPUTS if step == PROFILE else tuple(declared)
    for name in given:
        if name not in known:
            raise InvalidInputError(
                f'input.inputs.{name}: the step "{step}" has no input "{name}"'
                f"{did_you_mean(name, known)}.",
                advice=f"It has {listed(known)}." if known else "It has none.",
            )
    found = {}
    for name, uri in declared.items():
        if name in given:
            found[name] = given[name]
        elif uri is None:
            raise InvalidInputError(
                f"input.inputs.{name}: missing, and the settings name no address for it.",
                advice="Give the address of an object or prefix, such as "
                f"--input {name}=s3://BUCKET/FOLDER/",
            )
        else:
            found[name] = S3Location.parse(uri.replace(DATA_BUCKET, environment.data_bucket))
    return found


def _require_readable_folder(environment: Environment, name: str, location: S3Location) -> None:
    """Refuse what the role of processing jobs may not read in the artifact bucket."""
    folders = location.key.split("/")
    is_output = len(folders) > 4 and folders[1] == "processing" and folders[3] == "outputs"
    if location.bucket == environment.artifact_bucket and not is_output:
        raise InvalidDataError(
            f"input.inputs.{name}: {location.uri} is in the artifact bucket, of which processing "
            "jobs read outputs of earlier ones only.",
            advice="Copy the files into the data bucket.",
        )


def _find(store: ObjectStore, name: str, location: S3Location) -> FoundInput:
    key = f"input.inputs.{name}"
    with readable(key):
        # Keys come in order, so that an object with exactly this key comes first.
        first = store.find(location.bucket, location.key, limit=2)
        if first and first[0].location == location and not location.key.endswith("/"):
            objects, alone = first[:1], len(first) == 1
        else:
            location = S3Location(location.bucket, location.key.rstrip("/") + "/")
            objects = store.find(location.bucket, location.key, limit=_MOST_LISTED + 1)
            alone = True
        _require_content(store, key, location, objects)
    known = len(objects) <= _MOST_LISTED
    return FoundInput(
        name, location, alone, sum(entry.size for entry in objects) if known else None
    )


def _require_content(
    store: ObjectStore, key: str, location: S3Location, objects: list[S3Object]
) -> None:
    full = [entry for entry in objects if entry.size]
    if not full:
        what = "not found" if not objects else "empty (0 bytes)"
        raise InvalidDataError(f"{key}: {location.uri} is {what}.")
    # Listing is another permission than reading, which the job's role has where this one has it.
    store.read(full[0].location, 0, 1)
