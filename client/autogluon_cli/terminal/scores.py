"""Write the scores of a run as people know them."""

from __future__ import annotations

from collections.abc import Mapping

from autogluon_cli.framework.invocation import Invocation
from autogluon_cli.terminal.output import shown
from autogluon_client.errors import UnknownPredictorError
from autogluon_contracts.predictor_types import predictor_type


def shown_scores(
    invocation: Invocation, predictor: str, metrics: Mapping[str, float | None]
) -> dict[str, str]:
    """Return the metrics of a run by name; errors are positive, though AutoGluon's are not.

    Of a predictor that is not deployed any more, they are as AutoGluon has them.
    """
    try:
        kind = predictor_type(invocation.connection.spec(predictor)["type"])
    except UnknownPredictorError:
        return {name: shown(value) for name, value in metrics.items()}
    return {
        name: shown(value)
        if value is None or kind.best_value(name) != 0
        else f"{shown(-value)} (lower is better)"
        for name, value in metrics.items()
    }
