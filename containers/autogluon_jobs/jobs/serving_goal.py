"""What a predictor is trained for: the best score, or fast answers at nearly the best score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autogluon_contracts.suggestions import did_you_mean as hint
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import listed

ACCURACY, LATENCY = "accuracy", "latency"
_LARGEST_LOSS = 0.5


@dataclass(frozen=True)
class ServingGoal:
    """The job's `serving`.

    `max_score_loss` is the share of the best validation score that may be given up for speed; for
    an error of 200, 0.01 allows 202. It is used with `latency` alone.
    """

    optimize_for: str = ACCURACY
    max_score_loss: float = 0.0

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> ServingGoal:
        """Read the key `serving` of `job.json`.

        Raises:
            InputError: an unknown key or goal, or a share that is none.
        """
        known = ("optimize_for", "max_score_loss")
        for key in document:
            if key not in known:
                raise InputError(
                    f'job.json: serving has the unknown key "{key}"{hint(key, known)}.'
                )
        goal, loss = document.get("optimize_for", ACCURACY), document.get("max_score_loss", 0.0)
        if goal not in (ACCURACY, LATENCY):
            raise InputError(
                f"job.json: serving.optimize_for is {goal!r}; allowed: "
                f"{listed([ACCURACY, LATENCY])}."
            )
        number = isinstance(loss, int | float) and not isinstance(loss, bool)
        if not number or not 0 <= loss <= _LARGEST_LOSS:
            raise InputError(
                f"job.json: serving.max_score_loss is {loss!r}; it must be a share from 0 to "
                f"{_LARGEST_LOSS}."
            )
        return cls(goal, float(loss))
