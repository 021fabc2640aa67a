"""Predict tables in batches, with results as AutoGluon Cloud returns them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autogluon_client.autogluon_cloud_arguments import refuse
from autogluon_client.aws_errors import explained
from autogluon_client.predictors.base_predictor import BaseCloudPredictor
from autogluon_client.predictors.download_options import DownloadOptions
from autogluon_client.predictors.tabular.answers import explained as explained_answer
from autogluon_client.predictors.tabular.answers import split_answer
from autogluon_client.predictors.tabular.endpoint import TabularEndpoint

if TYPE_CHECKING:
    import pandas as pd


class TabularBatches(BaseCloudPredictor[TabularEndpoint]):
    """Provides the calls that predict in BatchPredict executions."""

    def predict(self, test_data: Any, **batch_arguments: Any) -> pd.Series | None:
        """Predict labels: a Series, n long, named as the label; arguments as `predict_proba`."""
        results = self.predict_proba(test_data, include_predict=True, **batch_arguments)
        return results[0]

    @explained
    def predict_proba(
        self,
        test_data: Any,
        *,
        include_predict: bool = True,
        framework_version: str | None = None,
        job_name: str | None = None,
        instance_type: str | None = None,
        instance_count: int | None = None,
        max_files_per_job: int | None = None,
        split_type: str | None = None,
        strategy: str | None = None,
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
        id_column: str | int | None = None,
        header: bool | str | None = None,
        backend_kwargs: Mapping[str, Any] | None = None,
        **unsupported: Any,
    ) -> Any:
        """Predict any number of rows in a BatchPredict execution.

        Args:
            test_data: n rows; a CSV file without a header has the training data's column order.
            include_predict: return (labels, probabilities) instead of probabilities.
            job_name: name of the batch; the same name with the same arguments is the same batch.
            instance_type: one that the YAML allows for batches.
            max_files_per_job: a bulk batch of more files is split into several jobs.
            split_type: `None` (the text) sends whole files, `Line` cuts them at line ends, `auto`
                cuts those that are larger than a request. This and the next six are options of a
                transform job, by default the YAML's; any of them makes the batch one.
            strategy: `MultiRecord` puts as many lines as fit into a request, `SingleRecord` one.
            max_payload_mb: size of one request in MB.
            max_concurrent_transforms: requests at once per instance.
            timeout_seconds: how long one request may take.
            max_retries: how often a failed request is sent again.
            transform_ami_version: name of the host image, on a GPU type.
            output_path: an `s3://` folder that the YAML allows, into which the run copies results.
            wait: wait, print progress and return results; else return at once.
            download: download and return the results; else return None.
            persist: keep the result files in `<save_path>/batch_transform/<job name>/`.
            save_path: folder for them; `local_output_path` by default.
            model: `live`, `latest`, a version number or a model package ARN. Default: the
                training run's, else `live`.
            id_column: column (name, or position without a header) whose values become the index.
            header: whether CSV files have one. Default: detected.

        Returns:
            Labels: a Series, n long, named as the label. Probabilities: a DataFrame, n rows and one
            column per class; for regression the same Series. Both keep a DataFrame's index. None
            (or a tuple of them) without waiting or downloading.

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
            "max_files_per_job": max_files_per_job,
            "split_type": split_type,
            "strategy": strategy,
            "max_payload_mb": max_payload_mb,
            "max_concurrent_transforms": max_concurrent_transforms,
            "timeout_seconds": timeout_seconds,
            "max_retries": max_retries,
            "transform_ami_version": transform_ami_version,
            "output_path": output_path,
            "id_column": id_column,
            "header": header,
        }
        answers = self._start_batch(arguments, test_data, options, name=job_name, wait=wait)
        results = (None, None) if answers is None else split_answer(*answers)
        return results if include_predict else results[1]

    @explained
    def explain_in_batch(
        self,
        test_data: Any,
        *,
        artifact_model: str | None = None,
        job_name: str | None = None,
        instance_type: str | None = None,
        instance_count: int | None = None,
        wait: bool = True,
        persist: bool = True,
        save_path: str | Path | None = None,
        model: str | int | None = None,
        id_column: str | int | None = None,
        header: bool | str | None = None,
    ) -> pd.DataFrame | None:
        """Predict any number of rows, and divide each prediction among the features.

        Arguments that are not described here are those of `predict_proba`.

        Args:
            test_data: n rows, as `predict_proba` takes them.
            artifact_model: the name of one of the artifact's models, such as `LightGBM`, that
                predicts and is explained. Default: the best; where that one has no contributions,
                the run's error names those that have some.
            wait: wait, print progress and return results; else return None at once, and
                `download_predict_results` has them.

        Returns:
            A DataFrame, n rows, `[<label>, <feature>, ..., base]`; `explain`, which asks an
            endpoint, describes it.

        Raises:
            ExecutionFailedError: the input was refused, the model has no contributions, or the
                batch failed.
            InvalidDataError, NameTakenError: nothing was started.

        Example:
            >>> predictor.explain_in_batch("s3://data/rows.csv")  # doctest: +SKIP
        """
        self._checked_spec(None)
        arguments = {
            "predictor": self.predictor,
            "model": self._fitted_model("live") if model is None else model,
            "contributions": True,
            "artifact_model": artifact_model,
            "instance_type": instance_type,
            "instance_count": instance_count,
            "id_column": id_column,
            "header": header,
        }
        options = DownloadOptions(persist=persist, save_path=save_path)
        answers = self._start_batch(arguments, test_data, options, name=job_name, wait=wait)
        if answers is None:
            return None
        table, index = answers
        found = explained_answer(table)
        return found if index is None else found.set_axis(index, axis="index")

    @explained
    def download_predict_results(
        self, job_name: str | None = None, save_path: str | Path | None = None
    ) -> str:
        """Wait for a batch and download its results.

        Args:
            job_name: any batch of the environment; default: this object's latest.

        Returns:
            Path of the result file, or of the folder when there are several.

        Raises:
            RunNotFoundError: the environment has no such batch.
            ExecutionFailedError: it failed.
        """
        run = self._batch_run(job_name)
        folder = DownloadOptions(save_path=save_path).folder(self._folder, run.name)
        files = run.download(folder, self._progress)
        return str(files[0] if len(files) == 1 else folder)

    @explained
    def get_predict_proba_results(
        self, job_name: str | None = None, *, include_predict: bool = True
    ) -> Any:
        """Return the results of a batch, started here or elsewhere, as `predict_proba` does."""
        results = split_answer(*self._batch_run(job_name).answers(self._progress, None))
        return results if include_predict else results[1]

    def get_predict_results(self, job_name: str | None = None) -> pd.Series:
        """Return the labels of a batch, started here or elsewhere, as `predict` does."""
        return self.get_predict_proba_results(job_name)[0]
