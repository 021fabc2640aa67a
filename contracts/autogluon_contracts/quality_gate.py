"""Decide about a new model version."""

from collections.abc import Callable
from dataclasses import dataclass

from autogluon_contracts.documents.metrics import TrainingMetrics
from autogluon_contracts.documents.predictor_spec import QualityGate
from autogluon_contracts.shown.scores import ShownMetric
from autogluon_contracts.wording import listed

APPROVED, WAITING, REJECTED = "Approved", "PendingManualApproval", "Rejected"
_ON_PASS = {"approve": APPROVED, "wait": WAITING}
_ON_FAIL = {"reject": REJECTED, "wait": WAITING}


@dataclass(frozen=True)
class Decision:
    """A ModelApprovalStatus, why, and the metric's value where a gate looked at one."""

    status: str
    reason: str
    value: float | None = None


def decide(
    gate: QualityGate | None, metrics: TrainingMetrics, canonical: Callable[[str], str]
) -> Decision:
    """Return what the gate decides about a run's metrics, whose names `canonical` gives.

    Without a gate a person decides, and where its metric was not measured: the model is paid for.
    A gate that asks for no metric is passed by every version.
    """
    if gate is None:
        return Decision(WAITING, "no quality gate is set, so a person decides")
    if gate.metric is None or gate.minimum is None:
        return Decision(_ON_PASS[gate.on_pass], "the quality gate asks for no metric")
    value = metrics.value(gate.metric)
    if value is None:
        value = metrics.value(canonical(gate.metric))
    if value is None:
        measured = [name for name in metrics.metrics if metrics.value(name) is not None]
        return Decision(
            WAITING,
            f"the gate metric {gate.metric} was not measured, so a person decides; measured: "
            f"{listed(measured) or 'none'}",
        )
    passed = value >= gate.minimum
    status = (_ON_PASS if passed else _ON_FAIL)[gate.on_pass if passed else gate.on_fail]
    waits = "; a person decides" if status == WAITING else ""
    where = f"on the {metrics.evaluated_on} data"
    shown = ShownMetric(canonical(gate.metric))
    reached, limit = shown.shown(value), shown.shown(gate.minimum)
    if shown.is_error:
        comparison = "is within" if passed else "exceeds"
        said = f"{comparison} {limit:g} ({shown.better}; the gate's minimum is {gate.minimum:g})"
    else:
        said = f"{'reaches' if passed else 'is below'} the minimum {limit:g}"
    return Decision(status, f"{gate.metric} {reached:g} {where} {said}{waits}", value)
