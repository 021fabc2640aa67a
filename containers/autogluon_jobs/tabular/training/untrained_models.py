"""Tell which models could not be trained, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from autogluon.tabular import TabularPredictor

from autogluon_contracts.documents.metrics import UntrainedModel
from autogluon_contracts.predictor_types.tabular.families import FAMILIES

_LONGEST = 300
_IMPORT_ERRORS = ("ImportError", "ModuleNotFoundError")
_REASONS = {
    "TimeLimitExceeded": "The time limit was reached before it was trained.",
    "NotEnoughMemoryError": "The instance has too little memory for it.",
    "NotEnoughCudaMemoryError": "The GPU has too little memory for it.",
    "NoGPUError": "It needs a GPU.",
    "NoValidFeatures": "No column of the data is one that it can use.",
    "NoStackFeatures": "There was no model whose answers it could learn from.",
}


def untrained_models(
    predictor: TabularPredictor, fit_args: Mapping[str, Any], install_advice: str = ""
) -> tuple[UntrainedModel, ...]:
    """Return the models that AutoGluon tried or was asked for, and did not train.

    Args:
        predictor: fitted.
        fit_args: what it was fitted with.
        install_advice: how to install what AutoGluon's image has and this environment lacks.
    """
    failed = {
        model.model: _advised(model, install_advice) if install_advice else model
        for model in failed_models(predictor)
    }
    skipped = getattr(predictor._trainer, "_models_skipped_by_constraint", {})
    for name, why in skipped.items():
        failed[name] = UntrainedModel(
            model=name, error="ConstraintViolationError", reason=_cut(why)
        )
    return (*failed.values(), *_never_begun(predictor, fit_args, set(failed)))


def failed_models(predictor: TabularPredictor) -> Iterator[UntrainedModel]:
    """Yield the models that AutoGluon tried and that failed, also after a fit that failed."""
    if predictor._trainer is None:
        return
    # The predictor's own method refuses to answer where no model is left.
    for failure in predictor._trainer.model_failures().to_dict(orient="records"):
        error, told = str(failure["exc_type"]), str(failure["exc_str"])
        reason = _REASONS.get(error, told or error)
        yield UntrainedModel(model=str(failure["model"]), error=error, reason=_cut(reason))


def _never_begun(
    predictor: TabularPredictor, fit_args: Mapping[str, Any], failed: set[str]
) -> Iterator[UntrainedModel]:
    """Yield the kinds of models that were asked for by name and left no trace."""
    asked = fit_args.get("hyperparameters")
    if not isinstance(asked, Mapping):
        return
    try:
        from autogluon.tabular.registry import ag_model_registry as registry
    except ImportError:  # AutoGluon 1.1 and 1.2 have none
        return
    trained = set(predictor._trainer.get_models_attribute_dict("type_inner").values())
    excluded = set(fit_args.get("excluded_model_types") or ())
    for key in asked:
        if not isinstance(key, str) or key in excluded or key not in registry.keys:
            continue
        kind = registry.key_to_cls(key)
        is_known = kind in trained or any(name.startswith(kind.ag_name or key) for name in failed)
        if not is_known:
            reason = "AutoGluon did not begin it, as when no time is left."
            yield UntrainedModel(model=key, error="NotBegun", reason=reason)


def _advised(model: UntrainedModel, advice: str) -> UntrainedModel:
    """Add the advice to a model that failed by a missing module which the image has."""
    if model.error not in _IMPORT_ERRORS or not _is_in_image(model.model):
        return model
    return replace(model, reason=f"{model.reason.rstrip('.')}. {advice}")


def _is_in_image(model: str) -> bool:
    from autogluon.tabular.registry import ag_model_registry as registry

    kinds = {key: registry.key_to_cls(key).ag_name or key for key in FAMILIES}
    found = [key for key, name in kinds.items() if model.startswith(name)]
    return bool(found) and FAMILIES[max(found, key=lambda key: len(kinds[key]))].package is None


def _cut(text: str) -> str:
    """Return the first line, at most so long."""
    line = " ".join(text.strip().partition("\n")[0].split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 3]}..."
