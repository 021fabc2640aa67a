"""Fit, serve and forecast: `autogluon.timeseries.TimeSeriesPredictor` on SageMaker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Self

from autogluon_client.autogluon_cloud_arguments import ignore, refuse
from autogluon_client.aws_errors import explained
from autogluon_client.errors import NotFitError, NotSupportedError
from autogluon_client.predictors.base_predictor import BaseCloudPredictor
from autogluon_client.predictors.download_options import DownloadOptions
from autogluon_client.predictors.timeseries.endpoint import TimeSeriesEndpoint
from autogluon_client.predictors.timeseries.forecasts import forecast
from autogluon_client.predictors.timeseries.shards import sharded
from autogluon_client.predictors.timeseries.tables import (
    flat,
    static_of,
    static_table,
    whole_table,
    with_known,
)
from autogluon_client.workflows.train_request import FitRequest, fit_request
from autogluon_contracts.content_types import JSONL
from autogluon_contracts.predictor_types.timeseries.series import SeriesColumns

if TYPE_CHECKING:
    import pandas as pd


_STATIC = ("static_features",)


class TimeSeriesCloudPredictor(BaseCloudPredictor[TimeSeriesEndpoint]):
    """Fits, serves and forecasts; its arguments are those of `PredictorContext`.

    Data is a long table of all series: a pandas DataFrame (also AutoGluon's
    `TimeSeriesDataFrame`), the path of a CSV, JSON or Parquet file, or its s3:// or https://
    address; an s3:// address may name a folder of files.
    """

    predictor_type = "timeseries"
    local_class = "TimeSeriesPredictor"
    endpoint_class = TimeSeriesEndpoint
    side_tables = ("static_features",)

    @explained
    def fit(
        self,
        train_data: Any = None,
        predictor_fit_args: Mapping[str, Any] | None = None,
        *,
        predictor_init_args: Mapping[str, Any] | None = None,
        tuning_data: Any = None,
        test_data: Any = None,
        known_covariates: Any = None,
        static_features: Any = None,
        id_column: str | None = None,
        timestamp_column: str | None = None,
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
        and `fit(train_data, predictor_init_args=..., predictor_fit_args=...)`. The YAML provides
        the defaults and limits what is allowed.

        Args:
            train_data: the series, a row for each of them and each time.
            tuning_data: series whose last steps choose the model, as AutoGluon takes them.
            test_data: series whose last steps the model is evaluated on. Default: the last steps of
                train_data.
            known_covariates: columns of `known_covariates_names` as a table of their own, for all
                rows of train_data.
            static_features: a row for each series: its id, or an index of ids, and a column for
                each feature. Default: those of a `TimeSeriesDataFrame`.
            id_column: the column that names the series. Default: the YAML's, else `item_id`.
            timestamp_column: the column of times. Default: the YAML's, else `timestamp`.
            predictor_init_args: for `TimeSeriesPredictor()`, over the YAML's.
            predictor_fit_args: for `TimeSeriesPredictor.fit()`, over the YAML's, key by key.
            framework_version: `latest` or the deployed version.
            job_name: name of the run; the same name with the same arguments is the same run.
            instance_type: one that the YAML allows.
            volume_size: GB.
            timeout: seconds, within what the YAML allows.
            wait: wait until the model is registered and print progress; else return at once.
            promote: put the model into service if the quality gate approves it; `deploy` does it
                later.

        Raises:
            AlreadyFitError: this object already has a training run.
            ExecutionFailedError: the input was refused (in about a second) or training failed.
            FrameworkVersionError: the predictor is deployed with another version.
            InvalidArgumentError, InvalidDataError: nothing was started.
        """
        within = dict(backend_kwargs or {})
        volume_size = within.pop("volume_size", volume_size)
        refuse(type(self).__name__, "fit", {**unsupported, **within})
        if not leaderboard:
            ignore("fit", "leaderboard", leaderboard, "it is always saved")
        self._require_not_fit()
        self._checked_spec(framework_version)
        request = fit_request(
            train_data=train_data,
            tuning_data=tuning_data,
            test_data=test_data,
            static_features=static_features,
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
        roles = {"id_column": id_column, "timestamp_column": timestamp_column}
        request = self._of_long_tables(request, roles, known_covariates)
        self._train(request, name=job_name, wait=wait)
        return self

    def _prepared(self, request: FitRequest) -> FitRequest:
        columns = self._columns(request.init_args)
        data = {key: flat(table) for key, table in request.data.items() if key not in _STATIC}
        static = static_of(request.data["train_data"], request.data.get("static_features"))
        if static is not None:
            data["static_features"] = static_table(static, columns)
        return replace(request, data=data)

    def _of_long_tables(
        self, request: FitRequest, roles: Mapping[str, str | None], known: Any
    ) -> FitRequest:
        given = {name: value for name, value in roles.items() if value is not None}
        init_args = {**request.init_args, **given}
        request = self._prepared(replace(request, init_args=init_args))
        if known is None:
            return request
        s3, columns = self._connection.client("s3"), self._columns(init_args)
        rows = with_known(s3, request.data["train_data"], known, columns)
        return replace(request, data={**request.data, "train_data": rows})

    def _columns(self, init_args: Mapping[str, Any]) -> SeriesColumns:
        return SeriesColumns.of({**self._connection.spec(self.predictor)["init_args"], **init_args})

    @explained
    def predict(
        self,
        data: Any,
        *,
        known_covariates: Any = None,
        static_features: Any = None,
        framework_version: str | None = None,
        job_name: str | None = None,
        instance_type: str | None = None,
        instance_count: int | None = None,
        max_payload_mb: int | None = None,
        max_concurrent_transforms: int | None = None,
        timeout_seconds: int | None = None,
        max_retries: int | None = None,
        transform_ami_version: str | None = None,
        output_path: str | None = None,
        wait: bool = True,
        download: bool = True,
        persist: bool = True,
        save_path: str | Path | None = None,
        model: str | int | None = None,
        backend_kwargs: Mapping[str, Any] | None = None,
        **unsupported: Any,
    ) -> pd.DataFrame | None:
        """Forecast the series of a long table in a BatchPredict execution.

        Args:
            data: the history, or the names of stored series, as `TimeSeriesEndpoint.predict` takes
                them. Of a folder, each file holds whole series.
            known_covariates: their values in the future, as a table of their own.
            static_features: as `fit` takes them.
            job_name: name of the batch; the same name with the same arguments is the same batch.
            instance_type: one that the YAML allows for batches.
            max_payload_mb: size of one request in MB, which holds a whole file. This and the next
                four are by default the YAML's.
            max_concurrent_transforms: requests at once per instance.
            timeout_seconds: how long one request may take.
            max_retries: how often a failed request is sent again.
            transform_ami_version: name of the host image, on a GPU type.
            output_path: an `s3://` folder that the YAML allows, into which the run copies results.
            wait: wait, print progress and return the forecast; else return at once.
            download: download and return the results; else return None.
            persist: keep the result files in `<save_path>/batch_transform/<job name>/`.
            save_path: folder for them; `local_output_path` by default.
            model: `live`, `latest`, a version number or a model package ARN. Default: the
                training run's, else `live`.

        Returns:
            What `TimeSeriesEndpoint.predict` returns; None without waiting or downloading.

        Raises:
            ExecutionFailedError: the input was refused (in about a second) or the batch failed.
            FrameworkVersionError, InvalidDataError, NameTakenError: nothing was started.
        """
        owner = type(self).__name__
        refuse(owner, "predict", unsupported)
        options = DownloadOptions(download, persist, save_path)
        options = options.with_backend_kwargs(owner, "predict", backend_kwargs)
        self._checked_spec(framework_version)
        arguments = {
            "predictor": self.predictor,
            "model": self._fitted_model("live") if model is None else model,
            "instance_type": instance_type,
            "instance_count": instance_count,
            "max_payload_mb": max_payload_mb,
            "max_concurrent_transforms": max_concurrent_transforms,
            "timeout_seconds": timeout_seconds,
            "max_retries": max_retries,
            "transform_ami_version": transform_ami_version,
            "output_path": output_path,
        }
        table = self._whole_table(data, known_covariates, static_features)
        init_args = self._connection.spec(self.predictor)["init_args"]
        with sharded(init_args, table) as files:
            answers = self._start_batch(arguments, files, options, name=job_name, wait=wait)
        return None if answers is None else forecast(answers[0])

    def _whole_table(self, data: Any, known: Any, static: Any) -> Any:
        static = static_of(data, static)
        if known is None and static is None:
            return flat(data)
        fitted = {} if self._state.fit_job is None else self._training_run().run.arguments()
        columns = self._columns(fitted.get("init_args", {}))
        return whole_table(self._connection.client("s3"), data, known, static, columns)

    @explained
    def get_predict_results(self, job_name: str | None = None) -> pd.DataFrame:
        """Return the forecast of a batch, started here or elsewhere; default: the latest."""
        return forecast(self._batch_run(job_name).answers(self._progress, None)[0])

    @explained
    def fit_predict(
        self,
        train_data: Any,
        *,
        known_covariates: Any = None,
        wait: bool = True,
        **fit_arguments: Any,
    ) -> pd.DataFrame | None:
        """Train on `train_data`, then forecast its series in a batch.

        Args:
            train_data: the series, with the columns of known covariates.
            known_covariates: their values in the future, as a table of their own.
            wait: wait for both and return the forecast; else only training starts, None is
                returned, and `get_fit_predict_results` runs the batch.
            fit_arguments: as `fit` takes them.
        """
        self._require_not_fit()  # else that run would get other data to predict
        static = static_of(train_data, fit_arguments.get("static_features"))
        roles = {name: fit_arguments.get(name) for name in ("id_column", "timestamp_column")}
        given = {name: value for name, value in roles.items() if value is not None}
        columns = self._columns({**(fit_arguments.get("predictor_init_args") or {}), **given})
        s3 = self._connection.client("s3")
        table = whole_table(s3, train_data, known_covariates, static, columns)
        self._state.fit_predict_data = self._uploads().for_prediction("train_data", table)
        self.fit(train_data, wait=wait, **fit_arguments)
        return self.get_fit_predict_results() if wait else None

    @explained
    def get_fit_predict_results(self) -> pd.DataFrame | None:
        """Wait for both runs of `fit_predict` and return the forecast.

        Raises:
            NotFitError: `fit_predict` was not called.
        """
        data = self._state.fit_predict_data
        if data is None:
            raise NotFitError(
                "fit_predict() was not called.", advice="Call predict() with the data."
            )
        return self.predict(data, job_name=f"{self._training_run().name[:72]}-predict")

    def predict_real_time(
        self,
        data: Any,
        static_features: Any = None,
        known_covariates: Any = None,
        accept: str = JSONL,
        **options: Any,
    ) -> pd.DataFrame:
        """Forecast with the attached endpoint; see `TimeSeriesEndpoint.predict`.

        Raises:
            EndpointOffError: no endpoint is attached, or it does not answer.
            OtherModelError: it answers from another model than the one this object deployed.
            EndpointRequestError: the model refuses a row.
        """
        return self._answering_endpoint().predict(
            data,
            known_covariates=known_covariates,
            static_features=static_features,
            accept=accept,
            **options,
        )

    def predict_proba(self, *_: Any, **__: Any) -> NoReturn:
        """Refuse: a forecast has quantiles; raises NotSupportedError."""
        raise NotSupportedError(
            "A time series predictor has no probabilities.",
            argument="predict_proba",
            advice="Use predict(), whose columns are the mean and the quantiles.",
        )

    predict_proba_real_time = predict_proba
