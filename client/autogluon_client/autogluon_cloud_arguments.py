"""Arguments of AutoGluon Cloud that have no meaning here, each with the reason."""

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
_FOUNDATION = "only foundation models take it, which are not supported yet"
_REASONS = {
    "autogluon_sagemaker_estimator_kwargs": "the planner builds the request from the settings",
    "backend_overrides": "the planner builds the request from the settings",
    "custom_image_uri": _YAML,
    "endpoint_name": "a predictor has one endpoint, named after it",
    "image_column": "images need a multimodal predictor, which is not supported yet",
    "inference_config": _YAML,
    "label": _FOUNDATION,
    "model_kwargs": "the planner builds the request from the settings",
    "predictor_path": "only registered models are used, by `model=`",
    "predictions_path": "results lie in the environment's artifact bucket and come to `save_path=`",
    "test_data_image_column": "images need a multimodal predictor, which is not supported yet",
    "train_data": _FOUNDATION,
    "transform_kwargs": "the planner builds the request from the settings",
    "transformer_kwargs": "the planner builds the request from the settings",
    "volume_size": _YAML,
}


def refuse(call: str, arguments: Mapping[str, Any]) -> None:
    """Refuse by name every argument that is given and cannot be honoured.

    Raises:
        NotSupportedError: one is not None; the sentence says why.
        UnknownArgumentError: the call has no such argument, there or here; a TypeError too.
    """
    for name, value in arguments.items():
        if name not in _REASONS:
            raise UnknownArgumentError(
                f"{call}() got an unexpected keyword argument {name!r}; leave it out, or look for "
                f"what you mean in help(TabularCloudPredictor.{call})."
            )
        if value is not None:
            raise NotSupportedError(
                f"{call}() does not support {name}={value!r}: {_REASONS[name]}; leave it out."
            )


def ignore(call: str, name: str, value: Any, reason: str) -> None:
    """Say that an argument changes nothing, which AutoGluon Cloud says in a warning as well."""
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
        f"{deployed}, and one predictor has one image; leave it out, or set framework_version in "
        "the YAML and run `cdk deploy --all`."
    )
