"""One predictor: what to learn, how, and how to use it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BeforeValidator, Field

from autogluon_constructs.catalogues.images import find_image
from autogluon_constructs.settings.algorithms.algorithm import (
    algorithm_hint,
    algorithm_version,
    no_algorithm,
)
from autogluon_constructs.settings.algorithms.algorithm_resource import AlgorithmArn
from autogluon_constructs.settings.batch import Batch
from autogluon_constructs.settings.bring_your_own.image_uri import ImageUri
from autogluon_constructs.settings.bring_your_own.own_code.folder import own_sources
from autogluon_constructs.settings.bring_your_own.script import Script
from autogluon_constructs.settings.budget import Budget
from autogluon_constructs.settings.data import Data
from autogluon_constructs.settings.drift import Drift
from autogluon_constructs.settings.endpoint_modes import Endpoint
from autogluon_constructs.settings.fields import Tags, refuse
from autogluon_constructs.settings.processing import Processing, StepName
from autogluon_constructs.settings.quality_gate import QualityGate
from autogluon_constructs.settings.schedules.new_objects import NewObjects
from autogluon_constructs.settings.schedules.schedule import Schedule
from autogluon_constructs.settings.schedules.times import ScheduleName
from autogluon_constructs.settings.section import Section
from autogluon_constructs.settings.serving import Serving
from autogluon_constructs.settings.tracking import Tracking
from autogluon_constructs.settings.training import Training
from autogluon_constructs.settings.tuning import Tuning
from autogluon_constructs.settings.weights import WeightsNames
from autogluon_contracts.predictor_types import known_types


def _known_type(name: str) -> str:
    if name not in known_types():
        known = " or ".join(f"'{known}'" for known in known_types())
        hint = algorithm_hint(name)
        raise refuse(f"allowed: {known}{f'; {hint}' if hint else ''}")
    return name


def _text_version(value: Any) -> Any:
    if isinstance(value, float | int) and not isinstance(value, bool):
        raise refuse(f"YAML reads it as a number; put it in quotes: '{value}'")
    return value


def _known_version(version: str) -> str:
    try:
        find_image(version, "cpu")
    except LookupError as error:
        raise refuse(str(error)) from error
    return version


class Predictor(Section):
    """Settings of one predictor.

    `framework_version` chooses the official image. With `image_uri` it says which AutoGluon that
    image carries.
    """

    unsupported_keys: ClassVar = {
        "inter_container_encryption": "the traffic between a training job's instances is always "
        "encrypted, and those of a batch work on files of their own; leave it out",
        "algorithm": no_algorithm(),
        "model_package_arn": "a subscribed model package is not supported; register a model of "
        "your own by `agcdk register`",
    }

    type: Annotated[str, AfterValidator(_known_type)] = "tabular"
    """What kind of predictor it is: one of AutoGluon's, a script of your own, or SageMaker's
    built-in XGBoost or Linear Learner."""
    init_args: Mapping[str, Any]
    """Arguments of the predictor's constructor, such as `label` and `eval_metric`; of a script
    or an algorithm, what it learns: `label`, `problem_type` and `eval_metric`."""
    fit_args: Mapping[str, Any] = Field(default_factory=dict)
    """Arguments of `fit`, such as `presets`, `time_limit` and `hyperparameters`; of a script
    or an algorithm, its hyperparameters."""
    framework_version: Annotated[
        str, BeforeValidator(_text_version), AfterValidator(_known_version)
    ] = "latest"
    """AutoGluon's version, in quotes; it chooses the official image."""
    image_uri: ImageUri | None = None
    """An image of your own in Amazon ECR, in place of the official one; beside `algorithm_arn`,
    the algorithm's, if its registry lets only those pull it whom a policy names."""
    algorithm_arn: AlgorithmArn | None = None
    """The ARN of an algorithm resource of SageMaker that trains and serves, of the type `script`:
    your own, another account's, or one of the Marketplace that you are subscribed to."""
    script: Script | None = None
    """What trains and serves in AutoGluon's place, of the type `script`."""
    algorithm_version: Annotated[str | None, BeforeValidator(_text_version)] = None
    """The version of SageMaker's built-in algorithm, in quotes, of the types `xgboost` and
    `linear_learner`; without it, the latest that is supported."""
    data: Data = Data()
    """What the cells of its data files mean."""
    weights: WeightsNames = ()
    """Sets of pretrained weights that its jobs find, as `agcdk weights add` has mirrored them."""
    training: Training = Training()
    """How it is trained."""
    tuning: Tuning | None = None
    """What `agcdk tune` searches; without it, the predictor cannot be tuned."""
    budget: Budget | None = None
    """What its training may cost in a month; unlimited by default."""
    tracking: Tracking | None = None
    """Where its runs are logged besides the registry; without it, nowhere."""
    quality_gate: QualityGate | None = None
    """What a trained model must reach; without it, a person decides on each one."""
    endpoint: Endpoint | None = None
    """How it answers in real time; without it, it only predicts batches."""
    serving: Serving = Serving()
    """How its model server shares its machine among requests."""
    batch: Batch = Batch()
    """How it predicts files."""
    drift: Drift | None = None
    """How its requests are compared with its training data; without it, they are not."""
    processing: Mapping[StepName, Processing] = Field(default_factory=dict)
    """Scripts that `agcdk process` runs on data, by name."""
    schedules: Mapping[ScheduleName, Schedule] = Field(default_factory=dict)
    """Runs that start by themselves at given times, by name."""
    on_new_objects: Mapping[ScheduleName, NewObjects] = Field(default_factory=dict)
    """Batches that start by themselves, one for each object that is created, by name."""
    network_isolation: bool | None = None
    """Whether its containers run without network access; without it, as the environment says."""
    tags: Tags = Field(default_factory=dict)
    """Tags of its resources, jobs and models; they win over the environment's."""

    @property
    def algorithm(self) -> str | None:
        """Return the version of SageMaker's algorithm that trains it; None: none does."""
        return algorithm_version(self.type, self.algorithm_version)

    def training_sources(self, name: str, folder: Path) -> dict[str, Path]:
        """Return the files of its script, or of the code that its jobs import.

        Args:
            name: the predictor's, which is their folder in the archive of scripts.
            folder: that of the settings file.
        """
        if self.script is not None:
            return self.script.sources(name, folder)
        code = self.training.code
        return {} if code is None else own_sources(name, folder / code)

    @property
    def runs_autogluon(self) -> bool:
        """Return whether AutoGluon trains and serves it, in this project's container code."""
        return self.script is None and self.algorithm is None
