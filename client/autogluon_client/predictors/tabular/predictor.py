"""Cloud predictors for tables: `autogluon.tabular.TabularPredictor` on SageMaker."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from autogluon_client.autogluon_cloud_arguments import ignore, refuse
from autogluon_client.aws_errors import explained
from autogluon_client.endpoint.endpoint import TabularEndpoint
from autogluon_client.endpoint.payloads import JSON_LINES
from autogluon_client.errors import AlreadyFitError, NotFitError
from autogluon_client.optional_packages import autogluon_tabular
from autogluon_client.predictors.tabular.batches import TabularBatches
from autogluon_client.workflows.train import FitJob
from autogluon_client.workflows.train_request import fit_request

if TYPE_CHECKING:
    import pandas as pd


class TabularCloudPredictor(TabularBatches):
    """Fits, serves and predicts tables; its arguments are those of `PredictorContext`.

    Data is a pandas DataFrame, the path of a CSV (with a header where it is trained on), JSON Lines
    or Parquet file, or the s3:// or https:// address of one; s3:// may be a folder of files.
    """

    predictor_type = "tabular"
    endpoint_class = TabularEndpoint

    @explained
    def fit(
        self,
        train_data: Any = None,
        predictor_fit_args: Mapping[str, Any] | None = None,
        *,
        predictor_init_args: Mapping[str, Any] | None = None,
        tuning_data: Any = None,
        test_data: Any = None,
        framework_version: str | None = None,
        job_name: str | None = None,
        instance_type: str | None = None,
        instance_count: int | str | None = None,
        volume_size: int | None = None,
        timeout: int | None = None,
        wait: bool = True,
        promote: bool = False,
        leaderboard: bool = True,
        backend_kwargs: Mapping[str, Any] | None = None,
        **unsupported: Any,
    ) -> Self:
        """Train, evaluate and register a model in a Train execution.

        Both forms of AutoGluon Cloud work: `fit(init_args, fit_args)` with the data in `fit_args`,
        and `fit(train_data, predictor_init_args=..., predictor_fit_args=...)`. What is not given is
        as the YAML says; what the YAML does not allow is refused, with a sentence.

        Args:
            train_data: n rows with the label.
            tuning_data: validation rows, as AutoGluon takes them.
            test_data: rows with the label to evaluate on; else a part of train_data is held out.
            predictor_init_args: for `TabularPredictor()`, over the YAML's.
            predictor_fit_args: for `TabularPredictor.fit()`, over the YAML's, key by key.
            framework_version: `latest` or the deployed version.
            job_name: name of the run; the same name with the same arguments is the same run.
            instance_type: one that the YAML allows.
            volume_size: GB.
            timeout: seconds, at most what the YAML allows.
            wait: print progress and return when the model is registered; else return at once.
            promote: put the model into service if the quality gate approves it; `deploy` does the
                same later.

        Raises:
            AlreadyFitError: this object has a fit job.
            ExecutionFailedError: the input was refused (after a second or so) or training failed.
            FrameworkVersionError: another version than the deployed one.
            InvalidArgumentError, InvalidDataError: what cannot even be sent.
        """
        within = dict(backend_kwargs or {})
        volume_size = within.pop("volume_size", volume_size)
        refuse("fit", {**unsupported, **within})
        if not leaderboard:
            ignore("fit", "leaderboard", leaderboard, "it is always saved")
        self._require_not_fit()
        self._checked_spec(framework_version)
        request = fit_request(
            train_data=train_data,
            tuning_data=tuning_data,
            test_data=test_data,
            predictor_init_args=predictor_init_args,
            predictor_fit_args=predictor_fit_args,
            settings={
                "instance_type": instance_type,
                "instance_count": None if instance_count == "auto" else instance_count,
                "volume_size_gb": volume_size,
                "max_runtime_seconds": timeout,
                "promote": promote,
            },
        )
        job = FitJob.start(
            self._connection, self.predictor, request, self._uploads(), name=job_name
        )
        self._memory.fit_job = job.name
        self._progress.say(f"Started the fit job {job.name}; attach_job({job.name!r}) finds it")
        if wait:
            output = job.output(self._progress)
            self._progress.say(f"{job.name}: {output['decision']}, {output['reason']}")
        return self

    def fit_predict(self, train_data: Any, test_data: Any, **fit_arguments: Any) -> Any:
        """`fit` on the one, then a batch of the other: a Series of n labels, None if not waiting.

        With `wait=False` only the fit job starts, and `get_fit_predict_results` runs the batch.
        """
        results = self.fit_predict_proba(train_data, test_data, **fit_arguments)
        return None if results is None else results[0]

    @explained
    def fit_predict_proba(
        self,
        train_data: Any,
        test_data: Any,
        *,
        include_predict: bool = True,
        wait: bool = True,
        **fit_arguments: Any,
    ) -> Any:
        """As `fit_predict`, with the results of `predict_proba`."""
        self._require_not_fit()  # else the job there is would get other data to predict
        self._memory.fit_predict_data = self._uploads().for_prediction("test_data", test_data)
        self.fit(train_data, wait=wait, **fit_arguments)
        if not wait:
            return None
        results = self.get_fit_predict_proba_results()
        return results if include_predict else results[1]

    def get_fit_predict_results(self) -> pd.Series:
        """Labels of `fit_predict`'s test data, waiting for both jobs."""
        return self.get_fit_predict_proba_results()[0]

    @explained
    def get_fit_predict_proba_results(self) -> Any:
        """(labels, probabilities) of `fit_predict`'s test data, waiting for both jobs.

        Raises:
            NotFitError: there was no `fit_predict`.
        """
        data = self._memory.fit_predict_data
        if data is None:
            raise NotFitError("There was no fit_predict(); call predict_proba() with the data.")
        name = f"{self._fit_job().name[:72]}-predict"
        return self.predict_proba(data, job_name=name)

    def _require_not_fit(self) -> None:
        if self.get_fit_job_status() in ("InProgress", "Completed"):
            raise AlreadyFitError(
                f"This object has the fit job {self._memory.fit_job!r}; make a new "
                f"{type(self).__name__} for the next one."
            )

    def predict_real_time(
        self,
        test_data: Any,
        test_data_image_column: str | None = None,
        accept: str = JSON_LINES,
        **options: Any,
    ) -> pd.Series:
        """Labels from the attached endpoint, however many rows; see `TabularEndpoint.predict`.

        Raises:
            EndpointOffError: none is attached, or it does not answer.
            OtherModelError: it answers from another model than the one this object deployed.
            EndpointRequestError: the model refuses a row.
        """
        refuse("predict_real_time", {"test_data_image_column": test_data_image_column})
        return self._answering_endpoint().predict(test_data, accept=accept, **options)

    def predict_proba_real_time(
        self,
        test_data: Any,
        test_data_image_column: str | None = None,
        accept: str = JSON_LINES,
        **options: Any,
    ) -> pd.DataFrame | pd.Series:
        """Probabilities from the attached endpoint; see `TabularEndpoint.predict_proba`."""
        refuse("predict_proba_real_time", {"test_data_image_column": test_data_image_column})
        endpoint = self._answering_endpoint()
        return endpoint.predict_proba(test_data, include_predict=False, accept=accept, **options)

    def to_local_predictor(
        self,
        predictor_path: str | None = None,
        save_path: str | Path | None = None,
        **load_arguments: Any,
    ) -> Any:
        """Download the fit job's predictor and load it: a `TabularPredictor`.

        Raises:
            MissingPackageError: AutoGluon is not installed; the sentence names the version.
        """
        version = self._checked_spec(None)["framework_version"]
        if predictor_path is None and self._memory.fit_job is not None:
            self._fit_job().output(self._progress)
            version = self._fit_job().framework_version()
        tabular = autogluon_tabular(version)
        folder = self.download_trained_predictor(predictor_path, save_path)
        return tabular.TabularPredictor.load(folder, **load_arguments)
