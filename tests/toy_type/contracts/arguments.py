"""Check the arguments of mean predictors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from autogluon_contracts.rules import Rule, number, text
from autogluon_contracts.suggestions import did_you_mean

INIT_ARGS: Mapping[str, Rule] = {"label": text(), "key": text()}
FIT_ARGS: Mapping[str, Rule] = {"smoothing": number(minimum=0)}
METRICS = ("mean_absolute_error", "times_better")


def problems(path: str, args: object, known: Mapping[str, Rule]) -> Iterator[str]:
    """Yield a sentence for each thing wrong with some arguments."""
    if not isinstance(args, Mapping):
        yield f"{path}: got {args!r}; allowed: an object"
        return
    for name, value in args.items():
        if name not in known:
            yield f"{path}.{name}: unknown argument{did_you_mean(name, known)}"
        else:
            yield from known[name].problems(f"{path}.{name}", value)
