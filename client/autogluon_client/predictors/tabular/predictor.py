"""Fit, serve and predict tables: `autogluon.tabular.TabularPredictor` on SageMaker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from autogluon_client.autogluon_cloud_arguments import ignore, refuse
from autogluon_client.aws_errors import explained
from autogluon_client.errors import NotFitError
from autogluon_client.predictors.tabular.endpoint import TabularEndpoint
from autogluon_client.predictors.tabular.scoring import TabularScoring
from autogluon_client.workflows.train_request import fit_request
from autogluon_contracts.content_types import JSONL

if TYPE_CHECKING:
    import pandas as pd


class TabularCloudPredictor(TabularScoring):
    """Fits, serves and predicts tables; its arguments are those of `PredictorContext`.

    Data is a pandas DataFrame, the path of a CSV (to train on: with a header), JSON or
    Parquet file, or its s3:// or https:// address; an s3:// address may name a folder of files.
    """

    predictor_type = "tabular"
    local_class = "TabularPredictor"
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
        on_demand: bool | None = None,
        continue_run: str | None = None,
        wait: bool = True,
        promote: bool = False,
        from_model: str | int | None = None,
        method: str | None = None,
        model_channel_name: str | None = None,
        leaderboard: bool = True,
        backend_kwargs: Mapping[str, Any] | None = None,
        **unsupported: Any,
    ) -> Self:
        """Train, evaluate and register a model in a Train execution.

        Both forms of AutoGluon Cloud work: `fit(init_args, fit_args)` with the data in `fit_args`,
        and `fit(train_data, predictor_init_args=..., predictor_fit_args=...)`. The YAML provides
        the defaults and limits what is allowed.

        Args:
            train_data: n rows with the label.
            tuning_data: validation rows, as AutoGluon takes them.
            test_data: rows with the label to evaluate on. Default: a held-out part of train_data.
            predictor_init_args: for `TabularPredictor()`, over the YAML's.
            predictor_fit_args: for `TabularPredictor.fit()`, over the YAML's, key by key.
            framework_version: `latest` or the deployed version.
            job_name: name of the run; the same name with the same arguments is the same run.
            instance_type: one that the YAML allows.
            volume_size: GB.
            timeout: seconds, within what the YAML allows.
            on_demand: True uses on-demand instances although the YAML says `spot`.
            continue_run: name of a run with the same data and arguments that did not complete; the
                models that it finished are not trained again.
            wait: wait until the model is registered and print progress; else return at once.
            promote: put the model into service if the quality gate approves it; `deploy` does it
                later.
            from_model: a model to train further: `live`, `latest`, a version number, a model
                package ARN, or the s3:// address of a `model.tar.gz`.
            method: how: `refit_full` (the default), `fit_extra`, `fit_pseudolabel` or
                `calibrate_decision_threshold`; of a multimodal model `fit`. Its arguments are
                `predictor_fit_args`.
            model_channel_name: of the job's channel that holds the model; default: `model`.

        Raises:
            AlreadyFitError: this object already has a training run.
            ExecutionFailedError: the input was refused (in about a second) or training failed.
            FrameworkVersionError: the predictor is deployed with another version.
            InvalidArgumentError, InvalidDataError: nothing was started.
        """
        within = dict(backend_kwargs or {})
        volume_size = within.pop("volume_size", volume_size)
        folders = {name: unsupported.pop(name, None) for name in self.folder_arguments}
        refuse(type(self).__name__, "fit", {**unsupported, **within})
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
            folders=folders,
            settings={
                "instance_type": instance_type,
                "instance_count": None if instance_count == "auto" else instance_count,
                "volume_size_gb": volume_size,
                "max_runtime_seconds": timeout,
                "on_demand": on_demand,
                "continue_run": continue_run,
                "promote": promote,
                "from_model": from_model,
                "method": method,
                "model_channel_name": model_channel_name,
            },
        )
        self._train(request, name=job_name, wait=wait)
        return self

    def fit_predict(self, train_data: Any, test_data: Any, **fit_arguments: Any) -> Any:
        """Train on `train_data`, then predict `test_data` in a batch: a Series of n labels.

        With `wait=False` only training starts and None is returned; `get_fit_predict_results`
        runs the batch.
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
        """Do as `fit_predict`, and return what `predict_proba` returns."""
        self._require_not_fit()  # else that run would get other data to predict
        self._state.fit_predict_data = self._uploads().for_prediction("test_data", test_data)
        self.fit(train_data, wait=wait, **fit_arguments)
        if not wait:
            return None
        results = self.get_fit_predict_proba_results()
        return results if include_predict else results[1]

    def get_fit_predict_results(self) -> pd.Series:
        """Wait for both runs of `fit_predict` and return the labels of its test data."""
        return self.get_fit_predict_proba_results()[0]

    @explained
    def get_fit_predict_proba_results(self) -> Any:
        """Wait for both runs of `fit_predict` and return (labels, probabilities).

        Raises:
            NotFitError: `fit_predict` was not called.
        """
        data = self._state.fit_predict_data
        if data is None:
            raise NotFitError(
                "fit_predict() was not called.", advice="Call predict_proba() with the data."
            )
        name = f"{self._training_run().name[:72]}-predict"
        return self.predict_proba(data, job_name=name)

    def predict_real_time(
        self,
        test_data: Any,
        test_data_image_column: str | None = None,
        accept: str = JSONL,
        **options: Any,
    ) -> pd.Series:
        """Predict labels with the attached endpoint; see `TabularEndpoint.predict`.

        Raises:
            EndpointOffError: no endpoint is attached, or it does not answer.
            OtherModelError: it answers from another model than the one this object deployed.
            EndpointRequestError: the model refuses a row.
        """
        unsupported = {"test_data_image_column": test_data_image_column}
        refuse(type(self).__name__, "predict_real_time", unsupported)
        return self._answering_endpoint().predict(test_data, accept=accept, **options)

    def predict_proba_real_time(
        self,
        test_data: Any,
        test_data_image_column: str | None = None,
        accept: str = JSONL,
        **options: Any,
    ) -> pd.DataFrame | pd.Series:
        """Predict probabilities with the attached endpoint; see `TabularEndpoint.predict_proba`."""
        unsupported = {"test_data_image_column": test_data_image_column}
        refuse(type(self).__name__, "predict_proba_real_time", unsupported)
        endpoint = self._answering_endpoint()
        return endpoint.predict_proba(test_data, include_predict=False, accept=accept, **options)
