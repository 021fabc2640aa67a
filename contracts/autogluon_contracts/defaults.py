"""Define defaults that settings, Lambdas and containers share, each once."""

from __future__ import annotations

from typing import Literal

ACCURACY, LATENCY = "accuracy", "latency"
"""What training keeps: the best score, or fast answers at nearly the best score."""

ServingEngine = Literal["auto", "autogluon"]
"""What an endpoint predicts with: the direct path where it is proved equal, or AutoGluon always."""
AUTO_ENGINE: ServingEngine = "auto"

Joining = Literal["auto", "always"]
"""Whether requests of models whose last bits depend on the call's other rows are joined, too."""
AUTO_JOINING: Joining = "auto"

MAX_SCORE_LOSS = 0.005
"""The share of the best validation score that `optimize_for: latency` may give up."""
LARGEST_MAX_SCORE_LOSS = 0.5

REQUEST_TIMEOUT_SECONDS = 60
"""How long InvokeEndpoint waits for an answer; also the container's own default."""

ASYNC_REQUEST_SECONDS = 900
"""InvokeEndpointAsync's own default of how long the container may take for a request."""
LONGEST_ASYNC_REQUEST_SECONDS = 3600
"""The most that it may be told."""

EndpointMode = Literal["real-time", "asynchronous", "serverless", "component"]
"""How an endpoint answers: at once, into S3, at once after a cold start, or while a component that
shares an endpoint has copies."""
REAL_TIME: EndpointMode = "real-time"
ASYNCHRONOUS: EndpointMode = "asynchronous"
SERVERLESS: EndpointMode = "serverless"
COMPONENT: EndpointMode = "component"

LONGEST_UPDATE_SECONDS = 2 * 3600
"""How long an endpoint's update may pause; a promotion takes at most an hour more."""

FIVE_DAYS_SECONDS = 5 * 24 * 3600
"""SageMaker's default quota for the run time of training and processing jobs."""
