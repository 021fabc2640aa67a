"""Find the model that a run trains further, by the documents that its own run left."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from autogluon_contracts.documents.execution_inputs import TrainInput
from autogluon_contracts.documents.feature_schema import FILE_NAME as SCHEMA_FILE
from autogluon_contracts.documents.feature_schema import FeatureSchemaHeader
from autogluon_contracts.documents.metrics import FILE_NAME as METRICS_FILE
from autogluon_contracts.documents.metrics import TrainingMetrics
from autogluon_contracts.documents.parent_model import ARCHIVE, MODEL_CHANNEL, ParentModel
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.documents.training_job import (
    CHECKPOINT_CHANNEL,
    CODE_CHANNEL,
    CONFIG_CHANNEL,
    FILE_NAME,
    FOLDER_CHANNELS,
    TABLE_CHANNELS,
    TrainingJobConfig,
)
from autogluon_contracts.names import model_package_group, report_file, run_folder
from autogluon_contracts.predictor_types import predictor_type
from autogluon_contracts.s3_location import S3Location
from autogluon_contracts.suggestions import did_you_mean
from autogluon_contracts.wording import listed
from autogluon_lambdas.logic.registry.model_choice import ModelChooser
from autogluon_lambdas.models.environment import Environment
from autogluon_lambdas.models.errors import InvalidInputError
from autogluon_lambdas.models.parent import Parent
from autogluon_lambdas.ports import ModelRegistry, NotReadableError, ObjectStore, PredictorStore

_LARGEST_DOCUMENT_BYTES = 32_000_000
_CHANNEL = re.compile(r"[a-z][a-z0-9._-]{0,63}")
_TAKEN = (
    *TABLE_CHANNELS.values(),
    *FOLDER_CHANNELS.values(),
    CODE_CHANNEL,
    CONFIG_CHANNEL,
    CHECKPOINT_CHANNEL,
)
_FURTHER = ("method", "model_channel_name")

_Read = TypeVar("_Read")


@dataclass(frozen=True)
class ParentFinder:
    """Finds `input.from_model`; every method raises InvalidInputError."""

    environment: Environment
    predictors: PredictorStore
    store: ObjectStore
    registry: ModelRegistry

    def find(self, asked: TrainInput, spec: PredictorSpec) -> Parent | None:
        """Return the model that the input names; None where the run starts from none."""
        if asked.from_model is None:
            for name in _FURTHER:
                if getattr(asked, name) is not None:
                    raise InvalidInputError(
                        f"input.{name}: got {getattr(asked, name)} without a model to train "
                        "further.",
                        advice="Name the model in from_model.",
                    )
            return None
        name = _method_name(asked, spec)
        model, metrics = self._model(asked, spec)
        folder = _folder_of(model.artifact)
        # The first attempt's folder, or the search's, whose trials share one configuration.
        planned = run_folder(folder.bucket, metrics.predictor, model.run)
        config = planned.child(f"{CONFIG_CHANNEL}/{FILE_NAME}")
        job = self._document(config, TrainingJobConfig.from_text)
        schema = self._document(report_file(folder, SCHEMA_FILE), FeatureSchemaHeader.from_text)
        first = job.data.get("train") if job.parent is None else job.parent.first_data
        document = ParentModel(
            method=name,
            artifact=model.artifact,
            artifact_sha256=model.artifact_sha256,
            run=model.run,
            model=model.arn,
            first_data=first,
            channel=_channel(asked),
        )
        method = predictor_type(spec.type).further_methods[name]
        return Parent(document, method, schema, metrics, job)

    def _model(self, asked: TrainInput, spec: PredictorSpec) -> "tuple[_Model, TrainingMetrics]":
        wanted = str(asked.from_model)
        if wanted.startswith("s3://"):
            return self._artifact(wanted)
        group = model_package_group(self.environment.name, spec.name)
        chooser = ModelChooser(self.registry, self.predictors, group, spec.name, key="from_model")
        package = chooser.for_batch(asked.from_model or wanted)
        if package.artifact_sha256 is None:
            raise InvalidInputError(
                f"input.from_model: version {package.version} has no recorded hash, so that its "
                "artifact cannot be verified.",
                advice="Train it again.",
            )
        location = report_file(_folder_of(package.model_data_url), METRICS_FILE)
        metrics = self._document(location, TrainingMetrics.from_text)
        found = _Model(package.model_data_url, package.artifact_sha256, metrics.run, package.arn)
        return found, metrics

    def _artifact(self, uri: str) -> "tuple[_Model, TrainingMetrics]":
        if not uri.endswith(f"/output/{ARCHIVE}"):
            raise InvalidInputError(
                f"input.from_model: got {uri}.",
                advice=f"Give the address of a run's artifact, which ends in /output/{ARCHIVE}.",
            )
        location = report_file(_folder_of(uri), METRICS_FILE)
        metrics = self._document(location, TrainingMetrics.from_text)
        if metrics.artifact_sha256 is None:
            raise InvalidInputError(
                f"input.from_model: {location.uri} records no hash, so that the artifact cannot be "
                "verified.",
                advice="Train it again.",
            )
        return _Model(uri, metrics.artifact_sha256, metrics.run, None), metrics

    def _document(self, location: S3Location, read: Callable[[bytes], _Read]) -> _Read:
        try:
            return read(self.store.read(location, 0, _LARGEST_DOCUMENT_BYTES))
        except NotReadableError as error:
            raise InvalidInputError(
                f"input.from_model: {location.uri} cannot be read ({error.reason}), and says what "
                "the model is.",
                advice="Choose a model whose run folder is complete.",
            ) from error
        except ValueError as error:
            raise InvalidInputError(f"input.from_model: {location.uri}: {error}") from error


@dataclass(frozen=True)
class _Model:
    artifact: str
    artifact_sha256: str
    run: str
    arn: str | None


def _folder_of(artifact: str) -> S3Location:
    # SageMaker writes <run folder>/output/model.tar.gz.
    return S3Location.parse(artifact).parent().parent()


def _method_name(asked: TrainInput, spec: PredictorSpec) -> str:
    kind = predictor_type(spec.type)
    methods = kind.further_methods
    if not methods:
        raise InvalidInputError(
            f'input.from_model: predictor "{spec.name}" has '
            f"{kind.keeping_problem(spec.init_args, spec.fit_args)}.",
            advice="Leave from_model out, and train on all the data.",
        )
    name = asked.method or next(iter(methods))
    if name not in methods:
        raise InvalidInputError(
            f"input.method: unknown method {name!r}{did_you_mean(name, methods)}.",
            advice=f"Allowed for {spec.type} predictors: {listed(methods)}.",
        )
    return name


def _channel(asked: TrainInput) -> str:
    name = asked.model_channel_name
    if name is None:
        return MODEL_CHANNEL
    if name in _TAKEN or not _CHANNEL.fullmatch(name):
        raise InvalidInputError(
            f"input.model_channel_name: got {name!r}.",
            advice="Allowed: up to 64 lower-case letters, digits, dots, hyphens and underscores, "
            f"and none of {', '.join(_TAKEN)}, which are other channels.",
        )
    return name
