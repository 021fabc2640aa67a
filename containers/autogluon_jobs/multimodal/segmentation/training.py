"""Run a training job of semantic segmentation: load, fit, judge, pack."""

from __future__ import annotations

import platform
import shutil
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import autogluon.multimodal
import pandas as pd
from autogluon.multimodal import MultiModalPredictor

from autogluon_contracts.documents.data_reading import DataReading
from autogluon_contracts.documents.metrics import CheckpointUse, Rows, TrainingMetrics, Versions
from autogluon_contracts.documents.training_job import TrainingJobConfig
from autogluon_contracts.jobs.log_lines import metric_line
from autogluon_contracts.predictor_types.multimodal.images import declared_images, image_details
from autogluon_contracts.predictor_types.multimodal.names import SEMANTIC_SEGMENTATION
from autogluon_contracts.predictor_types.multimodal.segmentation import mask_details
from autogluon_jobs.data.channel_table import load_channels
from autogluon_jobs.jobs.artifact_code import size_of, write_code
from autogluon_jobs.jobs.artifact_record import write_metrics
from autogluon_jobs.jobs.framework_version import version_warning
from autogluon_jobs.jobs.job_paths import JobPaths
from autogluon_jobs.jobs.time_budget import time_budget
from autogluon_jobs.multimodal.images.image_folder import ImageFolder
from autogluon_jobs.multimodal.segmentation.artifact import pack
from autogluon_jobs.multimodal.segmentation.evaluation import MaskEvaluation, evaluate
from autogluon_jobs.multimodal.segmentation.hyperparameters import job_hyperparameters
from autogluon_jobs.multimodal.segmentation.mask_rows import MaskRows, mask_rows
from autogluon_jobs.multimodal.segmentation.report_facts import MaskFacts
from autogluon_jobs.multimodal.training.artifact import require_weights
from autogluon_jobs.multimodal.training.checkpoints import found_checkpoints
from autogluon_jobs.multimodal.training.continued_fit import continued_fit
from autogluon_jobs.report.report_file import write_report
from autogluon_jobs.schema.feature_schema import Feature, FeatureSchema
from autogluon_jobs.weights.mounted import VerifiedWeights

_COMPARED_FILES = 2


def run_job(config: TrainingJobConfig, paths: JobPaths) -> None:
    """Train, judge and pack one predictor, whose arguments are valid.

    Writes the artifact into `paths.model`, and metrics, leaderboard, schema and report into
    `paths.output_data`.

    Raises:
        InputError: data or a checkpoint that cannot be honoured.
    """
    started = time.monotonic()
    scratch = paths.fit.with_name(f"{paths.fit.name}-images")
    try:
        _Run(config, paths, started).run(scratch)
    finally:
        for folder in (paths.fit, scratch):
            shutil.rmtree(folder, ignore_errors=True)


class _Run:
    """The steps of one job."""

    def __init__(self, config: TrainingJobConfig, paths: JobPaths, started: float) -> None:
        self._config, self._paths, self._started = config, paths, started
        self._label = str(config.init_args["label"])
        self._num_classes = int(config.init_args["num_classes"])
        (self._image,) = declared_images(config.fit_args)
        self._weights = VerifiedWeights.of(config, paths)
        self._checkpoint: CheckpointUse | None = None

    def run(self, scratch: Path) -> None:
        tables = load_channels(self._paths.tables)
        rows = mask_rows(
            tables,
            self._image,
            self._label,
            self._num_classes,
            ImageFolder.of(
                self._paths.channel("images"), scratch, str(self._config.data["images"])
            ),
            self._config.reading or DataReading(),
        )
        installed = autogluon.multimodal.__version__
        warnings = [*version_warning(self._config, installed), *rows.warnings]
        # `rows` has the paths of this instance.
        given = [
            tables[channel].table.to_pandas() if channel in tables else None
            for channel in ("train", "tuning")
        ]
        start = time.monotonic()
        predictor = self._fitted(rows, given, warnings)
        seconds = time.monotonic() - start
        print(metric_line(model=_model(predictor), fit_seconds=seconds), flush=True)
        chosen = self._config.init_args.get("eval_metric")
        evaluation = evaluate(predictor, rows, self._image, self._num_classes, chosen)
        for name, value in evaluation.metrics.items():
            print(metric_line(**{f"{evaluation.evaluated_on}_{name}": value}), flush=True)
        self._write(predictor, rows, evaluation, seconds, warnings)

    def _fitted(
        self, rows: MaskRows, given: Sequence[pd.DataFrame | None], warnings: list[str]
    ) -> MultiModalPredictor:
        config = self._config
        budget = time_budget(config.fit_args.get("time_limit"), config.max_runtime_seconds)
        warnings += budget.warnings
        hyperparameters = job_hyperparameters(
            config.fit_args,
            self._num_classes,
            self._weights.folders or found_checkpoints(self._paths.channels),
        )
        shutil.rmtree(self._paths.fit, ignore_errors=True)
        predictor = MultiModalPredictor(
            **config.init_args, path=str(self._paths.fit), enable_progress_bar=False
        )
        print(
            f"Fitting on {len(rows.train)} images of {config.data.get('train')}, "
            f"time_limit={budget.time_limit:g} s",
            flush=True,
        )
        own = {
            key: value
            for key, value in config.fit_args.items()
            # AutoGluon knows image and mask by the problem type, and names their types otherwise.
            if key != "column_types"
        }
        with continued_fit(config, self._paths, given) as continued:
            warnings += continued.warnings
            left = continued.begin(predictor, budget)
            predictor.fit(
                rows.train,
                tuning_data=rows.tuning,
                **{**own, "time_limit": left.time_limit, "hyperparameters": hyperparameters},
            )
        require_weights(predictor, budget.time_limit)
        self._checkpoint = continued.use(_model(predictor))
        return predictor

    def _write(
        self,
        predictor: MultiModalPredictor,
        rows: MaskRows,
        evaluation: MaskEvaluation,
        seconds: float,
        warnings: list[str],
    ) -> None:
        output, model = self._paths.output_data, self._paths.model
        for folder in (output, model):
            folder.mkdir(parents=True, exist_ok=True)
        eval_metric = next(iter(evaluation.metrics))
        row = {
            "model": _model(predictor),
            f"score_{evaluation.evaluated_on}": evaluation.metrics[eval_metric],
            "fit_time": seconds,
        }
        pd.DataFrame([row]).to_csv(output / "leaderboard.csv", index=False)
        files = [Path(path) for path in rows.train[self._image].head(_COMPARED_FILES)]
        pack(predictor, model, self._image, files)
        self._weights.write_provenance(model)
        schema = self._schema(rows)
        write_code(model, schema.type)
        schema.save(model)
        schema.save(output)
        metrics = self._metrics(predictor, rows, evaluation, seconds, warnings)
        facts = MaskFacts(
            self._config,
            self._image,
            self._num_classes,
            rows,
            evaluation,
            predictor.total_parameters,
            metrics.to_json(),
            job_seconds=time.monotonic() - self._started,
        )
        warnings += write_report(lambda: _page(predictor, facts), output)
        metrics = write_metrics(replace(metrics, warnings=tuple(warnings)), model, output)
        for warning in metrics.warnings:
            print(f"Warning: {warning}")
        print(f"Best model {metrics.best_model}, artifact {metrics.artifact_bytes} bytes")

    def _schema(self, rows: MaskRows) -> FeatureSchema:
        details: dict[str, Any] = {
            **(image_details((self._image,)) or {}),
            **mask_details(self._num_classes),
        }
        return FeatureSchema(
            label=self._label,
            problem_type=SEMANTIC_SEGMENTATION,
            features=(Feature(self._image, "text", "object", nullable=False),),
            ignored=rows.others,
            type="multimodal",
            details=details,
        )

    def _metrics(
        self,
        predictor: MultiModalPredictor,
        rows: MaskRows,
        evaluation: MaskEvaluation,
        seconds: float,
        warnings: list[str],
    ) -> TrainingMetrics:
        return TrainingMetrics(
            predictor=self._config.predictor,
            run=self._config.run,
            label=self._label,
            problem_type=SEMANTIC_SEGMENTATION,
            eval_metric=next(iter(evaluation.metrics)),
            best_model=_model(predictor),
            evaluated_on=evaluation.evaluated_on,
            holdout=evaluation.holdout,
            rows=Rows(train=len(rows.train), test=0 if rows.test is None else len(rows.test)),
            metrics=evaluation.metrics,
            models=(_model(predictor),),
            serving={"optimize_for": self._config.serving.optimize_for},
            fit_seconds=round(seconds, 3),
            artifact_bytes=size_of(self._paths.model),
            versions=Versions(
                autogluon=autogluon.multimodal.__version__, python=platform.python_version()
            ),
            warnings=tuple(warnings),
            checkpoint=self._checkpoint,
        )


def _model(predictor: MultiModalPredictor) -> str:
    return "+".join(predictor._learner._config.model.names)


def _page(predictor: MultiModalPredictor, facts: MaskFacts) -> tuple[str, list[str]]:
    from autogluon_jobs.multimodal.segmentation.report_page import render

    return render(predictor, facts)
