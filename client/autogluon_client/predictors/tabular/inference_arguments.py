"""Write the inference arguments of a real-time request as the container reads them."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import Any

from autogluon_client.autogluon_cloud_arguments import ignore
from autogluon_client.errors import InvalidArgumentError, NotSupportedError

_SUPPORTED = ("model", "decision_threshold", "on_error")
_ON_ERROR = ("request", "row")


def custom_attributes(options: Mapping[str, Any]) -> str:
    """Return `decision_threshold=0.3;model=LightGBM` from the keyword arguments of a call.

    As in AutoGluon Cloud, they are given directly or in `inference_kwargs`, and `as_pandas` is
    always true.

    Raises:
        NotSupportedError: the endpoint does not take an argument.
        InvalidArgumentError: an argument is given twice, or its value is invalid.
    """
    direct = {name: value for name, value in options.items() if name != "inference_kwargs"}
    if direct.pop("as_pandas", True) is not True:
        ignore("predict", "as_pandas", options["as_pandas"], "answers are always pandas'")
    within = options.get("inference_kwargs") or {}
    if not isinstance(within, Mapping):
        raise InvalidArgumentError(
            f"inference_kwargs: got {within!r}; allowed: a dictionary of {_listed()}.",
            argument="inference_kwargs",
        )
    twice = [name for name in within if name in direct]
    if twice:
        raise InvalidArgumentError(
            f"{twice[0]} is given twice: by itself and in inference_kwargs.",
            argument=str(twice[0]),
            advice="Pass it once.",
        )
    given = {name: value for name, value in {**within, **direct}.items() if value is not None}
    refused = [name for name in {**within, **direct} if name not in _SUPPORTED]
    if refused:
        raise NotSupportedError(
            f"Real-time prediction does not support {', '.join(map(str, refused))}; allowed: "
            f"accept, {_listed()}.",
            argument=str(refused[0]),
            advice="For other arguments of TabularPredictor.predict use to_local_predictor().",
        )
    _require_values(given)
    _require_on_error(given)
    return ";".join(f"{name}={_text(given[name])}" for name in _SUPPORTED if name in given)


def _require_values(given: Mapping[str, Any]) -> None:
    model = given.get("model", "best")
    # It is sent in a header, a text in which `;` ends an option.
    if not isinstance(model, str) or ";" in model or not (model.isascii() and model.isprintable()):
        raise InvalidArgumentError(
            f"model: got {model!r}; allowed: the name of a model.", argument="model"
        )
    threshold = given.get("decision_threshold", 0.5)
    is_number = isinstance(threshold, Real) and not isinstance(threshold, bool)
    if not is_number or not 0 <= threshold <= 1:
        raise InvalidArgumentError(
            f"decision_threshold: got {threshold!r}; allowed: a number from 0 to 1.",
            argument="decision_threshold",
        )


def _require_on_error(given: Mapping[str, Any]) -> None:
    value = given.get("on_error", "request")
    if value not in _ON_ERROR:
        raise InvalidArgumentError(
            f"on_error: got {value!r}; allowed: {' and '.join(map(repr, _ON_ERROR))}.",
            argument="on_error",
        )


def _text(value: Any) -> str:
    """Return the value as text; NumPy's numbers and fractions become floats first."""
    return str(value if isinstance(value, str | int) else float(value))


def _listed() -> str:
    return f"{', '.join(_SUPPORTED[:-1])} and {_SUPPORTED[-1]}"
