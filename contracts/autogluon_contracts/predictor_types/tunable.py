"""Judge a search for hyperparameters of an algorithm that SageMaker knows itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from autogluon_contracts.suggestions import did_you_mean
from autogluon_contracts.wording import listed


def search_problems(
    kind: str,
    tunable: Mapping[str, str],
    tuned_name: Callable[[str], str],
    types: Mapping[str, str],
    strategy: str,
    *,
    has_objective: bool,
) -> Iterator[str]:
    """Yield a sentence for each thing of a search that the algorithm's trials cannot have.

    Args:
        kind: the predictor type.
        tunable: the type of the range that each tunable hyperparameter takes.
        tuned_name: returns the hyperparameter that the path of a range means.
        types: the type of each range, by its path.
        strategy: how values are chosen.
        has_objective: whether trials are to be compared by a number of a person's own.
    """
    if has_objective:
        yield (
            f"objective: given with type '{kind}', whose trials are compared by the eval_metric of "
            "the tuning data; leave it out"
        )
    if strategy == "Grid" and "categorical" not in tunable.values():
        yield (
            "strategy: got 'Grid', which takes categories alone, and what can be tuned of type "
            f"'{kind}' are numbers; allowed: 'Bayesian' or 'Random'"
        )
    names = [tuned_name(path) for path in types]
    for path, given in types.items():
        name = tuned_name(path)
        if name not in tunable:
            yield (
                f"ranges.{path}: SageMaker does not tune it; allowed: "
                f"{listed(list(tunable), limit=20)}{did_you_mean(name, tunable)}"
            )
        elif given != tunable[name]:
            yield f"ranges.{path}.type: got '{given}'; allowed: '{tunable[name]}'"
        elif names.count(name) > 1:
            yield f"ranges.{path}: {name} is tuned twice, by both of its names; tune one of them"
