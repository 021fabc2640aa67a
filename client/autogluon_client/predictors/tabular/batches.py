"""Batches of a tabular cloud predictor: start them, get results as AutoGluon Cloud gives them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autogluon_client.autogluon_cloud_arguments import refuse
from autogluon_client.aws_errors import explained
from autogluon_client.predictors.base_predictor import BaseCloudPredictor
from autogluon_client.predictors.tabular.download_options import DownloadOptions
from autogluon_client.workflows.batch import BatchJob

if TYPE_CHECKING:
    import pandas as pd


class TabularBatches(BaseCloudPredictor):
    """The calls that predict in BatchPredict executions."""

    def predict(self, test_data: Any, **batch_arguments: Any) -> pd.Series | None:
        """Labels of a batch: a Series, n long, named as the label; arguments as `predict_proba`."""
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
        """Predict in a BatchPredict execution, for any number of rows.

        Args:
            test_data: n rows; a CSV file may be without a header, in the training's column order.
            include_predict: return (labels, probabilities) instead of probabilities.
            job_name: name of the batch; the same name with the same arguments is the same batch.
            instance_type: one that the YAML allows for batches.
            max_files_per_job: files from which on a bulk batch is shared out to several jobs.
            wait: print progress and return results; else return at once.
            download: return the results; else None.
            persist: keep the result files in `<save_path>/batch_transform/<job name>/`.
            save_path: folder for them; `local_output_path` by default.
            model: `live`, `latest`, a version number or a model package ARN. Default: the fit
                job's, else `live`.
            id_column: column (name, or position without a header) whose values become the index.
            header: whether CSV files have one; found out by default.

        Returns:
            Labels: a Series, n long, named as the label. Probabilities: a DataFrame, n rows and one
            column per class; for regression the same Series. Both keep a DataFrame's index. None
            (or a tuple of them) when nothing is waited for or downloaded.

        Raises:
            ExecutionFailedError: the input was refused (in a second or so) or the batch failed.
            FrameworkVersionError, InvalidDataError, NameTakenError: before anything is started.
        """
        refuse("predict", unsupported)
        options = DownloadOptions(download, persist, save_path)
        options = options.with_backend_kwargs("predict", backend_kwargs)
        self._checked_spec(framework_version)
        arguments = {
            "predictor": self.predictor,
            "model": self._fitted_model("live") if model is None else model,
            "instance_type": instance_type,
            "instance_count": instance_count,
            "max_files_per_job": max_files_per_job,
            "id_column": id_column,
            "header": header,
        }
        job = BatchJob.start(self._connection, arguments, test_data, self._uploads(), name=job_name)
        if job.name not in self._memory.batch_jobs:
            self._memory.batch_jobs.append(job.name)
        self._progress.say(f"Started the batch {job.name}")
        if wait and not options.download:
            job.output(self._progress)
        if not (wait and options.download):
            return (None, None) if include_predict else None
        folder = options.folder(self._folder, job.name) if options.persist else None
        results = job.predictions(self._progress, folder)
        return results if include_predict else results[1]

    @explained
    def download_predict_results(
        self, job_name: str | None = None, save_path: str | Path | None = None
    ) -> str:
        """Bring a batch's results here, waiting for it; any batch of the environment, by name.

        Returns:
            Path of the result file; of their folder when there are several.

        Raises:
            JobNotFoundError: there is no such batch.
            ExecutionFailedError: it failed.
        """
        job = self._batch_job(job_name)
        folder = DownloadOptions(save_path=save_path).folder(self._folder, job.name)
        files = job.download(folder, self._progress)
        return str(files[0] if len(files) == 1 else folder)

    @explained
    def get_predict_proba_results(
        self, job_name: str | None = None, *, include_predict: bool = True
    ) -> Any:
        """The results of a batch that any process started, as `predict_proba` returns them."""
        results = self._batch_job(job_name).predictions(self._progress, None)
        return results if include_predict else results[1]

    def get_predict_results(self, job_name: str | None = None) -> pd.Series:
        """The labels of a batch that any process started, as `predict` returns them."""
        return self.get_predict_proba_results(job_name)[0]
