"""What cloud predictors of all types share: their jobs, their endpoint, their files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from autogluon_client.autogluon_cloud_arguments import refuse
from autogluon_client.aws_errors import explained
from autogluon_client.data.artifacts import download_predictor
from autogluon_client.endpoint.endpoint import TabularEndpoint
from autogluon_client.environment.connection import Connection
from autogluon_client.environment.live_models import refuse_other_model, version_named
from autogluon_client.environment.permission_files import write_permission_files
from autogluon_client.errors import (
    EndpointOffError,
    InvalidArgumentError,
    JobNotFoundError,
    NotFitError,
    NotSupportedError,
)
from autogluon_client.executions.jobs import NOT_CREATED
from autogluon_client.optional_packages import pandas
from autogluon_client.predictors.context import PredictorContext
from autogluon_client.predictors.saved_state import Memory
from autogluon_client.workflows.promote import put_into_service
from autogluon_client.workflows.train import NO_FIT_JOB, FitJob

if TYPE_CHECKING:
    import pandas as pd


class BaseCloudPredictor(PredictorContext):
    """The calls that all types have; the types add `fit` and their ways to predict."""

    @property
    def is_fit(self) -> bool:
        """Whether the fit job has completed."""
        return self.get_fit_job_status() == "Completed"

    @explained
    def attach_job(self, job_name: str, *, wait: bool = True) -> None:
        """Take over a fit job that this or another process started, by its name, its ARN
        or the SageMaker job's name.

        Without `predictor=` in the constructor, the job says which predictor it is.

        Args:
            wait: return when the job has completed, as AutoGluon Cloud does; else at once.

        Raises:
            JobNotFoundError: there is no such job.
            InvalidArgumentError: it trains another predictor than the one given.
            ExecutionFailedError: it failed (it stays attached, so that its status can be asked).
        """
        job = FitJob.attach(self._connection, job_name)
        if self._predictor_is_given and job.predictor != self.predictor:
            raise InvalidArgumentError(
                f"job_name: {job.name!r} trains predictor {job.predictor!r}, not "
                f"{self.predictor!r}; give predictor={job.predictor!r}."
            )
        self._memory.predictor, self._memory.fit_job = job.predictor, job.name
        if wait:
            job.output(self._progress)

    @explained
    def get_fit_job_status(self) -> str:
        """`NotCreated`, `InProgress`, `Completed`, `Failed` or `Stopped`."""
        return NOT_CREATED if self._memory.fit_job is None else self._fit_job().job.status()

    @explained
    def get_fit_job_output_path(self) -> str | None:
        """The s3:// address of the artifact, None before the job has completed."""
        if self._memory.fit_job is None:
            return None
        output = self._fit_job().job.output_if_completed()
        return None if output is None else str(output["artifact_uri"])

    @explained
    def leaderboard(self) -> pd.DataFrame:
        """AutoGluon's leaderboard of the fit job: one row per model, best first.

        Empty before the job has completed; `attach_job` waits for that.
        """
        if self._memory.fit_job is None:
            return pandas().DataFrame()
        return self._fit_job().leaderboard()

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
        **unsupported: Any,
    ) -> TabularEndpoint:
        """Put a model into service at the predictor's endpoint and attach that.

        The endpoint is paid by the hour until `cleanup_deployment`. If the new model does not
        start, the model that was in service goes on serving. Once somebody puts another one into
        service, real-time predictions are refused, unless this object left open which model it is.

        Args:
            framework_version: `latest` or the deployed version.
            instance_type: one that the YAML allows (`endpoint.allowed_instance_types`). Default:
                what the endpoint has, the YAML's at first; giving the YAML's follows it again.
            initial_instance_count: likewise, up to `endpoint.max_initial_instance_count`.
            wait: return when it is in service; else at once.
            model: a version number or model package ARN. Default: the fit job's, else
                `latest-approved`.

        Raises:
            EndpointOffError: the YAML gives the predictor no endpoint.
            ExecutionFailedError: the model is not approved, or did not start; instances that the
                YAML does not allow.
            NotSupportedError: an argument that the YAML decides; the sentence says which.
        """
        refuse("deploy", unsupported)
        if inference_mode != "realtime":
            raise NotSupportedError(
                f"deploy() does not support inference_mode={inference_mode!r} yet; allowed: "
                "'realtime'."
            )
        self._checked_spec(framework_version)
        instances = {
            "instance_type": instance_type,
            "initial_instance_count": initial_instance_count,
        }
        chosen = self._fitted_model("latest-approved") if model is None else model
        name = put_into_service(
            self._connection,
            self.predictor,
            chosen,
            self._progress,
            wait=wait,
            instances={key: value for key, value in instances.items() if value is not None},
        )
        self._attach(name, version_named(chosen))
        return self._endpoint()

    @explained
    def attach_endpoint(self, endpoint: str | TabularEndpoint) -> None:
        """Use an endpoint that exists, whatever model is live; else raises EndpointOffError."""
        name = str(endpoint)
        status = self._endpoint_called(name).status()
        if status == "Failed":
            raise EndpointOffError(f"The endpoint {name} has failed; call deploy() to mend it.")
        self._attach(name)

    def detach_endpoint(self) -> str:
        """Forget the endpoint, which goes on, and return its name, which `attach_endpoint` takes.

        Raises:
            EndpointOffError: none is attached.
        """
        name = str(self._endpoint())
        self._attach(None)
        return name

    @explained
    def cleanup_deployment(self) -> None:
        """Take the attached endpoint's model out of service and wait until the endpoint is gone.

        Raises:
            EndpointOffError: no endpoint is attached.
            OtherModelError: this object deployed a model, and by now somebody else another one.
        """
        endpoint, deployed = self._endpoint(), self._memory.deployed_model
        if deployed is not None:
            refuse_other_model(self._connection, str(endpoint), deployed)
        endpoint.delete_endpoint()
        self._attach(None)

    @explained
    def info(self) -> dict[str, Any]:
        """What there is, with AutoGluon Cloud's keys, the older ones and the newer ones.

        `local_output_path`, `cloud_output_path`; `fit_job` {name, status, framework_version,
        artifact_path}; `recent_transform_job` {name, status, result_path} or None, and
        `transform_jobs`, a list of names (newer: `recent_batch_inference_job`,
        `batch_inference_jobs`); `endpoint`.
        """
        jobs = list(self._memory.batch_jobs)
        recent = self.get_batch_inference_job_info()
        return {
            "local_output_path": self.local_output_path,
            "cloud_output_path": self._uploads_folder(),
            "fit_job": self._fit_job().info() if self._memory.fit_job else dict(NO_FIT_JOB),
            "recent_transform_job": recent,
            "transform_jobs": jobs,
            "recent_batch_inference_job": recent,
            "batch_inference_jobs": jobs,
            "endpoint": self._memory.endpoint,
        }

    @explained
    def get_batch_inference_job_info(self, job_name: str | None = None) -> dict[str, Any] | None:
        """`name`, `status`, `result_path` of the most recent batch, or of the one named.

        None where there is no such batch.
        """
        try:
            return self._batch_job(job_name).info()
        except (NotFitError, JobNotFoundError):
            return None

    @explained
    def get_batch_inference_job_status(self, job_name: str | None = None) -> str:
        """`NotCreated`, `InProgress`, `Completed`, `Failed` or `Stopped`."""
        found = self.get_batch_inference_job_info(job_name)
        return NOT_CREATED if found is None else str(found["status"])

    @explained
    def download_trained_predictor(
        self, predictor_path: str | None = None, save_path: str | Path | None = None
    ) -> str:
        """Download and unpack the fit job's predictor, waiting for it.

        What an earlier call brought of the same one is there already and stays as it is.

        Args:
            predictor_path: the s3:// address of another `model.tar.gz`.
            save_path: folder for it; `local_output_path` by default.

        Returns:
            `<save_path>/AutoGluonModels`, which AutoGluon's `load` takes.

        Raises:
            NotFitError: there is no fit job, and no path is given.
            InvalidArgumentError: the folder holds what no earlier call brought, or brought so.
        """
        uri = predictor_path or self._fit_job().output(self._progress)["artifact_uri"]
        folder = Path(save_path) if save_path else self._folder
        return str(download_predictor(self._connection.client("s3"), uri, folder))

    def save(self, silent: bool = False) -> None:
        """Write the names of jobs and endpoint into `local_output_path`, for `load`."""
        self._memory.write(self._folder)
        if not silent:
            name = type(self).__name__
            self._progress.say(f"Saved; load it with {name}.load({self.local_output_path!r})")

    @classmethod
    def load(cls, path: str | Path, verbosity: int | None = None, *, session: Any = None) -> Self:
        """The predictor that `save` wrote into `path`; a session has to be given again.

        Raises:
            InvalidArgumentError: there is none, or one of another type.
        """
        memory = Memory.read(Path(path).expanduser())
        if memory.type != cls.predictor_type:
            raise InvalidArgumentError(
                f"path: {path} holds a {memory.type} predictor; use its class."
            )
        loaded = cls(
            path,
            verbosity=memory.verbosity if verbosity is None else verbosity,
            predictor=memory.predictor,
            environment=memory.environment,
            session=session,
        )
        loaded._memory = memory
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
        """Write the IAM documents of a person's role, derived from what is deployed.

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
