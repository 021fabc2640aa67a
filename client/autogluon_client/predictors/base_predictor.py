"""Provide the calls that cloud predictors of all types have: runs, endpoint, files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from autogluon_client.autogluon_cloud_arguments import refuse
from autogluon_client.aws_errors import explained
from autogluon_client.data.artifacts import download_predictor
from autogluon_client.environment.connection import Connection
from autogluon_client.environment.live_models import refuse_other_model, version_named
from autogluon_client.environment.permission_files import write_permission_files
from autogluon_client.errors import (
    AlreadyFitError,
    EndpointOffError,
    InvalidArgumentError,
    NotFitError,
    NotSupportedError,
    RunNotFoundError,
)
from autogluon_client.executions.run import NOT_CREATED
from autogluon_client.optional_packages import autogluon, pandas
from autogluon_client.predictors.context import EndpointT
from autogluon_client.predictors.inspection import RunInspection
from autogluon_client.predictors.saved_state import SavedState
from autogluon_client.workflows.promote import put_into_service
from autogluon_client.workflows.train import NO_TRAINING_RUN, TrainingRun
from autogluon_client.workflows.train_request import FitRequest, fit_request
from autogluon_client.workflows.training_notes import training_notes
from autogluon_client.workflows.trials import require_tuning
from autogluon_contracts.code.own_code import import_from_artifact
from autogluon_contracts.defaults import REAL_TIME, SERVERLESS, ServingEngine

if TYPE_CHECKING:
    import pandas as pd


class BaseCloudPredictor(RunInspection[EndpointT]):
    """Provides the calls of all types; each type adds `fit` and its ways to predict."""

    local_class: ClassVar[str]
    """AutoGluon's class that loads an artifact; its package is named after the type."""
    folder_arguments: ClassVar[Sequence[str]] = ()
    """Of `fit`: those that name a folder which the job reads beside the data."""
    side_tables: ClassVar[Sequence[str]] = ()
    """Of `fit`: those that are a table beside the rows."""

    @property
    def is_fit(self) -> bool:
        """Tell whether the training run has completed."""
        return self.get_fit_job_status() == "Completed"

    @explained
    def attach_job(self, job_name: str, *, wait: bool = True) -> None:
        """Attach a training or tuning run that this or another process started.

        Without `predictor=` in the constructor, the run determines the predictor.

        Args:
            job_name: the run's name or ARN, or the name of its SageMaker job.
            wait: return when the run has completed, as AutoGluon Cloud does; else at once.

        Raises:
            RunNotFoundError: the environment has no such run.
            InvalidArgumentError: it trains another predictor than the one given.
            ExecutionFailedError: it failed (and stays attached, so that its status can be read).
        """
        run = TrainingRun.attach(self._connection, job_name)
        if self._predictor_is_given and run.predictor != self.predictor:
            raise InvalidArgumentError(
                f"job_name: {run.name!r} trains predictor {run.predictor!r}, not "
                f"{self.predictor!r}.",
                argument="job_name",
                advice=f"Pass predictor={run.predictor!r}.",
            )
        self._state.predictor, self._state.fit_job = run.predictor, run.name
        self._state.fit_workflow = run.run.workflow
        if wait:
            run.output(self._progress)

    @explained
    def get_fit_job_status(self) -> str:
        """Return `NotCreated`, `InProgress`, `Completed`, `Failed` or `Stopped`."""
        return NOT_CREATED if self._state.fit_job is None else self._training_run().run.status()

    @explained
    def get_fit_job_output_path(self) -> str | None:
        """Return the s3:// address of the artifact; None before the run has completed."""
        if self._state.fit_job is None:
            return None
        output = self._training_run().run.output_if_completed()
        return None if output is None else str(output["artifact_uri"])

    @explained
    def leaderboard(self) -> pd.DataFrame:
        """Return AutoGluon's leaderboard of the training run: one row per model, best first.

        Empty before the run has completed; `attach_job` waits for that.
        """
        if self._state.fit_job is None:
            return pandas().DataFrame()
        return self._training_run().leaderboard()

    @explained
    def tune(
        self,
        train_data: Any = None,
        predictor_fit_args: Mapping[str, Any] | None = None,
        *,
        predictor_init_args: Mapping[str, Any] | None = None,
        tuning_data: Any = None,
        test_data: Any = None,
        max_jobs: int | None = None,
        max_parallel_jobs: int | None = None,
        warm_start: Sequence[str] = (),
        job_name: str | None = None,
        instance_type: str | None = None,
        volume_size: int | None = None,
        timeout: int | None = None,
        wait: bool = True,
        promote: bool = False,
    ) -> Self:
        """Search the ranges of the YAML's `tuning`, and register the best trial's model.

        The object is then attached to the run as after `fit`; `analytics` returns the trials.

        Args:
            train_data: as `fit` takes it.
            tuning_data: as `fit` takes it; trials are compared by their score on it.
            test_data: as `fit` takes it; it plays no part in the search.
            predictor_init_args: over the YAML's, key by key.
            predictor_fit_args: over the YAML's, key by key.
            max_jobs: trials in all, at most the YAML's.
            max_parallel_jobs: trials at the same time, at most the YAML's.
            warm_start: names of up to five tuning runs of the predictor to learn from.
            job_name: name of the run; the same name with the same arguments is the same run.
            instance_type: of each trial, one that the YAML allows.
            volume_size: GB, of each trial.
            timeout: seconds of each trial, within what the YAML allows.
            wait: wait until the model is registered and print progress; else return at once.
            promote: put the model into service if the quality gate approves it.

        Raises:
            AlreadyFitError: this object already has a training run.
            NotSupportedError: the environment is of an earlier release, without tuning.
            ExecutionFailedError: the input was refused (in about a second) or no trial succeeded.
            InvalidArgumentError, InvalidDataError: nothing was started.
        """
        self._require_not_fit()
        self._checked_spec(None)
        require_tuning(self._connection)
        request = fit_request(
            train_data=train_data,
            tuning_data=tuning_data,
            test_data=test_data,
            predictor_init_args=predictor_init_args,
            predictor_fit_args=predictor_fit_args,
            settings={
                "max_jobs": max_jobs,
                "max_parallel_jobs": max_parallel_jobs,
                "warm_start": list(warm_start) or None,
                "instance_type": instance_type,
                "volume_size_gb": volume_size,
                "max_runtime_seconds": timeout,
                "promote": promote,
            },
        )
        self._train(self._prepared(request), name=job_name, wait=wait, workflow="tune")
        return self

    def _prepared(self, request: FitRequest) -> FitRequest:
        """Return a request whose data can be uploaded; types with tables of their own change it."""
        return request

    @explained
    def deploy(
        self,
        *,
        framework_version: str | None = None,
        instance_type: str | None = None,
        initial_instance_count: int | None = None,
        wait: bool = True,
        inference_mode: str = "realtime",
        model: str | int | None = None,
        engine: ServingEngine | None = None,
        allow_schema_change: bool = False,
        at_once: bool = False,
        **unsupported: Any,
    ) -> EndpointT:
        """Put a model into service at the predictor's endpoint and attach the endpoint.

        The endpoint costs money by the hour until `cleanup_deployment`. If the new model does not
        start, the previous one stays in service. If someone else later puts another model into
        service, this object refuses real-time predictions, unless it did not name a version.

        Args:
            framework_version: `latest` or the deployed version.
            instance_type: one that the YAML allows (`endpoint.allowed_instance_types`). Default:
                the endpoint's, at first the YAML's; passing the YAML's follows it again.
            initial_instance_count: likewise, at most `endpoint.max_initial_instance_count`.
            wait: return when it is in service; else at once.
            inference_mode: `serverless` only where the YAML says so (`endpoint.mode`); the YAML
                decides.
            model: a version number or model package ARN. Default: the training run's, else
                `latest-approved`.
            engine: `autogluon` to predict with AutoGluon always, `auto` to use the direct path
                where it is proved equal. Default: the endpoint's, at first `serving.engine`.
            allow_schema_change: also if requests or answers differ from the live model's.
            at_once: move all requests at once and unwatched, whatever `endpoint.update` in the YAML
                says.

        Raises:
            EndpointOffError: the YAML gives the predictor no endpoint.
            ExecutionFailedError: the model is not approved, did not start or would break callers,
                or the YAML does not allow the instances.
            NotSupportedError: the YAML decides about an argument; the message names it.
        """
        refuse(type(self).__name__, "deploy", unsupported)
        self._require_mode(inference_mode, self._checked_spec(framework_version))
        choices = {
            "instance_type": instance_type,
            "initial_instance_count": initial_instance_count,
            "engine": engine,
            "allow_schema_change": allow_schema_change or None,
            "at_once": at_once or None,
        }
        chosen = self._fitted_model("latest-approved") if model is None else model
        name = put_into_service(
            self._connection,
            self.predictor,
            chosen,
            self._progress,
            wait=wait,
            choices={key: value for key, value in choices.items() if value is not None},
        )
        self._attach(name, version_named(chosen))
        return self._endpoint()

    def _require_mode(self, inference_mode: str, spec: Mapping[str, Any]) -> None:
        """Refuse a mode that is not the endpoint's; "realtime", the default, asks for none."""
        if inference_mode == "realtime":
            return
        mode = (spec["endpoint"] or {}).get("mode", REAL_TIME)
        if inference_mode != SERVERLESS or mode != SERVERLESS:
            raise NotSupportedError(
                f"deploy() got inference_mode={inference_mode!r}, and the endpoint of predictor "
                f"{self.predictor!r} is {mode}.",
                argument="inference_mode",
                advice="The YAML decides: set endpoint.mode there, then deploy the stacks.",
            )

    @explained
    def attach_endpoint(self, endpoint: str | EndpointT) -> None:
        """Attach an existing endpoint, whichever model is live; raises EndpointOffError."""
        name = str(endpoint)
        status = self._endpoint_called(name).status()
        if status == "Failed":
            raise EndpointOffError(f"Endpoint {name} has failed.", advice="Call deploy().")
        self._attach(name)

    def detach_endpoint(self) -> str:
        """Detach the endpoint, which stays in service, and return its name.

        Raises:
            EndpointOffError: no endpoint is attached.
        """
        name = str(self._endpoint())
        self._attach(None)
        return name

    @explained
    def cleanup_deployment(self) -> None:
        """Take the attached endpoint's model out of service and wait until the endpoint is deleted.

        Raises:
            EndpointOffError: no endpoint is attached.
            OtherModelError: someone else has since deployed another model than this object did.
        """
        endpoint, deployed = self._endpoint(), self._state.deployed_model
        if deployed is not None:
            refuse_other_model(self._connection, str(endpoint), deployed)
        endpoint.delete_endpoint()
        self._attach(None)

    @explained
    def info(self) -> dict[str, Any]:
        """Return what is attached, under AutoGluon Cloud's older and newer keys.

        `local_output_path`, `cloud_output_path`; `fit_job` {name, status, framework_version,
        artifact_path}; `recent_transform_job` {name, status, result_path} or None, and
        `transform_jobs`, a list of names (newer: `recent_batch_inference_job`,
        `batch_inference_jobs`); `endpoint`.
        """
        jobs = list(self._state.batch_jobs)
        is_fit = self._state.fit_job is not None
        recent = self.get_batch_inference_job_info()
        return {
            "local_output_path": self.local_output_path,
            "cloud_output_path": self._uploads_folder(),
            "fit_job": self._training_run().info() if is_fit else dict(NO_TRAINING_RUN),
            "recent_transform_job": recent,
            "transform_jobs": jobs,
            "recent_batch_inference_job": recent,
            "batch_inference_jobs": jobs,
            "endpoint": self._state.endpoint,
        }

    @explained
    def get_batch_inference_job_info(self, job_name: str | None = None) -> dict[str, Any] | None:
        """Return `name`, `status`, `result_path` of the most recent batch, or of the one named.

        None where there is no such batch.
        """
        try:
            return self._batch_run(job_name).info()
        except (NotFitError, RunNotFoundError):
            return None

    @explained
    def get_batch_inference_job_status(self, job_name: str | None = None) -> str:
        """Return `NotCreated`, `InProgress`, `Completed`, `Failed` or `Stopped`."""
        found = self.get_batch_inference_job_info(job_name)
        return NOT_CREATED if found is None else str(found["status"])

    @explained
    def download_trained_predictor(
        self, predictor_path: str | None = None, save_path: str | Path | None = None
    ) -> str:
        """Wait for the training run, download its predictor and unpack it.

        A folder that an earlier call made from the same artifact is returned as it is.

        Args:
            predictor_path: the s3:// address of another `model.tar.gz`, which is not verified.
            save_path: folder for it; `local_output_path` by default.

        Returns:
            `<save_path>/AutoGluonModels`, which AutoGluon's `load` takes.

        Raises:
            NotFitError: no training run is attached, and no path is given.
            InvalidArgumentError: the folder holds other or changed files.
            ArtifactChangedError: the artifact is not the one that the run recorded.
        """
        folder = Path(save_path) if save_path else self._folder
        s3 = self._connection.client("s3")
        if predictor_path is not None:
            return str(download_predictor(s3, predictor_path, folder))
        trained = self._training_run().output(self._progress)
        uri, sha256 = trained["artifact_uri"], trained.get("artifact_sha256")
        return str(download_predictor(s3, uri, folder, sha256=sha256))

    def to_local_predictor(
        self,
        predictor_path: str | None = None,
        save_path: str | Path | None = None,
        **load_arguments: Any,
    ) -> Any:
        """Download the training run's predictor and load it as AutoGluon's own predictor.

        The person's own modules that it was trained with, if any, can be imported from then on.

        Raises:
            MissingPackageError: AutoGluon is not installed; the advice names the version.
        """
        version = self._checked_spec(None)["framework_version"]
        if predictor_path is None and self._state.fit_job is not None:
            self._training_run().output(self._progress)
            version = self._training_run().framework_version()
        package = autogluon(self.predictor_type, version)
        folder = self.download_trained_predictor(predictor_path, save_path)
        import_from_artifact(Path(folder))
        return getattr(package, self.local_class).load(folder, **load_arguments)

    def _require_not_fit(self) -> None:
        """Refuse a second training run; raises AlreadyFitError."""
        if self.get_fit_job_status() in ("InProgress", "Completed"):
            raise AlreadyFitError(
                f"This object already has the training run {self._state.fit_job!r}.",
                run=str(self._state.fit_job),
                advice=f"Create a new {type(self).__name__} for the next one.",
            )

    def _train(
        self, request: FitRequest, *, name: str | None, wait: bool, workflow: str = "train"
    ) -> None:
        """Start a training or tuning run, attach it and, if asked to, wait for it."""
        run = TrainingRun.start(
            self._connection,
            self.predictor,
            request,
            self._uploads(),
            name=name,
            workflow=workflow,
        )
        self._state.fit_job, self._state.fit_workflow = run.name, workflow
        kind = "training" if workflow == "train" else "tuning"
        self._progress.say(f"Started {kind} run {run.name}; attach_job({run.name!r}) finds it")
        if wait:
            output = run.output(self._progress)
            self._progress.say(f"{run.name}: {output['decision']}. {output['reason']}")
            for sentence in training_notes(self._connection, output).lines():
                self._progress.say(f"Note: {sentence}")

    def save(self, silent: bool = False) -> None:
        """Write the names of runs and endpoint into `local_output_path`, for `load`."""
        self._state.write(self._folder)
        if not silent:
            name = type(self).__name__
            self._progress.say(f"Saved; load it with {name}.load({self.local_output_path!r})")

    @classmethod
    def load(cls, path: str | Path, verbosity: int | None = None, *, session: Any = None) -> Self:
        """Load the predictor that `save` wrote into `path`; a session must be passed again.

        Raises:
            InvalidArgumentError: the folder has no saved predictor, or one of another type.
        """
        state = SavedState.read(Path(path).expanduser())
        if state.type != cls.predictor_type:
            raise InvalidArgumentError(
                f"path: {path} holds a {state.type} predictor, not a {cls.predictor_type} one.",
                argument="path",
                advice="Use its class.",
            )
        loaded = cls(
            path,
            verbosity=state.verbosity if verbosity is None else verbosity,
            predictor=state.predictor,
            environment=state.environment,
            session=session,
        )
        loaded._state = state
        return loaded

    @staticmethod
    @explained
    def generate_default_permission(
        backend: str = "sagemaker",
        account_id: str | None = None,
        cloud_output_bucket: str | None = None,
        output_path: str | Path | None = None,
        *,
        environment: str | None = None,
        session: Any = None,
    ) -> dict[str, str]:
        """Write the IAM documents of a person's role, derived from the deployment.

        Review them, then: `aws iam create-role --assume-role-policy-document file://...`.

        Args:
            account_id: None, or the account that the environment is deployed in.
            cloud_output_bucket: None, or the environment's data bucket.
            output_path: folder to write to; the current one by default.

        Returns:
            Paths of both files by `trust_relationship` and `iam_policy`.
        """
        return write_permission_files(
            Connection(environment, session),
            backend=backend,
            account_id=account_id,
            cloud_output_bucket=cloud_output_bucket,
            output_path=output_path,
        )
