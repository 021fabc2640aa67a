"""Start the batch of an object that was created, once for each time it was created.

S3 may tell of an object twice, and of two objects in any order (S3's guide, "Amazon S3 Event
Notifications": at least once). A run's name comes from the object and its version, so that a second
event, however late, starts nothing; the order does not matter, because no run depends on another.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autogluon_contracts.documents.new_objects import NewObject
from autogluon_contracts.new_object_names import new_object_run
from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.logic.data.locations import is_data
from autogluon_lambdas.logic.registry.predictors import load_spec
from autogluon_lambdas.models.environment import Environment
from autogluon_lambdas.models.errors import InvalidInputError
from autogluon_lambdas.ports import Executions, PredictorStore

# What jobs of Spark and unloads of databases write beside their data, besides hidden files.
_LISTS_OF_FILES = ("manifest", "manifest.json")
_ENDING_OF_LISTS = ".manifest"


@dataclass(frozen=True)
class Started:
    """What became of an event: a run that was started or None, and a sentence for the log."""

    run: str | None
    sentence: str


def start_batch(
    event: Mapping[str, Any],
    *,
    environment: Environment,
    predictors: PredictorStore,
    executions: Executions,
) -> Started:
    """Return the run that this call started, or why it started none.

    Args:
        event: a `NewObject` as JSON.
        environment: the function's variables.
        predictors: where the settings of the batch are found.
        executions: where runs are started.

    Raises:
        DocumentError: the event is another one.
        InvalidInputError: the object is in the bucket of results, so that each batch would start
            another one; or the environment has no predictor of that name.
    """
    created = NewObject.from_json(event)
    location, version = _object(created.detail)
    if location.bucket == environment.artifact_bucket:
        raise InvalidInputError(
            f"{location.uri}: batches write their results into this bucket, so that each would "
            "start another one.",
            advice=f"Give on_new_objects.{created.rule} another location, then deploy.",
        )
    rules = load_spec(predictors, created.predictor).on_new_objects or {}
    rule = rules.get(created.rule)
    if rule is None or not rule.enabled:
        return Started(None, f"{location.uri}: skipped; the settings start no batch of it any more")
    reason = _why_no_data(created.detail, location, rule.prefix)
    if reason is not None:
        return Started(None, f"{location.uri}: skipped; {reason}")
    name = new_object_run(created.predictor, created.rule, location.bucket, location.key, version)
    arguments = {**rule.input, "predictor": created.predictor, "data": location.uri}
    if executions.start(environment.batch_predict_state_machine_arn, name, arguments):
        return Started(name, f"{location.uri}: started run {name}")
    return Started(None, f"{location.uri}: skipped; run {name} was started before")


def _object(detail: Mapping[str, Any]) -> tuple[S3Location, str]:
    """Return an object and its version, as S3's event has them.

    Source: S3's guide, "Amazon S3 event notification message structure" for EventBridge. Only a
    bucket with versions says `version-id`; `sequencer` belongs to one creation in any bucket.
    """
    described = detail["object"]
    version = described.get("version-id") or described["sequencer"]
    return S3Location(detail["bucket"]["name"], described["key"]), version


def _why_no_data(detail: Mapping[str, Any], location: S3Location, prefix: str) -> str | None:
    folder = prefix[: prefix.rfind("/") + 1]  # a prefix may end within a name
    name = location.name.lower()
    if not is_data(location, S3Location(location.bucket, folder)):
        return "a folder's marker, or hidden by a name or folder that begins with _ or ."
    if detail["object"]["size"] == 0:
        return "it is empty (0 bytes)"
    if name in _LISTS_OF_FILES or name.endswith(_ENDING_OF_LISTS):
        return "a list of files"
    return None
