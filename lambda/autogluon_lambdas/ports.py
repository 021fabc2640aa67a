"""Define what the logic asks of the outside; `adapters/` answers with AWS, tests with memory."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from autogluon_contracts.defaults import AUTO_ENGINE
from autogluon_contracts.errors import ExplainedError
from autogluon_contracts.names import MAIN_VARIANT
from autogluon_contracts.s3_location import S3Location, S3Object
from autogluon_lambdas.models.algorithm import AlgorithmResource
from autogluon_lambdas.models.model_package import ModelPackage, ModelVersion
from autogluon_lambdas.models.trial import Trial


class Writer(Protocol):
    """An object under construction; it exists once its context ends without an exception."""

    def write(self, data: bytes) -> None:
        """Append bytes."""


class ObjectStore(Protocol):
    """S3. A location that cannot be read raises `NotReadableError`."""

    def find(self, bucket: str, prefix: str, limit: int) -> list[S3Object]:
        """Return objects whose key starts with `prefix`, in key order, at most `limit`."""

    def read(self, location: S3Location, start: int, length: int) -> bytes:
        """Return up to `length` bytes from `start`; empty for an empty object."""

    def stream(self, location: S3Location) -> Iterator[bytes]:
        """Yield the object's bytes in chunks of bounded size."""

    def write(self, location: S3Location, body: bytes, content_type: str) -> None:
        """Create or replace an object."""

    def writer(self, location: S3Location, content_type: str) -> AbstractContextManager[Writer]:
        """Create or replace an object piece by piece, in bounded memory."""

    def delete(self, locations: Sequence[S3Location]) -> None:
        """Delete objects; absent ones are fine."""

    def copy_outside(self, source: S3Location, target: S3Location) -> None:
        """Copy an object of any size, encrypted as the target's bucket says.

        Raises NotWritableError.
        """

    def write_outside(self, location: S3Location, body: bytes, content_type: str) -> None:
        """Create or replace an object, encrypted as its bucket says; raises NotWritableError."""


@dataclass(frozen=True)
class Lock:
    """Who holds a lock, for how long, and the tag by which it is recognized."""

    holder: str
    held_seconds: float
    tag: str


class Locks(Protocol):
    """Locks, of which each has one holder at any time, however many ask at once."""

    def take(self, location: S3Location, holder: str) -> Lock | None:
        """Take a lock that was never taken, and return None; otherwise return who holds it."""

    def take_over(self, location: S3Location, holder: str, held: Lock) -> bool:
        """Replace the holder; return False when another one did so first."""


class Batches(Protocol):
    """Transform jobs and models."""

    def stop_transform(self, name: str) -> bool:
        """Stop a transform job that runs; return whether there is one of this name."""

    def delete_model(self, name: str) -> None:
        """Delete a model; an absent one is fine."""


class TrainingStopper(Protocol):
    """Stops training jobs."""

    def stop(self, name: str) -> bool:
        """Stop a training job that runs; return whether there is one of this name."""


class TuningJobs(Protocol):
    """Tuning jobs and their trials."""

    def trials(self, name: str) -> list[Trial]:
        """Return all trials of a tuning job, in no order."""

    def stop(self, name: str) -> None:
        """Stop a tuning job that runs; one that has ended, or never was, is fine."""


class TrainingJobs(Protocol):
    """The environment's training jobs, trials included, as DescribeTrainingJob answers."""

    def created_since(self, moment: datetime, beginning: str) -> list[Mapping[str, Any]]:
        """Return the jobs whose names begin so, in no order."""

    def described(self, names: Iterable[str]) -> list[Mapping[str, Any]]:
        """Return the jobs of these names."""


@dataclass(frozen=True)
class TrackedRun:
    """A training job that has ended, as a tracking server keeps it.

    `job_name` is unique, `name` is for people; `seconds` are those of the job.
    """

    experiment: str
    name: str
    job_name: str
    seconds: float
    parameters: Mapping[str, str]
    metrics: Mapping[str, float]
    tags: Mapping[str, str]


class Tracker(Protocol):
    """A tracking server. One that cannot be reached, or refuses, raises `TrackingError`."""

    def log(self, run: TrackedRun) -> str:
        """Log a run and return its page; a run that was logged before stays as it is."""


class TrackingError(ExplainedError):
    """A tracking server does not answer, or refuses."""


class NotReadableError(ExplainedError):
    """A bucket or object does not exist, or the function's role may not read it.

    Attributes:
        location: the bucket or object.
        reason: a clause, such as `the object does not exist`.
    """

    def __init__(self, location: S3Location, reason: str, *, advice: str = "") -> None:
        super().__init__(f"{location.uri}: {reason}.", advice=advice)
        self.location = location
        self.reason = reason


class NotWritableError(Exception):
    """A bucket outside the environment does not exist, or takes no object from the function.

    Attributes:
        location: the object.
        reason: a clause, such as `the bucket does not exist`.
    """

    def __init__(self, location: S3Location, reason: str) -> None:
        super().__init__(f"{location.uri}: {reason}.")
        self.location = location
        self.reason = reason


class PredictorStore(Protocol):
    """The predictors' parameters."""

    def names(self) -> list[str]:
        """Return the predictors that exist."""

    def parameter(self, name: str, path: str) -> str | None:
        """Return a parameter below the predictor's path, such as `spec`, or None."""

    def live_model(self, name: str, variant: str = MAIN_VARIANT) -> str:
        """Return `none` or the ARN of the version that is live in a variant."""

    def live_model_written(self, name: str) -> datetime:
        """Return when the main variant's live model was last written."""

    def live_model_parameter(self, name: str, variant: str = MAIN_VARIANT) -> str:
        """Return the name of the parameter that holds a variant's live model."""


class Parameters(Protocol):
    """SSM parameters by their full names."""

    def value(self, name: str) -> str | None:
        """Return a parameter's value, or None."""

    def below(self, path: str) -> dict[str, str]:
        """Return the values of all parameters below a path, by their names."""

    def put(self, name: str, value: str, description: str) -> None:
        """Create or replace a parameter."""

    def create(self, name: str, value: str, description: str) -> None:
        """Create a parameter; one that exists keeps its value."""

    def delete(self, names: Sequence[str]) -> None:
        """Delete parameters; absent ones are fine."""


@dataclass(frozen=True)
class LogGroup:
    """How a log group is kept: None is for ever, and under the key of CloudWatch Logs."""

    retention_days: int | None = None
    key_arn: str | None = None


class LogGroups(Protocol):
    """Log groups. A key whose policy does not admit one raises `KeyRefusedError`."""

    def below(self, prefix: str) -> dict[str, LogGroup]:
        """Return the log groups whose names begin so, by their names."""

    def create(self, name: str, key_arn: str | None) -> bool:
        """Create a log group; return False where it exists, which stays as it is."""

    def keep(self, name: str, days: int) -> None:
        """Delete a log group's lines after so many days."""

    def encrypt(self, name: str, key_arn: str) -> None:
        """Put new lines under a key."""

    def release(self, name: str) -> None:
        """Put new lines under the key of CloudWatch Logs."""

    def delete(self, name: str) -> None:
        """Delete a log group; an absent one is fine."""


class KeyRefusedError(ExplainedError):
    """CloudWatch Logs may not use a key for a log group, or the key cannot encrypt."""


class ModelRegistry(Protocol):
    """Model package groups and their versions, and the algorithm resources of SageMaker."""

    def ensure_group(self, name: str, description: str, tags: Mapping[str, str]) -> None:
        """Create the group unless it exists."""

    def versions(self, group: str) -> list[ModelVersion]:
        """Return all versions, highest first; none when the group does not exist."""

    def describe(self, arn: str) -> ModelPackage | None:
        """Return one version in full, or None when it does not exist."""

    def algorithm(self, arn: str) -> AlgorithmResource | None:
        """Return what an algorithm resource says of itself, or None when it does not exist."""


@dataclass(frozen=True)
class StackState:
    """A stack's status, the values its SSM parameters had when it was last updated, by the SSM
    parameter's name, and its other parameters by key."""

    status: str
    resolved_parameters: Mapping[str, str]
    parameters: Mapping[str, str] = field(default_factory=dict)


class Stacks(Protocol):
    """CloudFormation."""

    def state(self, stack_name: str) -> StackState | None:
        """Return the stack's state, or None when it does not exist."""

    def first_failure(self, stack_name: str, client_request_token: str) -> str | None:
        """Return what failed first in the update of this token, as `<logical id>: <reason>`."""


@dataclass(frozen=True)
class RunningExecution:
    """One execution of a state machine that has not ended."""

    arn: str
    name: str
    started: datetime
    input: Any


class Executions(Protocol):
    """Step Functions."""

    def running(self, state_machine_arn: str) -> list[RunningExecution]:
        """Return the state machine's running executions, in no order."""

    def status(self, arn: str) -> str | None:
        """Return an execution's status, such as `RUNNING`, or None when it is not known."""

    def start(self, state_machine_arn: str, name: str, arguments: Mapping[str, Any]) -> bool:
        """Start an execution; return False where one of this name exists."""


@dataclass(frozen=True)
class ServerlessState:
    """What a serverless endpoint has by its configuration, which scaling does not change."""

    memory_mb: int
    max_concurrency: int


@dataclass(frozen=True)
class ComponentState:
    """What an inference component has, and the endpoint that it is on."""

    endpoint_name: str
    copies: int


@dataclass(frozen=True, kw_only=True)
class VariantState:
    """What a variant of an endpoint runs, and on which instances by its configuration, or on none.

    `weight` is the one by which it gets requests now; None where SageMaker does not say.
    """

    name: str
    model_package_arns: tuple[str, ...]
    instance_type: str | None = None
    initial_instance_count: int | None = None
    engine: str = AUTO_ENGINE
    serverless: ServerlessState | None = None
    component: ComponentState | None = None
    weight: float | None = None
    is_shadow: bool = False


@dataclass(frozen=True)
class EndpointState:
    """What an endpoint runs now: its variants, the main one first, by SageMaker's names.

    `config_name` is the model's of an inference component, which has no configuration.
    `failure_reason` is SageMaker's of the last change, where it gives one.
    """

    status: str
    config_name: str
    variants: tuple[VariantState, ...]
    failure_reason: str | None = None


class Topic(Protocol):
    """An SNS topic."""

    def publish(self, *, subject: str, message: str) -> None:
        """Send one message to all subscribers; `subject` has at most 100 ASCII characters."""


class Endpoints(Protocol):
    """SageMaker endpoints."""

    def state(self, endpoint_name: str) -> EndpointState | None:
        """Return the endpoint's state, or None when it does not exist."""

    def containers(self, endpoint_name: str) -> Sequence[Mapping[str, Any]] | None:
        """Return the containers of the main variant as DescribeModel has them; None: it is off."""

    def component_state(self, component_name: str) -> EndpointState | None:
        """Return an inference component's state as that of an endpoint with its only variant."""
