"""Find which container of an endpoint answers, where it has several."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autogluon_cli.framework.errors import CommandError
from autogluon_contracts.names import MODEL_CONTAINER
from autogluon_contracts.suggestions import nearest


def chosen_container(spec: Mapping[str, Any], asked: str | None) -> str | None:
    """Return the container that requests name; None where they name none.

    Raises:
        CommandError: the endpoint has no such container, has none to choose, or wants one chosen.
    """
    pipeline = spec["endpoint"].get("pipeline")
    if pipeline is None or pipeline["mode"] == "serial":
        if asked is None:
            return None
        raise CommandError(
            f"Callers of predictor {spec['name']!r} cannot choose a container: its "
            f"{'pipeline is serial' if pipeline else 'endpoint has no pipeline'}.",
            next_command=f"agcdk predict {spec['name']} FILE",
        )
    names = pipeline["containers"]
    if asked in names:
        return asked
    told = f"There is no container {asked!r} in" if asked else "Choose a container of"
    raise CommandError(
        f"{told} the endpoint of predictor {spec['name']!r}; it has {', '.join(names)}.",
        again={"--container": nearest(asked or "", names) or MODEL_CONTAINER},
    )


def models_container(spec: Mapping[str, Any], *, otherwise: str) -> str | None:
    """Return the live model's container, where requests have to name it.

    Args:
        otherwise: the next command where callers do not reach the model's container alone.

    Raises:
        CommandError: it is one of several in series.
    """
    pipeline = spec["endpoint"].get("pipeline")
    if pipeline is None:
        return None
    if pipeline["mode"] == "direct":
        return MODEL_CONTAINER
    raise CommandError(
        f"The endpoint of predictor {spec['name']!r} is a pipeline in series, whose first "
        "container takes other rows than the model.",
        next_command=otherwise,
    )
