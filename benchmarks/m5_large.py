"""The server numbers of an endpoint on ml.m5.large, which the benchmarks serve with."""

from __future__ import annotations

from autogluon_contracts.documents.predictor_spec import ServerSpec

# Computed by the settings, whose libraries the image's environment does not have; a test compares.
M5_LARGE = ServerSpec(
    workers=2,
    threads=208,
    preload=True,
    max_batch_rows=64,
    max_wait_ms=2.0,
    max_queued_requests=128,
)
