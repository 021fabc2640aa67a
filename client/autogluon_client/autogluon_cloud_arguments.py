"""Refuse or ignore the arguments of AutoGluon Cloud that do not apply, with the reason."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from autogluon_client.errors import (
    FrameworkVersionError,
    NotSupportedError,
    UnknownArgumentError,
)

_LOG = logging.getLogger(__name__)
_YAML = "it is part of the predictor's settings in the YAML, which `cdk deploy` applies"
_PLANNER = "the planner builds the request from the settings"
_FOUNDATION = (
    "only foundation models that are deployed without a fit take it; here a run makes a model of "
    "mirrored weights first (docs/how-to/foundation-models.md)"
)
_IMAGES = "images are for multimodal predictors"
_REASONS = {
    "autogluon_sagemaker_estimator_kwargs": _PLANNER,
    "backend_overrides": _PLANNER,
    "custom_image_uri": _YAML,
    "endpoint_name": "a predictor has one endpoint, named after it",
    "image_column": _IMAGES,
    "inference_config": _YAML,
    "label": _FOUNDATION,
    "model_kwargs": _PLANNER,
    "predictor_path": "only registered models are used, by `model=`",
    "predictions_path": "results are stored in the environment's artifact bucket and downloaded to "
    "`save_path=`",
    "static_features": "static features are for time series predictors",
    "test_data_image_column": _IMAGES,
    "train_data": _FOUNDATION,
    "transform_kwargs": "`split_type` and `id_column` are arguments of the call, and the planner "
    "builds the rest of the request",
    "transformer_kwargs": "`strategy`, `max_payload_mb`, `max_concurrent_transforms`, "
    "`timeout_seconds` and `max_retries` are arguments of the call",
    "volume_size": _YAML,
}


def refuse(owner: str, call: str, arguments: Mapping[str, Any]) -> None:
    """Refuse each argument that is given and cannot be honoured.

    Args:
        owner: name of the class that has the call.

    Raises:
        NotSupportedError: an argument is not None; the message says why it is unsupported.
        UnknownArgumentError: neither AutoGluon Cloud nor this client has the argument.
    """
    for name, value in arguments.items():
        if name not in _REASONS:
            raise UnknownArgumentError(
                f"{call}() got an unexpected keyword argument {name!r}.",
                argument=name,
                advice=f"Leave it out, or see help({owner}.{call}).",
            )
        if value is not None:
            raise NotSupportedError(
                f"{call}() does not support {name}={value!r}: {_REASONS[name]}.",
                argument=name,
                advice="Leave it out.",
            )


def ignore(call: str, name: str, value: Any, reason: str) -> None:
    """Warn that an argument has no effect, as AutoGluon Cloud does."""
    _LOG.warning("%s() ignores %s=%r: %s", call, name, value, reason)


def refuse_other_version(wanted: str | None, spec: Mapping[str, Any]) -> None:
    """Accept `latest`, the deployed AutoGluon version, or a part of it such as `1.6`.

    Raises:
        FrameworkVersionError: another version.
    """
    deployed = str(spec["framework_version"])
    if wanted in (None, "latest") or f"{deployed}.".startswith(f"{wanted}."):
        return
    raise FrameworkVersionError(
        f"framework_version: got {wanted!r}, but predictor {spec['name']!r} is deployed with "
        f"{deployed}, and a predictor has one image.",
        wanted=str(wanted),
        deployed=deployed,
        advice="Leave it out, or set framework_version in the YAML and run `cdk deploy --all`.",
    )
