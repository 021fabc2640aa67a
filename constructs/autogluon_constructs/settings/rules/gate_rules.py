"""Refuse quality gates that no run of a predictor could decide by, or pass."""

from collections.abc import Iterator, Mapping
from typing import Any

from autogluon_constructs.settings.quality_gate import QualityGate
from autogluon_contracts.predictor_types import PredictorType, known_types, predictor_type
from autogluon_contracts.predictor_types.built_in import BuiltInAlgorithm
from autogluon_contracts.suggestions import did_you_mean
from autogluon_contracts.wording import listed


def gate_problems(fields: Mapping[str, Any]) -> Iterator[str]:
    """Yield `<path below the predictor>: <problem>`; `fields` are those that are valid alone."""
    kind = fields.get("type")
    gate: QualityGate | None = fields.get("quality_gate")
    if kind not in known_types() or gate is None or gate.metric is None or gate.minimum is None:
        return
    predictor = predictor_type(str(kind))
    if fields.get("init_args") is not None:
        yield from _metric_is_measured(predictor, gate.metric, fields["init_args"])
    best = predictor.best_value(gate.metric)
    if gate.minimum > best:
        hint = " (errors are negative in AutoGluon's sign)" if best == 0 else ""
        yield (
            f"quality_gate: minimum {gate.minimum:g} can never be reached: {gate.metric} is at "
            f"most {best:g}{hint}"
        )


def _metric_is_measured(
    kind: PredictorType, metric: str, init_args: Mapping[str, Any]
) -> Iterator[str]:
    problem_type, eval_metric = init_args.get("problem_type"), init_args.get("eval_metric")
    measured = kind.measured_metrics(problem_type, eval_metric)
    if metric in measured or not measured:
        return
    path, reported = f"quality_gate.metric: got '{metric}'", kind.canonical_metric(metric)
    if reported in measured:
        yield f"{path}; it is reported as '{reported}'; write that"
    else:
        # All that a built-in algorithm can measure is in the list.
        is_all = isinstance(kind, BuiltInAlgorithm)
        yield (
            f"{path}, which a run with eval_metric {eval_metric!r} does not measure; "
            f"allowed: {listed(measured)}{did_you_mean(metric, measured)}"
            f"{'' if is_all else '; any other metric must be init_args.eval_metric'}"
        )
