"""Find the predictor types, each in a package of its own beside this one.

A new type is a folder with a module `predictor_type` that defines `PREDICTOR_TYPE`; the folder's
name is the type's.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Protocol

import autogluon_jobs
from autogluon_contracts.defaults import AUTO_ENGINE, ServingEngine
from autogluon_contracts.documents.training_job import TrainingJobConfig
from autogluon_jobs.jobs.engines import Engine, Explanations
from autogluon_jobs.jobs.job_paths import JobPaths
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import listed
from autogluon_jobs.requests.side_tables import SideTables
from autogluon_jobs.schema.feature_schema import FeatureSchema

_MODULE = "predictor_type"


class PredictorType(Protocol):
    """What one type of predictor does inside the containers.

    Its module is imported for every job and server of the type, so it imports the libraries that
    only some of the methods need inside of these.
    """

    @property
    def answers_by_row(self) -> bool:
        """Return whether an answer has one row for each row of the request, in its order.

        Only then may rows be cut into pieces, be joined, carry columns over, or fail alone.
        """

    def run_job(self, config: TrainingJobConfig, paths: JobPaths) -> None:
        """Train, evaluate and pack a predictor, and write its report.

        Raises:
            InputError: arguments or data that the job cannot honour.
        """

    def answer_columns(self, schema: FeatureSchema, output: str = "both") -> tuple[str, ...]:
        """Return the names of an answer's columns: `both`, `labels` or `probabilities`."""

    def load(
        self,
        artifact: Path,
        schema: FeatureSchema,
        cores: int,
        *,
        small_requests: bool = True,
        engine: ServingEngine = AUTO_ENGINE,
    ) -> Engine:
        """Load what predicts from an unpacked artifact.

        Args:
            artifact: the folder.
            schema: what the predictor takes.
            cores: what one prediction may use at most.
            small_requests: whether there will be some; a slower start may make them faster.
            engine: `autogluon` where nothing but AutoGluon may predict.
        """

    def explanations(self, artifact: Path, schema: FeatureSchema) -> Explanations | None:
        """Return what explains predictions; None where the type has no explanations."""

    def side_tables(self, schema: FeatureSchema) -> SideTables | None:
        """Return what joins the tables that a request may have beside its rows; None: none."""


def predictor_type_of(name: str) -> PredictorType:
    """Return the predictor type of this name, importing it.

    Raises:
        InputError: this version does not support the type.
    """
    known = supported_types()
    if name not in known:
        raise InputError(
            f'Predictor type "{name}" is not supported by this version.',
            advice=f"Supported: {listed(known)}.",
        )
    # Imported when asked for: a job of one type must not need the libraries of another.
    found: PredictorType = import_module(module_of(name)).PREDICTOR_TYPE
    return found


def module_of(name: str) -> str:
    """Return the name of the module that defines a predictor type."""
    return f"{autogluon_jobs.__name__}.{name}.{_MODULE}"


def supported_types() -> tuple[str, ...]:
    """Return the names of all predictor types, without importing them."""
    root = Path(autogluon_jobs.__file__).parent
    return tuple(sorted(path.parent.name for path in root.glob(f"*/{_MODULE}.py")))
