"""Say what deserves a look in settings that are valid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autogluon_cli.deployment.ended_endpoints import ended_endpoints

if TYPE_CHECKING:
    from autogluon_constructs.settings import Environment


def settings_warnings(settings: Environment) -> list[str]:
    """Return a sentence for each preset that the image trains in part, and each ended endpoint.

    Example:
        >>> from autogluon_constructs.settings import parse_environment
        >>> settings_warnings(parse_environment("dev", {"predictors": {}}, file="dev.yaml"))
        []
    """
    from autogluon_constructs.settings.rules.left_out import left_out_warnings

    left_out = (f"{warning}." for _, warning in left_out_warnings(settings.predictors))
    return [*left_out, *ended_endpoints(settings)]
