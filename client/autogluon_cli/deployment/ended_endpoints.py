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
    now = datetime.now(UTC)
    found = []
    for name, lifetime in settings.lifetimes.items():
        endpoint = settings.predictors[name].endpoint
        if endpoint is not None and lifetime.at is not None and lifetime.at <= now:
            found.append(
                f"predictors.{name}.endpoint.ends: {endpoint.ends} is over, so that a model which "
                "goes live is taken out of service within the hour; give a later end, or leave it "
                "out."
            )
    return found
