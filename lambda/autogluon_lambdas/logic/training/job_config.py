"""Write down what a training job does: `job.json`."""

from collections.abc import Mapping

from autogluon_contracts.documents.training_job import JobInstances, ServingGoal, TrainingJobConfig
from autogluon_lambdas.logic.data.locations import DataFiles
from autogluon_lambdas.logic.training.data import channel_uris
from autogluon_lambdas.logic.weights.mirrored import mounted
from autogluon_lambdas.models.training_plan import TrainingPlan


def job_config(
    plan: TrainingPlan, files: Mapping[str, DataFiles], *, tuned: tuple[str, ...] | None = None
) -> TrainingJobConfig:
    """Return the configuration of a run's job, or of each trial of a search for `tuned` values."""
    is_trial = tuned is not None
    return TrainingJobConfig(
        predictor=plan.spec.name,
        run=plan.job_name,
        type=plan.spec.type,
        framework_version=plan.spec.framework_version,
        init_args=plan.init_args,
        fit_args=plan.fit_args,
        max_runtime_seconds=plan.max_runtime_seconds,
        data=channel_uris(files, plan.folders),
        reading=plan.spec.data if plan.parent is None else plan.parent.job.reading,
        serving=ServingGoal(
            optimize_for=plan.spec.serving.optimize_for,
            max_score_loss=plan.spec.serving.max_score_loss,
        ),
        instances=_instances(plan, plan.instance_type),
        fallback_instances=tuple(_instances(plan, name) for name in plan.fallback_instance_types),
        weights=mounted(plan.weights),
        tuned=tuned,
        checkpoints=plan.checkpoints and not is_trial,
        continued=None if plan.continued is None else plan.continued.name,
        on_spot=plan.spot is not None,
        folds=None if plan.folds is None else plan.folds.uri,
        further_training=plan.spec.training.further_training,
        parent=None if plan.parent is None else plan.parent.model,
        columns=plan.columns,
        script=plan.spec.script,
        code=plan.code,
    )


def _instances(plan: TrainingPlan, instance_type: str) -> JobInstances:
    prices = plan.spec.training.prices
    return JobInstances(
        type=instance_type,
        count=plan.instance_count,
        usd_per_hour=prices.usd_per_hour.get(instance_type),
        prices_as_of=prices.as_of,
    )
