"""Judge a run's arguments by its predictor's settings, gate and job, as all types do."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.jobs.time_reserve import time_reserve_problem
from autogluon_contracts.wording import listed
from autogluon_lambdas.models.training_plan import TrainingPlan


def identity_problems(
    spec: PredictorSpec, asked: Mapping[str, Any], declared: Mapping[str, Any], meaning: str
) -> Iterator[str]:
    """Yield a sentence for each asked argument that would make another predictor of this one.

    Args:
        asked: the arguments of the execution's input.
        declared: the arguments that decide what answers mean, with the predictor's values, None
            for what the settings leave out.
        meaning: what the predictor does, such as `predicts the label "age"`.
    """
    for name, value in declared.items():
        if name in asked and asked[name] != value:
            yield (
                f"input.init_args.{name}: got {json.dumps(asked[name])}, but predictor "
                f'"{spec.name}" {meaning}; declare another predictor in the YAML for anything else'
            )


def label_identity_problems(
    spec: PredictorSpec, asked: Mapping[str, Any], names: Sequence[str]
) -> Iterator[str]:
    """Yield `identity_problems` of a predictor of a label; none where each run says its own.

    Args:
        names: the arguments that decide what answers mean besides `label`.
    """
    settings = spec.init_args
    if "label" not in settings:
        return
    details = [f"{name} {json.dumps(settings[name])}" for name in names if name in settings]
    label = f'predicts the label "{settings["label"]}"'
    meaning = f"{label} ({', '.join(details)})" if details else label
    declared = {name: settings.get(name) for name in ("label", *names)}
    yield from identity_problems(spec, asked, declared, meaning)


def gate_problems(
    plan: TrainingPlan,
    asked: Mapping[str, Any],
    measured_by: Sequence[str],
    measured: Sequence[str],
    canonical: Callable[[str], str],
) -> Iterator[str]:
    """Yield a sentence where the run would not measure what the quality gate decides by.

    Args:
        asked: the arguments of the execution's input.
        measured_by: the arguments that decide what a run measures.
        measured: what this run measures; empty where only the job finds out.
        canonical: returns AutoGluon's own name of a metric.
    """
    gate, settings = plan.spec.quality_gate, plan.spec.init_args
    changed = [name for name in measured_by if name in asked and asked[name] != settings.get(name)]
    if gate is None or gate.metric is None or not changed or not measured:
        return
    if canonical(gate.metric) not in measured:
        yield (
            f"input.init_args.{changed[-1]}: got {json.dumps(asked[changed[-1]])}, but the quality "
            f'gate of predictor "{plan.spec.name}" decides by "{gate.metric}", which such a run '
            f"does not measure; it measures: {listed(measured)}"
        )


def job_problems(
    plan: TrainingPlan,
    kind: str,
    distribution_problem: Callable[[Mapping[str, Any]], str | None] | None = None,
) -> Iterator[str]:
    """Yield a sentence for each setting of the job that cannot work.

    Args:
        kind: of predictors, in words.
        distribution_problem: says why several instances would not help with fit arguments; None:
            they never do.
    """
    if plan.instance_count > 1:
        yield from _distribution_problems(plan, kind, distribution_problem)
    problem = time_reserve_problem(plan.fit_args.get("time_limit"), plan.max_runtime_seconds)
    if problem is not None:
        yield problem


def _distribution_problems(
    plan: TrainingPlan,
    kind: str,
    distribution_problem: Callable[[Mapping[str, Any]], str | None] | None,
) -> Iterator[str]:
    got, declared = f"instance_count: got {plan.instance_count}", plan.spec.training.instance_count
    if distribution_problem is None:
        yield (
            f"{got}; allowed: 1, because distributed training of {kind} predictors is unsupported"
        )
    elif plan.instance_count > declared:
        yield (
            f'{got}; allowed for predictor "{plan.spec.name}": at most {declared} '
            "(training.instance_count in the YAML)"
        )
    elif (problem := distribution_problem(plan.fit_args)) is not None:
        yield f"{got} with {problem}"
