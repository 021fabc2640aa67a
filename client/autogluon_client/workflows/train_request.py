"""What `fit` was asked for: AutoGluon Cloud's older and newer forms become one Train input."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from autogluon_client.data.uploads import Uploads
from autogluon_client.errors import InvalidArgumentError

_DATA_KEYS = ("train_data", "tuning_data", "test_data")


@dataclass(frozen=True, kw_only=True)
class FitRequest:
    """Data as the user gave it, and what else the Train state machine takes."""

    data: Mapping[str, Any]
    init_args: Mapping[str, Any]
    fit_args: Mapping[str, Any]
    settings: Mapping[str, Any] = field(default_factory=dict)

    def arguments(self, predictor: str, uploads: Uploads) -> dict[str, Any]:
        """The Train execution's input; uploads what is not in S3 yet.

        Raises:
            InvalidDataError: data that cannot be sent.
        """
        return {
            "predictor": predictor,
            **{key: uploads.for_training(key, data) for key, data in self.data.items()},
            **({"init_args": dict(self.init_args)} if self.init_args else {}),
            **({"fit_args": dict(self.fit_args)} if self.fit_args else {}),
            **self.settings,
        }


def fit_request(
    *,
    train_data: Any,
    tuning_data: Any = None,
    test_data: Any = None,
    predictor_init_args: Mapping[str, Any] | None = None,
    predictor_fit_args: Mapping[str, Any] | None = None,
    settings: Mapping[str, Any] | None = None,
) -> FitRequest:
    """Read the arguments of `fit`.

    In the older form the first argument is `predictor_init_args`, and data lies in
    `predictor_fit_args`; it is recognised by the first argument being a mapping.

    Raises:
        InvalidArgumentError: data is missing or given twice, or an argument that JSON cannot carry.
    """
    if isinstance(train_data, Mapping):
        if predictor_init_args is not None:
            raise InvalidArgumentError(
                "fit() got predictor_init_args twice: as the first argument and by name; give "
                "train_data first, or nothing."
            )
        train_data, predictor_init_args = None, train_data
    fit_args = dict(predictor_fit_args or {})
    explicit = dict(zip(_DATA_KEYS, (train_data, tuning_data, test_data), strict=True))
    data = {}
    for key, value in explicit.items():
        within = fit_args.pop(key, None)
        if value is not None and within is not None:
            raise InvalidArgumentError(
                f"fit() got {key} twice: by itself and in predictor_fit_args; give it once."
            )
        chosen = within if value is None else value
        if chosen is not None:
            data[key] = chosen
    if "train_data" not in data:
        raise InvalidArgumentError(
            "fit() got no train_data; give a DataFrame, a file's path or an s3:// address, as "
            "train_data=... or in predictor_fit_args."
        )
    _require_json("predictor_init_args", predictor_init_args or {})
    _require_json("predictor_fit_args", fit_args)
    given = {key: value for key, value in (settings or {}).items() if value is not None}
    return FitRequest(
        data=data, init_args=predictor_init_args or {}, fit_args=fit_args, settings=given
    )


def _require_json(argument: str, values: Mapping[str, Any]) -> None:
    for key, value in values.items():
        try:
            json.dumps(value, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise InvalidArgumentError(
                f"{argument}[{key!r}]: got {value!r}, which JSON cannot carry to the training job "
                f"({error}); allowed: texts, numbers, booleans, lists and dictionaries."
            ) from error
