"""Several requests predicted as one, each answered as if it had been alone.

Rows do not depend on their neighbours: parsing goes by the schema, features are made row by row,
and the engine adds up trees in a fixed order whatever the number of rows.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import pandas as pd

from autogluon_jobs.predictions import Engine, Predictions
from autogluon_jobs.request import Request


def predict_together(engine: Engine, requests: Sequence[Request]) -> list[Predictions]:
    """The predictions of each request, in order.

    Only requests with the same options and column types share a call of the engine.
    """
    groups: dict[Hashable, list[int]] = {}
    for position, request in enumerate(requests):
        groups.setdefault(_kind(request), []).append(position)
    answers: dict[int, Predictions] = {}
    for positions in groups.values():
        members = [requests[position] for position in positions]
        answers.update(zip(positions, _predict_group(engine, members), strict=True))
    return [answers[position] for position in range(len(requests))]


def _kind(request: Request) -> Hashable:
    return tuple(sorted(request.options.items())), tuple(request.features.dtypes)


def _predict_group(engine: Engine, requests: Sequence[Request]) -> list[Predictions]:
    if len(requests) == 1:
        return [engine.predict(requests[0])]
    features = pd.concat([request.features for request in requests], ignore_index=True)
    joint = engine.predict(Request(features, options=requests[0].options))
    answers, start = [], 0
    for request in requests:
        end = start + len(request)
        answers.append(_rows(joint, start, end))
        start = end
    return answers


def _rows(predictions: Predictions, start: int, end: int) -> Predictions:
    return Predictions(
        predictions.labels.iloc[start:end].reset_index(drop=True),
        predictions.probabilities.iloc[start:end].reset_index(drop=True),
    )
