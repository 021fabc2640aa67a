"""Ask an endpoint that serves a multimodal predictor for labels and probabilities."""

from __future__ import annotations

from autogluon_client.predictors.tabular.endpoint import TabularEndpoint


class MultiModalEndpoint(TabularEndpoint):
    """A handle to an endpoint; creating it makes no request.

    Rows are sent and answered as those of `TabularEndpoint` are, whose arguments it has; `explain`
    is for tabular predictors, and the endpoint refuses it.
    """
