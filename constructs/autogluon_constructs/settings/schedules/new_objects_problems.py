"""Find what would fail each batch of a new object, or start one too many."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from autogluon_constructs.settings.readable_locations import unreadable_problem
from autogluon_constructs.settings.schedules.new_objects import NewObjects
from autogluon_constructs.settings.schedules.problems import instance_problems, output_problems
from autogluon_contracts import names
from autogluon_contracts.document import read_part
from autogluon_contracts.documents.execution_inputs import BatchInput
from autogluon_contracts.jobs.scheduled_locations import DATA_BUCKET

# Each is a rule; EventBridge admits 300 in an account and region, and CloudFormation 500 resources
# of one stack, among which are the most schedules, too.
_MOST = 40

_GIVEN = {"predictor": "any", "data": "s3://bucket/object"}
_WHOSE = {
    "predictor": "it is the predictor that the setting belongs to",
    "data": "it is the object that was created",
    "resume": "each batch would resume the same earlier one",
}


def new_objects_problems(found: NewObjects, fields: Mapping[str, Any]) -> Iterator[str]:
    """Yield a sentence for each problem of its input, its path below the setting first.

    Args:
        found: the setting.
        fields: the predictor's valid fields by name.
    """
    not_theirs = [name for name in _WHOSE if name in found.input]
    for name in not_theirs:
        yield f"input.{name}: {_WHOSE[name]}; leave it out"
    if not not_theirs:
        problems: list[str] = []
        read_part(BatchInput, {**_GIVEN, **found.input}, "input", problems)
        yield from problems
    yield from instance_problems("batch", found.input, fields)
    yield from output_problems(found.input, fields)


def declared_problems(
    environment: str,
    declared: Mapping[tuple[str, str], NewObjects],
    *,
    predictors: Iterable[str],
    data_access: Sequence[str],
    output_locations: Sequence[str],
) -> Iterator[str]:
    """Yield a sentence for each problem of all such settings of an environment.

    They are too many, or a location cannot be read, or batches there would start other batches.

    Args:
        environment: the environment's name.
        declared: by predictor and name.
        predictors: the names of all predictors.
        data_access: the S3 locations outside the environment's buckets that may be read.
        output_locations: those below which batches may write results.
    """
    if len(declared) > _MOST:
        yield (
            f"predictors have {len(declared)} names below on_new_objects; allowed: at most {_MOST} "
            "in one environment"
        )
    for (predictor, name), found in declared.items():
        path = f"predictors.{predictor}.on_new_objects.{name}.location: got '{found.location}'"
        own = found.input.get("output_path")
        written = [*output_locations, *([own] if isinstance(own, str) else [])]
        for results in (each for each in written if _overlap(found.location, each)):
            yield (
                f"{path}, where batches may write results ('{results}'), each of which would "
                "start another batch; keep the two apart"
            )
        if found.in_data_bucket:
            yield from (
                f"{path}, which covers what the client uploads for runs ('{uploads}'), so that a "
                f"batch would start another one; give a folder of its own, such as "
                f"'s3://{DATA_BUCKET}/incoming/'"
                for uploads in _uploads_below(found.spec.prefix, predictors)
            )
        elif found.spec.bucket.startswith(f"{names.foundation_stack(environment)}-"):
            yield (
                f"{path}, a bucket of the environment's own; write '{DATA_BUCKET}' for the one for "
                "data; batches write their results into the other, so that each would start "
                "another one"
            )
        else:
            problem = unreadable_problem(found.location, data_access)
            if problem is not None:
                yield f"{path}, {problem}"


def _overlap(location: str, other: str) -> bool:
    return location.startswith(other) or other.startswith(location)


def _uploads_below(prefix: str, predictors: Iterable[str]) -> list[str]:
    """Return the first folder of uploads that a prefix covers, or lies in."""
    folders = [f"{names.uploads_folder('', each).key}/" for each in predictors]
    return [each for each in folders if each.startswith(prefix) or prefix.startswith(each)][:1]
