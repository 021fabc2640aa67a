"""Read the arguments of `fit`, in both forms of AutoGluon Cloud, as the input of one run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from autogluon_client.data.uploads import Uploads
from autogluon_client.errors import InvalidArgumentError

_DATA_KEYS = ("train_data", "tuning_data", "test_data", "static_features")


@dataclass(frozen=True, kw_only=True)
class FitRequest:
    """The data as the user gave it, and the rest of the Train state machine's input."""

    data: Mapping[str, Any]
    init_args: Mapping[str, Any]
    fit_args: Mapping[str, Any]
    settings: Mapping[str, Any] = field(default_factory=dict)
    folders: Mapping[str, Any] = field(default_factory=dict)

    def arguments(self, predictor: str, uploads: Uploads) -> dict[str, Any]:
        """Upload what is not in S3 yet and return the Train execution's input.

        Raises:
            InvalidDataError: data cannot be sent.
        """
        return {
            "predictor": predictor,
            **{key: uploads.for_training(key, data) for key, data in self.data.items()},
            **{key: uploads.for_folder(key, folder) for key, folder in self.folders.items()},
            **({"init_args": dict(self.init_args)} if self.init_args else {}),
            **({"fit_args": dict(self.fit_args)} if self.fit_args else {}),
            **self.settings,
        }


def fit_request(
    *,
    train_data: Any,
    tuning_data: Any = None,
    test_data: Any = None,
    static_features: Any = None,
    predictor_init_args: Mapping[str, Any] | None = None,
    predictor_fit_args: Mapping[str, Any] | None = None,
    settings: Mapping[str, Any] | None = None,
    folders: Mapping[str, Any] | None = None,
) -> FitRequest:
    """Read the arguments of `fit`.

    In the older form the first argument is `predictor_init_args`, a mapping, and the data is in
    `predictor_fit_args`.

    Raises:
        InvalidArgumentError: data is missing or given twice, or JSON cannot represent an argument.
    """
    if isinstance(train_data, Mapping):
        if predictor_init_args is not None:
            raise InvalidArgumentError(
                "fit() got predictor_init_args twice: as the first argument and by name.",
                argument="predictor_init_args",
                advice="Pass train_data as the first argument, or none.",
            )
        train_data, predictor_init_args = None, train_data
    fit_args = dict(predictor_fit_args or {})
    tables = (train_data, tuning_data, test_data, static_features)
    explicit = dict(zip(_DATA_KEYS, tables, strict=True))
    data = {}
    for key, value in explicit.items():
        within = fit_args.pop(key, None)
        if value is not None and within is not None:
            raise InvalidArgumentError(
                f"fit() got {key} twice: by itself and in predictor_fit_args.",
                argument=key,
                advice="Pass it once.",
            )
        chosen = within if value is None else value
        if chosen is not None:
            data[key] = chosen
    if "train_data" not in data:
        raise InvalidArgumentError(
            "fit() got no train_data.",
            argument="train_data",
            advice="Pass a DataFrame, a file's path or an s3:// address, as train_data=... or in "
            "predictor_fit_args.",
        )
    _require_json("predictor_init_args", predictor_init_args or {})
    _require_json("predictor_fit_args", fit_args)
    given = {key: value for key, value in (settings or {}).items() if value is not None}
    return FitRequest(
        data=data,
        init_args=predictor_init_args or {},
        fit_args=fit_args,
        settings=given,
        folders={key: value for key, value in (folders or {}).items() if value is not None},
    )


def _require_json(argument: str, values: Mapping[str, Any]) -> None:
    for key, value in values.items():
        try:
            json.dumps(value, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise InvalidArgumentError(
                f"{argument}[{key!r}]: got {value!r}, which JSON cannot represent ({error}); "
                "allowed: texts, numbers, booleans, lists and dictionaries.",
                argument=argument,
            ) from error
