"""Predict several requests as one, and give each its own rows' answers.

Where all models compute each row on its own (`joinable`), each request is answered as if it had
been alone: parsing goes by the schema, features are made row by row, and each model adds up in a
fixed order whatever the number of rows. Requests to other models come here one by one, unless
`serving.joining` is `always`: then the last bits of an answer depend on the requests that are
predicted with it. Predictors that do not answer row by row are never joined: their answers could
not be cut apart.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from autogluon_jobs.answers.predictions import Predictions
from autogluon_jobs.jobs.engines import Engine
from autogluon_jobs.requests.request import Request
from autogluon_jobs.schema.feature_table import joined


def predict_together(engine: Engine, requests: Sequence[Request]) -> list[Predictions]:
    """Return the predictions of each request, in order.

    Only requests with the same options share a call of the engine.
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
    return tuple(sorted(request.options.items()))


def _predict_group(engine: Engine, requests: Sequence[Request]) -> list[Predictions]:
    if len(requests) == 1:
        return [engine.predict(requests[0])]
    rows = joined([request.given for request in requests])
    joint = engine.predict(Request(rows, options=requests[0].options))
    answers, start = [], 0
    for request in requests:
        end = start + len(request)
        answers.append(joint.part(start, end))
        start = end
    return answers
