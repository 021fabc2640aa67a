"""Say which endpoints of the settings have ended: synthesis has no clock, and commands have one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autogluon_constructs.settings import Environment


def ended_endpoints(settings: Environment) -> list[str]:
    """Return a sentence for each endpoint whose `ends` is a time in the past.

    Such settings are valid, because every file with a date becomes one. But a model that goes live
    is taken out of service at the next full hour, and with hours it is never put into service.

    Examples:
        >>> from autogluon_constructs.settings import parse_environment
        >>> endpoint = {"instance_type": "ml.m5.large", "ends": "2020-01-01"}
        >>> predictors = {"p": {"init_args": {"label": "y"}, "endpoint": endpoint}}
        >>> settings = parse_environment("dev", {"predictors": predictors}, file="dev.yaml")
        >>> ended_endpoints(settings)[0]
        'predictors.p.endpoint.ends: 2020-01-01 is over, so that a model which goes live is ...
    """
    endpoints = {name: predictor.endpoint for name, predictor in settings.predictors.items()}
    found = (
        None if each is None else ended_in_words(name, each.ends)
        for name, each in endpoints.items()
    )
    return [sentence for sentence in found if sentence is not None]


def ended_in_words(predictor: str, ends: str | None) -> str | None:
    """Return the sentence about an endpoint's `ends`; None where it is not in the past."""
    from autogluon_constructs.settings.endpoint_modes.hours import lifetime

    meant = None if ends is None else lifetime(ends)
    if meant is None or meant.at is None or meant.at > datetime.now(UTC):
        return None
    return (
        f"predictors.{predictor}.endpoint.ends: {ends} is over, so that a model which goes live is "
        "taken out of service within the hour; give a later end, or leave it out."
    )
