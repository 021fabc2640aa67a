"""Limit AutoGluon's training time, so that the job ends before SageMaker stops it unsaved."""

from __future__ import annotations

from dataclasses import dataclass

# AutoGluon's limit is not a hard stop, and the job also loads, evaluates, clones and uploads.
_SHARE_FOR_FIT = 0.8
_FIXED_SECONDS = 60
_LEAST_SHARE = 0.5


@dataclass(frozen=True)
class TimeBudget:
    """`time_limit` in seconds for `fit`; `warnings` where it leaves the job no time reserve."""

    time_limit: float
    derived: bool
    warnings: tuple[str, ...] = ()


def time_budget(requested: float | None, max_runtime_seconds: int) -> TimeBudget:
    """Return the limit for `fit`: the user's, or the job's own less its time reserve.

    The time reserve is 20 % and a minute, at most half of the job's time.

    Args:
        requested: `fit_args.time_limit`, None if the user gave none.
        max_runtime_seconds: when SageMaker ends the job.
    """
    longest = max(
        _SHARE_FOR_FIT * max_runtime_seconds - _FIXED_SECONDS, _LEAST_SHARE * max_runtime_seconds
    )
    if requested is None:
        return TimeBudget(time_limit=float(int(longest)) or 1.0, derived=True)
    warnings: tuple[str, ...] = ()
    if requested > longest:
        warnings = (
            f"time_limit is {requested:g} s of the {max_runtime_seconds} s after which SageMaker "
            f"stops the job unsaved. Keep it below {int(longest)} s, or raise max_runtime_seconds.",
        )
    return TimeBudget(time_limit=float(requested), derived=False, warnings=warnings)
