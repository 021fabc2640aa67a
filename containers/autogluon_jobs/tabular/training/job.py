"""Run a tabular training job: load, fit, evaluate, pack."""

from __future__ import annotations

import platform
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import autogluon.tabular
import pandas as pd
from autogluon.tabular import TabularPredictor

from autogluon_contracts.answers import PROBABILITY_SUFFIX
from autogluon_contracts.defaults import LATENCY
from autogluon_contracts.documents.metrics import (
    CheckpointUse,
    Rows,
    TrainingMetrics,
    Versions,
)
from autogluon_contracts.documents.parent_model import ParentModel
from autogluon_contracts.documents.training_job import TrainingJobConfig
from autogluon_contracts.models.portable_models import SCORER_MODULE
from autogluon_contracts.predictor_types.tabular.arguments import named_objects
from autogluon_contracts.predictor_types.tabular.further_training import FIT_EXTRA
from autogluon_jobs.answers.columns import probability_columns, require_distinct
from autogluon_jobs.data.channel_table import load_channels
from autogluon_jobs.data.column_roles import non_features
from autogluon_jobs.data.leaks import leak_warnings
from autogluon_jobs.data.rows_by_schema import rows_by_schema
from autogluon_jobs.data.split_leaks import split_warnings
from autogluon_jobs.data.training_checks import require_varying_feature
from autogluon_jobs.data.training_frames import TrainingData, prepare_data
from autogluon_jobs.jobs.artifact_code import size_of, write_code
from autogluon_jobs.jobs.artifact_record import write_metrics
from autogluon_jobs.jobs.framework_version import version_warning
from autogluon_jobs.jobs.job_paths import JobPaths
from autogluon_jobs.jobs.own_code import keep_own_code, require_code
from autogluon_jobs.jobs.parent_artifact import unpack_parent
from autogluon_jobs.jobs.time_budget import TimeBudget, time_budget
from autogluon_jobs.report.report_file import write_report
from autogluon_jobs.schema.feature_schema import Feature, FeatureSchema
from autogluon_jobs.tabular.evaluation.evaluation import (
    Evaluation,
    evaluate_on_holdout,
    evaluate_on_test,
    of_known_classes,
    require_known_classes,
    validation_score,
)
from autogluon_jobs.tabular.evaluation.feature_importance import feature_importance
from autogluon_jobs.tabular.report.report_facts import ReportFacts
from autogluon_jobs.tabular.training.continued_fit import (
    ContinuedFit,
    FreshFit,
    continued_fit,
)
from autogluon_jobs.tabular.training.distributed_fit import distributed_fit
from autogluon_jobs.tabular.training.drift_baseline import write_baseline
from autogluon_jobs.tabular.training.export_direct import export_direct, slow_parts
from autogluon_jobs.tabular.training.fit_arguments import check_arguments, require_modules
from autogluon_jobs.tabular.training.further_fit import (
    NEW_MODELS,
    load_further_fit,
    pack,
    with_own_labels,
)
from autogluon_jobs.tabular.training.metric_lines import MetricLines, print_metric
from autogluon_jobs.tabular.training.mirrored_weights import with_local_checkpoints
from autogluon_jobs.tabular.training.model_choice import ModelChoice, choose_for_latency, use_model
from autogluon_jobs.tabular.training.own_objects import OwnArguments
from autogluon_jobs.tabular.training.schema_building import build_schema, feature_metadata
from autogluon_jobs.tabular.training.untrained_models import failed_models, untrained_models
from autogluon_jobs.weights.mounted import VerifiedWeights

_SHARE_FOR_CHOICE = 0.05  # of the job's time, within the time reserve of `time_budget`


@dataclass
class _Run:
    """What the steps of one job hand on to each other."""

    config: TrainingJobConfig
    paths: JobPaths
    data: TrainingData
    predictor: TabularPredictor
    schema: FeatureSchema
    fit_seconds: float
    warnings: list[str]
    started: float
    weights: VerifiedWeights
    checkpoint: CheckpointUse | None = None
    choice: ModelChoice | None = None
    added: pd.DataFrame | None = None
    slow_parts: str | None = None

    @property
    def has_rows_of_first_fit(self) -> bool:
        """Return whether the training rows are those of the model's first fit."""
        return self.config.parent is None or self.config.parent.method == FIT_EXTRA

    @property
    def makes_models(self) -> bool:
        """Return whether there are new models to choose among."""
        return self.config.parent is None or self.config.parent.method in NEW_MODELS


def run_job(config: TrainingJobConfig, paths: JobPaths) -> None:
    """Train, evaluate and pack one predictor.

    Writes the artifact into `paths.model`, and metrics, leaderboard, importance, schema and report
    into `paths.output_data`.

    Raises:
        InputError: arguments or data that cannot be honoured.
    """
    started = time.monotonic()
    try:
        if config.parent is None:
            run = _first_fit(config, paths, started)
        else:
            run = _further_fit(config, config.parent, paths, started)
        if config.serving.optimize_for == LATENCY and run.makes_models:
            run.choice = _choose(run)
        _report(run, _judge(run))
    finally:
        shutil.rmtree(paths.fit, ignore_errors=True)


def _first_fit(config: TrainingJobConfig, paths: JobPaths, started: float) -> _Run:
    check_arguments(config.init_args, config.fit_args)
    require_modules(config.fit_args)
    require_code(config, named_objects(config.init_args, config.fit_args))
    arguments = OwnArguments.of(config.init_args, config.fit_args)
    weights = VerifiedWeights.of(config, paths)
    label = config.init_args["label"]
    tables = load_channels(paths.tables)
    ignored = non_features(config.init_args, tables["train"].columns)
    data = prepare_data(tables, label, config.reading, config.init_args.get("problem_type"))
    _require_label_of_its_own(label, data.train[label])
    require_known_classes(data.train[label], None if data.test is None else data.test[label])
    return _fit(config, paths, data, ignored, weights, started, arguments)


def _further_fit(
    config: TrainingJobConfig, parent: ParentModel, paths: JobPaths, started: float
) -> _Run:
    require_modules(config.fit_args)
    weights = VerifiedWeights.of(config, paths)
    schema = unpack_parent(parent, config, paths)
    budget = time_budget(config.fit_args.get("time_limit"), config.max_runtime_seconds)
    fit_args = with_local_checkpoints(config.fit_args, weights)
    further = load_further_fit(parent, fit_args, paths.fit, budget)
    data = rows_by_schema(load_channels(paths.tables), schema, config.reading)
    installed = autogluon.tabular.__version__
    warnings = [*version_warning(config, installed), *data.warnings, *budget.warnings]
    if schema.label in data.train.columns:
        warnings.extend(split_warnings(data.train, data.test, schema.label))
    start = time.monotonic()
    further.run(data.train)
    seconds = time.monotonic() - start
    added = further.added_after(data.train)
    data, note = with_own_labels(data, further.predictor)
    warnings.extend([note] if note else [])
    return _Run(
        config=config,
        paths=paths,
        data=data,
        predictor=further.predictor,
        schema=schema,
        fit_seconds=seconds,
        warnings=warnings,
        started=started,
        weights=weights,
        added=added,
    )


def _require_label_of_its_own(label: str, values: pd.Series) -> None:
    if label.endswith(PROBABILITY_SUFFIX):
        names = [label, *probability_columns(values.unique().tolist())]
        require_distinct(names, "Rename the label in the training data.")


def _fit(
    config: TrainingJobConfig,
    paths: JobPaths,
    data: TrainingData,
    ignored: tuple[str, ...],
    weights: VerifiedWeights,
    started: float,
    arguments: OwnArguments,
) -> _Run:
    installed = autogluon.tabular.__version__
    whole = time_budget(config.fit_args.get("time_limit"), config.max_runtime_seconds)
    warnings = [*version_warning(config, installed), *data.warnings, *whole.warnings]
    label = config.init_args["label"]
    others = {label, *ignored}
    features = [item for item in data.columns if item.name not in others]
    require_varying_feature(features, data.train)
    names = [item.name for item in features]
    warnings.extend(leak_warnings(data.train, data.test, names, label))
    warnings.extend(split_warnings(data.train, data.test, label))
    with (
        continued_fit(config, paths, data) as continued,
        distributed_fit(config, paths.hosts) as of_hosts,
    ):
        warnings.extend(continued.warnings)
        budget = continued.left_of(whole)
        _announce(config, data, budget)
        start = time.monotonic()
        fit_args = {
            **with_local_checkpoints(config.fit_args, weights),
            **arguments.own_fit_args,
            **continued.fit_args,
            **of_hosts,
            "time_limit": budget.time_limit,
        }
        init_args = {**config.init_args, **arguments.own_init_args}
        predictor = _fitted(init_args, paths, data, features, fit_args, continued)
        seconds = time.monotonic() - start
    given = [rows for rows in (data.train, data.tuning) if rows is not None]
    fitted_on, rare = of_known_classes(predictor, "train", pd.concat(given, ignore_index=True))
    warnings.extend([rare] if rare else [])
    schema = build_schema(
        predictor, features, ignored, fitted_on, has_own_features=bool(arguments.own_fit_args)
    )
    use = continued.use()
    return _Run(config, paths, data, predictor, schema, seconds, warnings, started, weights, use)


def _announce(config: TrainingJobConfig, data: TrainingData, budget: TimeBudget) -> None:
    origin = f"of max_runtime_seconds={config.max_runtime_seconds}" if budget.derived else "given"
    limit = f"time_limit={budget.time_limit:g} s ({origin})"
    print(f"Fitting on {len(data.train)} rows of {config.data.get('train')}, {limit}", flush=True)


def _fitted(
    init_args: Mapping[str, Any],
    paths: JobPaths,
    data: TrainingData,
    features: list[Feature],
    fit_args: Mapping[str, Any],
    continued: ContinuedFit | FreshFit,
) -> TabularPredictor:
    shutil.rmtree(paths.fit, ignore_errors=True)
    predictor = TabularPredictor(**init_args, path=str(paths.fit))
    try:
        return predictor.fit(
            data.train,
            tuning_data=data.tuning,
            feature_metadata=feature_metadata(features, data.train),
            callbacks=[*continued.callbacks, MetricLines()],
            **fit_args,
        )
    except RuntimeError as error:
        failed = [f"{item.model}: {item.error}: {item.reason}" for item in failed_models(predictor)]
        if not failed:
            raise
        raise RuntimeError(f"No model could be trained. {'; '.join(failed)}") from error


def _choose(run: _Run) -> ModelChoice | None:
    """Let the predictor use the fastest of its good models from now on."""
    predictor, rows = run.predictor, run.data.train if run.data.test is None else run.data.test
    folder = run.paths.fit.with_name(f"{run.paths.fit.name}-measured")
    budget = _SHARE_FOR_CHOICE * run.config.max_runtime_seconds
    choice = choose_for_latency(predictor, run.schema, rows, run.config.serving, folder, budget)
    if choice is None:
        run.warnings.append(
            f"optimize_for=latency had nothing to compare: {predictor.model_best} has no "
            f"validation score and is kept."
        )
    elif choice.left_out:
        run.warnings.append(
            f"optimize_for=latency measured the {len(choice.measured)} models that AutoGluon "
            f"expects to be fastest and left out {choice.left_out} others that are good enough."
        )
    if choice is not None and choice.chosen is not choice.most_accurate:
        use_model(predictor, choice.chosen.model)
    return choice


def _judge(run: _Run) -> Evaluation:
    if run.data.test is None:
        evaluation = evaluate_on_holdout(
            run.predictor, run.data, is_fitted_on=run.has_rows_of_first_fit
        )
    else:
        test, warning = of_known_classes(run.predictor, "test", run.data.test)
        run.warnings.extend([warning] if warning else [])
        evaluation = evaluate_on_test(run.predictor, test)
    for name, value in evaluation.metrics.items():
        print_metric(**{f"{evaluation.evaluated_on}_{name}": value})
    return evaluation


def _report(run: _Run, evaluation: Evaluation) -> None:
    output, model = run.paths.output_data, run.paths.model
    output.mkdir(parents=True, exist_ok=True)
    leaderboard = run.predictor.leaderboard(run.data.test, silent=True)
    leaderboard.to_csv(output / "leaderboard.csv", index=False)
    model.mkdir(parents=True, exist_ok=True)
    pack(run.predictor, model, whole=run.config.further_training, added=run.added)
    run.weights.write_provenance(model, earlier=run.paths.fit)
    write_code(model, run.schema.type, SCORER_MODULE)
    keep_own_code(run.paths, model)
    run.schema.save(model)
    run.schema.save(output)
    run.warnings.extend(
        write_baseline(output, run.config, run.schema, run.data, run.predictor, evaluation)
    )
    _export_direct(run)
    importance = _write_importance(run)
    metrics = _metrics(run, evaluation, leaderboard)
    facts = ReportFacts(
        run.config,
        run.data,
        run.predictor,
        evaluation,
        metrics.to_json(),
        leaderboard,
        importance,
        job_seconds=time.monotonic() - run.started,
    )
    run.warnings.extend(write_report(lambda: _page(facts), output))
    metrics = write_metrics(replace(metrics, warnings=tuple(run.warnings)), model, output)
    for warning in metrics.warnings:
        print(f"Warning: {warning}")
    for untrained in metrics.untrained:
        print(f"Not trained: {untrained.model} ({untrained.error}). {untrained.reason}")
    print(f"Best model {run.predictor.model_best}, artifact {metrics.artifact_bytes} bytes")


def _page(facts: ReportFacts) -> tuple[str, list[str]]:
    from autogluon_jobs.tabular.report.page import render

    return render(facts)


def _export_direct(run: _Run) -> None:
    rows = run.data.train if run.data.test is None else run.data.test
    reason = export_direct(run.paths.model, run.schema, rows)
    print(f"Direct path: {'exported' if reason is None else 'not available'}.", flush=True)
    run.slow_parts = slow_parts(run.paths.model, reason)
    run.warnings.extend([run.slow_parts] if run.slow_parts else [])


def _write_importance(run: _Run) -> pd.DataFrame:
    rows = run.data.test if run.data.test is not None else run.data.tuning
    if rows is None:
        rows = run.data.train
        run.warnings.append(
            "Feature importance was measured on training rows, because the run has no test data; "
            "overfitted features are overstated. Give test data."
        )
    try:
        table, note = feature_importance(run.predictor, rows)
        run.warnings.extend([note] if note else [])
    except ValueError as error:
        run.warnings.append(f"Feature importance could not be measured: {error}")
        table = pd.DataFrame(columns=["importance"]).rename_axis("feature")
    table.to_csv(run.paths.output_data / "feature_importance.csv")
    return table


def _metrics(run: _Run, evaluation: Evaluation, leaderboard: pd.DataFrame) -> TrainingMetrics:
    data, predictor = run.data, run.predictor
    return TrainingMetrics(
        predictor=run.config.predictor,
        run=run.config.run,
        label=predictor.label,
        problem_type=predictor.problem_type,
        eval_metric=predictor.eval_metric.name,
        best_model=predictor.model_best,
        evaluated_on=evaluation.evaluated_on,
        holdout=evaluation.holdout,
        rows=Rows(train=len(data.train), test=0 if data.test is None else len(data.test)),
        metrics=evaluation.metrics,
        models=tuple(leaderboard["model"]),
        serving=_serving(run, leaderboard),
        fit_seconds=round(run.fit_seconds, 3),
        artifact_bytes=size_of(run.paths.model),
        validation_score=validation_score(predictor),
        checkpoint=run.checkpoint,
        versions=Versions(
            autogluon=autogluon.tabular.__version__, python=platform.python_version()
        ),
        warnings=tuple(run.warnings),
        untrained=untrained_models(predictor, run.config.fit_args, run.paths.install_advice),
        parent=run.config.parent,
    )


def _serving(run: _Run, leaderboard: pd.DataFrame) -> dict[str, Any]:
    slow = {} if run.slow_parts is None else {"slow_parts": run.slow_parts}
    if run.choice is None:
        return {"optimize_for": run.config.serving.optimize_for} | slow
    by_model = leaderboard.set_index("model")
    scores = dict(by_model["score_test"]) if "score_test" in by_model else {}
    return run.choice.to_json(scores) | slow
