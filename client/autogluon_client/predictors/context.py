"""Hold what a cloud predictor is attached to, and find its runs, endpoint and settings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from autogluon_client.autogluon_cloud_arguments import refuse_other_version
from autogluon_client.aws_errors import explained
from autogluon_client.data.uploads import Uploads, upload_folder
from autogluon_client.endpoint.endpoint import Endpoint
from autogluon_client.environment.connection import Connection, chosen_predictor
from autogluon_client.environment.live_models import require_live, variant_of_live
from autogluon_client.environment.permission_files import refuse_other_backend
from autogluon_client.errors import EndpointOffError, NotFitError, NotSupportedError
from autogluon_client.executions.names import new_name
from autogluon_client.executions.progress import Progress
from autogluon_client.predictors.download_options import DownloadOptions
from autogluon_client.predictors.saved_state import SavedState
from autogluon_client.workflows.batch import BatchRun
from autogluon_client.workflows.train import TrainingRun

if TYPE_CHECKING:
    import pandas as pd

EndpointT = TypeVar("EndpointT", bound=Endpoint)


class PredictorContext(Generic[EndpointT]):
    """Drives one predictor of a deployed environment; creating it makes no request.

    Args:
        local_output_path: folder for what is downloaded and saved. Default: a new one below
            `AutogluonCloudPredictor/`, created when something is written.
        cloud_output_path: `s3://bucket/prefix` for the data this client uploads. Default: a folder
            of the environment's data bucket. Models and results are stored in its artifact bucket.
        backend: `sagemaker`.
        role: the environment's own training role, or None.
        verbosity: 0 prints nothing, 1 each run that starts, 2 and more live progress.
        predictor: which predictor of the YAML. Default: AUTOGLUON_PREDICTOR, else `sandbox`.
        environment: which environment. Default: AUTOGLUON_ENVIRONMENT, else `sandbox`.
        session: a boto3 session. Default: the ambient credentials and AWS_ENDPOINT_URL.

    Every call raises a subclass of `AutoGluonClientError` with advice: for credentials,
    permissions, an environment that is not deployed, invalid input, failed runs.
    """

    predictor_type: ClassVar[str]
    endpoint_class: type[EndpointT]

    def __init__(
        self,
        local_output_path: str | Path | None = None,
        cloud_output_path: str | None = None,
        backend: str = "sagemaker",
        role: str | None = None,
        verbosity: int = 2,
        *,
        predictor: str | None = None,
        environment: str | None = None,
        session: Any = None,
    ) -> None:
        refuse_other_backend(backend)
        self._connection = Connection(environment, session)
        self._progress = Progress(verbosity)
        self._predictor_is_given = predictor is not None
        self._state = SavedState(
            type=self.predictor_type,
            environment=self._connection.environment,
            predictor=chosen_predictor(predictor),
            cloud_output_path=cloud_output_path,
            role=role,
            verbosity=verbosity,
        )
        folder = local_output_path or Path("AutogluonCloudPredictor") / new_name("ag")
        self._folder = Path(folder).expanduser().absolute()

    @property
    def predictor(self) -> str:
        """Return the name of the predictor in the YAML."""
        return self._state.predictor

    @property
    def local_output_path(self) -> str:
        """Return the folder for what is downloaded and saved."""
        return str(self._folder)

    @property
    def endpoint_name(self) -> str | None:
        """Return the name of the attached endpoint, if there is one."""
        return self._state.endpoint

    def _training_run(self) -> TrainingRun:
        if self._state.fit_job is None:
            raise NotFitError(
                "No training run is attached.",
                advice="Call fit(), or attach_job() with a run's name.",
            )
        return TrainingRun.of(
            self._connection,
            self.predictor,
            self._state.fit_job,
            workflow=self._state.fit_workflow,
        )

    def _batch_run(self, name: str | None) -> BatchRun:
        if name is None and not self._state.batch_jobs:
            raise NotFitError(
                "No batch was started.", advice="Call predict(), or pass a batch's name."
            )
        return BatchRun.attach(self._connection, name or self._state.batch_jobs[-1])

    def _start_batch(
        self,
        arguments: Mapping[str, Any],
        data: Any,
        options: DownloadOptions,
        *,
        name: str | None,
        wait: bool,
    ) -> tuple[pd.DataFrame, pd.Index | None] | None:
        """Start a batch; return `BatchRun.answers`, or None without waiting or downloading."""
        run = BatchRun.start(self._connection, arguments, data, self._uploads(), name=name)
        if run.name not in self._state.batch_jobs:
            self._state.batch_jobs.append(run.name)
        self._progress.say(f"Started the batch {run.name}")
        if wait and not options.download:
            run.output(self._progress)
        if not (wait and options.download):
            return None
        folder = options.folder(self._folder, run.name) if options.persist else None
        return run.answers(self._progress, folder)

    def _fitted_model(self, otherwise: str) -> str:
        if self._state.fit_job is None:
            return otherwise
        return str(self._training_run().output(self._progress)["model_package_arn"])

    def _endpoint(self) -> EndpointT:
        if self._state.endpoint is None:
            raise EndpointOffError(
                "No endpoint is attached.",
                advice="Call deploy(), or attach_endpoint() with a name.",
            )
        return self._endpoint_called(self._state.endpoint)

    def _attach(self, endpoint: str | None, model: str | None = None) -> None:
        self._state.endpoint, self._state.deployed_model = endpoint, model

    @explained
    def _answering_endpoint(self, *, by_live: bool = False) -> EndpointT:
        """Return the endpoint, if it answers from the model that this object deployed.

        Args:
            by_live: whether other variants than the live model's may not answer, as where this
                object deployed it.
        """
        endpoint, deployed = self._endpoint(), self._state.deployed_model
        if deployed is not None:
            require_live(self._connection, str(endpoint), deployed)
        owner = self._connection.deployment.predictor_of(str(endpoint))
        if owner is None or not (by_live or deployed is not None):
            return endpoint
        variant = variant_of_live(self._connection.spec(owner))
        return self._endpoint_called(str(endpoint), variant)

    def _endpoint_called(self, name: str, variant: str | None = None) -> EndpointT:
        return self.endpoint_class.of(self._connection, name, self._progress, variant=variant)

    def _checked_spec(self, framework_version: str | None) -> dict[str, Any]:
        spec = self._connection.spec(self.predictor)
        if spec["type"] != self.predictor_type:
            raise NotSupportedError(
                f"Predictor {self.predictor!r} is of type {spec['type']}, not "
                f"{self.predictor_type}.",
                argument="predictor_type",
                advice=f"Use CloudPredictor({spec['type']!r}).",
            )
        refuse_other_version(framework_version, spec)
        role, deployed = self._state.role, self._connection.deployment.training_role_arn
        if role not in (None, deployed):
            raise NotSupportedError(
                f"role: got {role}, but jobs run under the deployed role {deployed}.",
                argument="role",
                advice="Leave it out.",
            )
        return spec

    def _uploads_folder(self) -> str:
        return upload_folder(
            self._state.cloud_output_path, self._connection.deployment, self.predictor
        )

    def _uploads(self) -> Uploads:
        return Uploads(self._connection.client("s3"), self._uploads_folder())
