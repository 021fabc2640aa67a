"""Check the time that a training job has besides its fit."""

import math

from autogluon_contracts.rules import is_number

_LEAST_RESERVE_SECONDS = 60
_RESERVE_SHARE = 0.1


def time_reserve_problem(time_limit: object, max_runtime_seconds: int) -> str | None:
    """Return what is wrong with `max_runtime_seconds` for a fit of `time_limit` seconds, or None.

    A `time_limit` that is not a number is ignored: its own error comes first.
    """
    if not isinstance(time_limit, int | float) or not is_number(time_limit):
        return None
    # AutoGluon's time_limit is not a hard stop, and a job that SageMaker stops saves nothing.
    needed = time_limit + max(_LEAST_RESERVE_SECONDS, _RESERVE_SHARE * time_limit)
    if max_runtime_seconds >= needed:
        return None
    longest = math.floor(
        min(
            max_runtime_seconds - _LEAST_RESERVE_SECONDS,
            max_runtime_seconds / (1 + _RESERVE_SHARE),
        )
    )
    shorter = f", or a time_limit of at most {longest}" if longest > 0 else ""
    return (
        f"max_runtime_seconds: got {max_runtime_seconds} with fit_args.time_limit {time_limit:g}; "
        f"allowed: at least {math.ceil(needed)}{shorter}, so that the job can still "
        "evaluate and save its model"
    )
