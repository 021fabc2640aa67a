"""Decide where else the results of a batch go, and copy them there."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from autogluon_contracts.documents.batch_manifest import BatchManifest, ResultFile
from autogluon_contracts.documents.execution_inputs import BatchInput
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.s3_location import S3Location
from autogluon_contracts.wording import listed
from autogluon_lambdas.models.errors import BatchFailedError, InvalidInputError
from autogluon_lambdas.models.events.batch import BatchHead
from autogluon_lambdas.ports import NotWritableError, ObjectStore

_THREADS = 16


def output_path(asked: BatchInput, spec: PredictorSpec) -> S3Location | None:
    """Return the folder into which results are to be copied; None for none.

    Raises InvalidInputError where the settings do not allow it, or it meets the data.
    """
    if asked.output_path is not None:
        key, wanted = "input.output_path", asked.output_path
    elif spec.batch.output_path is not None:
        key, wanted = "the predictor's batch.output_path", S3Location.parse(spec.batch.output_path)
    else:
        return None
    folder = wanted.child("")
    allowed = spec.batch.output_locations
    if not any(folder.uri.startswith(location) for location in allowed):
        below = f"Name a folder below {listed(allowed)}, or add" if allowed else "Add"
        raise InvalidInputError(
            f'{key}: got "{wanted.uri}", below which batches of predictor "{spec.name}" may not '
            "write.",
            advice=f"{below} its location to batch.output_locations in the settings and deploy.",
        )
    results = _results(folder)
    if results.bucket == asked.data.bucket and (
        results.key.startswith(asked.data.key) or asked.data.key.startswith(results.key)
    ):
        raise InvalidInputError(
            f"{key}: the results in {results.uri} would be among the data in {asked.data.uri}.",
            advice="Choose another folder.",
        )
    return folder


def copy_results(store: ObjectStore, batch: BatchHead, manifest: BatchManifest) -> None:
    """Copy a batch's results, and then a manifest that names the copies, into its output path.

    Does nothing for a batch without one. Raises BatchFailedError where S3 refuses; the results in
    the batch's own folder stay complete.
    """
    if batch.output_path is None:
        return
    own, copied = batch.folder.child("results/"), _results(batch.output_path)

    def moved(uri: str) -> str:
        return copied.child(uri.removeprefix(own.uri)).uri

    try:
        with ThreadPoolExecutor(_THREADS) as threads:
            for _ in threads.map(
                lambda uri: store.copy_outside(S3Location.parse(uri), S3Location.parse(moved(uri))),
                [uri for file in manifest.files for uri in _objects(file)],
            ):
                pass  # a copy that failed raises here
        files = tuple(
            replace(
                file,
                output=moved(file.output),
                parts=tuple(replace(part, output=moved(part.output)) for part in file.parts),
            )
            for file in manifest.files
        )
        text = replace(manifest, files=files).to_text(indent=1)
        target = batch.output_path.child("manifest.json")
        store.write_outside(target, text.encode(), "application/json")
    except NotWritableError as error:
        raise BatchFailedError(
            f"The results are complete in {own.uri}, but cannot be copied to "
            f"{batch.output_path.uri} ({error.location.uri}: {error.reason}).",
            advice="Copy them from there, or redrive the run once the bucket accepts them.",
        ) from error


def _results(folder: S3Location) -> S3Location:
    return folder.child("results/")


def _objects(file: ResultFile) -> Iterator[str]:
    if file.parts:
        yield from (part.output for part in file.parts)
    else:
        yield file.output
