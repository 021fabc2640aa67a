"""Inference arguments of a real-time request, as the container reads them."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import Any

from autogluon_client.autogluon_cloud_arguments import ignore
from autogluon_client.errors import InvalidArgumentError, NotSupportedError

_SUPPORTED = ("model", "decision_threshold")


def custom_attributes(options: Mapping[str, Any]) -> str:
    """`decision_threshold=0.3;model=LightGBM`, from the keyword arguments of a call.

    They stand by themselves or in `inference_kwargs`, as AutoGluon Cloud has them. `as_pandas` is
    always true, there and here.

    Raises:
        NotSupportedError: an argument that the endpoint does not take.
        InvalidArgumentError: one that is given twice, or a value that no predictor takes.
    """
    direct = {name: value for name, value in options.items() if name != "inference_kwargs"}
    if direct.pop("as_pandas", True) is not True:
        ignore("predict", "as_pandas", options["as_pandas"], "answers are always pandas'")
    within = options.get("inference_kwargs") or {}
    if not isinstance(within, Mapping):
        raise InvalidArgumentError(
            f"inference_kwargs: got {within!r}; allowed: a dictionary of {_listed()}."
        )
    twice = [name for name in within if name in direct]
    if twice:
        raise InvalidArgumentError(
            f"{twice[0]} is given twice: by itself and in inference_kwargs; give it once."
        )
    given = {name: value for name, value in {**within, **direct}.items() if value is not None}
    refused = [name for name in {**within, **direct} if name not in _SUPPORTED]
    if refused:
        raise NotSupportedError(
            f"Real-time prediction takes no {', '.join(map(str, refused))}; allowed: accept, "
            f"{_listed()}. For other arguments of TabularPredictor.predict use "
            "to_local_predictor()."
        )
    _require_values(given)
    return ";".join(f"{name}={_text(given[name])}" for name in _SUPPORTED if name in given)


def _require_values(given: Mapping[str, Any]) -> None:
    model = given.get("model", "best")
    # The header that carries it is text, in which `;` ends an option.
    if not isinstance(model, str) or ";" in model or not (model.isascii() and model.isprintable()):
        raise InvalidArgumentError(f"model: got {model!r}; allowed: the name of a model.")
    threshold = given.get("decision_threshold", 0.5)
    is_number = isinstance(threshold, Real) and not isinstance(threshold, bool)
    if not is_number or not 0 <= threshold <= 1:
        raise InvalidArgumentError(
            f"decision_threshold: got {threshold!r}; allowed: a number from 0 to 1."
        )


def _text(value: Any) -> str:
    """The value itself, not how its type shows it: NumPy's numbers and fractions become floats."""
    return str(value if isinstance(value, str | int) else float(value))


def _listed() -> str:
    return " and ".join(_SUPPORTED)
