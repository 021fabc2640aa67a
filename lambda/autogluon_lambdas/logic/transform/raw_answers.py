"""Match raw answers with input files."""

from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.models.errors import BatchFailedError
from autogluon_lambdas.models.events.batch import Batch, BatchFileRef
from autogluon_lambdas.ports import ObjectStore

SUFFIX = ".out"
_MOST_ANSWERS = 100_000


def find_answers(store: ObjectStore, batch: Batch) -> dict[S3Location, S3Location]:
    """Return the raw answer of each input location.

    SageMaker documents the folder below the output path only by one example, so answers are matched
    by name and by the longest common tail of their folders. Raises BatchFailedError when an input
    has no answer or an answer no input.
    """
    folder = batch.raw_folder
    free = [
        entry.location
        for entry in store.find(folder.bucket, folder.key, _MOST_ANSWERS)
        if entry.location.key.endswith(SUFFIX)
    ]
    answers: dict[S3Location, S3Location] = {}
    by_name: dict[str, list[S3Location]] = {}
    for location in free:
        by_name.setdefault(location.name.removesuffix(SUFFIX), []).append(location)
    for entry in batch.inputs:
        answers[entry.location] = _best(entry, by_name.get(entry.location.name, []))
    if len(set(answers.values())) != len(answers) or len(free) != len(answers):
        raise BatchFailedError(
            f"{folder.uri} holds {len(free)} answers for {len(answers)} input files, which cannot "
            "be told apart.",
            advice="Start the batch again under a new execution name.",
        )
    return answers


def _best(entry: BatchFileRef, candidates: list[S3Location]) -> S3Location:
    if not candidates:
        raise BatchFailedError(f"{entry.location.uri}: the transform job wrote no answer for it.")
    return max(candidates, key=lambda answer: _common_tail(entry.location.key, answer.key))


def _common_tail(key: str, answer_key: str) -> int:
    ours = key.split("/")[::-1]
    theirs = answer_key.removesuffix(SUFFIX).split("/")[::-1]
    count = 0
    for left, right in zip(ours, theirs, strict=False):
        if left != right:
            break
        count += 1
    return count
