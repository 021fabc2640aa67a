"""Find the predictor that an execution names."""

import json
import re
from collections.abc import Mapping

from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.documents.spec_parameter import read_spec
from autogluon_contracts.suggestions import did_you_mean
from autogluon_contracts.wording import listed
from autogluon_lambdas.logic.predictor_types import require_known_type
from autogluon_lambdas.models.errors import InvalidInputError
from autogluon_lambdas.ports import PredictorStore

_NAME = re.compile(r"[a-z][a-z0-9-]{0,29}")


def is_predictor_name(value: object) -> bool:
    """Return whether a predictor may have this name."""
    return isinstance(value, str) and _NAME.fullmatch(value) is not None


def predictor_of_input(text: object) -> str | None:
    """Return the predictor that an execution's input names, as EventBridge's events hold it.

    None where the input names none, or is too long for the event.
    """
    return _name_in(text, "predictor")


def weights_of_input(text: object) -> str | None:
    """Return the set of weights that an execution's input names, likewise."""
    return _name_in(text, "name")


def _name_in(text: object, key: str) -> str | None:
    try:
        values = json.loads(str(text))
    except ValueError:
        return None
    name = values.get(key) if isinstance(values, dict) else None
    return name if isinstance(name, str) and is_predictor_name(name) else None


def require_predictor(predictors: PredictorStore, event: Mapping[str, object]) -> None:
    """Raise InvalidInputError listing the predictors when the input names none."""
    values = event.get("input")
    if isinstance(values, dict) and "predictor" not in values:
        raise InvalidInputError(
            "input.predictor: missing.", advice=_existing(predictors.names(), "Name one of")
        )


def load_spec(predictors: PredictorStore, name: str) -> PredictorSpec:
    """Return a predictor's spec; raises InvalidInputError when it is unknown or unsupported."""
    # SSM refuses names with other characters, which would hide the message below.
    text = predictors.parameter(name, "spec") if is_predictor_name(name) else None
    if text is None:
        names = predictors.names()
        raise InvalidInputError(
            f'input.predictor: unknown predictor "{name}"{did_you_mean(name, names)}.',
            advice=_existing(names, "This environment has"),
        )
    spec = read_spec(text, lambda part: predictors.parameter(name, part))
    require_known_type(spec)
    return spec


def _existing(names: list[str], introduction: str) -> str:
    if not names:
        return "This environment has no predictors. Declare one in config/ and deploy."
    return f"{introduction}: {listed(names)}."
