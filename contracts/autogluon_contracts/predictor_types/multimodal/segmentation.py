"""Semantic segmentation: what its arguments may be, and how masks name classes.

Source: `autogluon.multimodal` 1.6.3, `learners/semantic_segmentation.py`, `models/sam.py`,
`optim/losses/utils.py` and the preset of `utils/presets.py`; what AutoGluon accepts but cannot
train, save or load was tried with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from autogluon_contracts.models.known_weights import FOLDER
from autogluon_contracts.predictor_types.multimodal.images import IMAGE_TYPE, declared_images
from autogluon_contracts.predictor_types.multimodal.names import SEMANTIC_SEGMENTATION
from autogluon_contracts.predictor_types.multimodal.weights import (
    SEGMENTATION_MODEL,
    checkpoint_key,
)
from autogluon_contracts.rules import is_integer, shown

MASK_LOSS = "mask2former_loss"
"""The loss for several classes: with every other one AutoGluon ends with a KeyError."""
BINARY_LOSSES = ("structure_loss", "balanced_bce")
PEFT = ("lora", "conv_lora")
LOSS_KEY, PEFT_KEY = "optim.loss_func", "optim.peft"
TOKENS_KEY = f"model.{SEGMENTATION_MODEL}.num_mask_tokens"
_SEGMENTATION_KEYS = f"model.{SEGMENTATION_MODEL}."
_MASKS = "masks"
_NUM_CLASSES = "num_classes"
_BALANCED_ERROR = "ber"
_MOST_CLASSES = 255
"""A mask has 8 bits; 255 of several classes is what AutoGluon cannot learn."""


def is_segmentation(init_args: Mapping[str, Any]) -> bool:
    """Return whether a run learns masks."""
    return init_args.get("problem_type") == SEMANTIC_SEGMENTATION


def mask_values(num_classes: int) -> tuple[int, ...]:
    """Return the values of a mask's pixels, background first.

    Example:
        >>> mask_values(1), mask_values(3)
        ((0, 255), (0, 1, 2))
    """
    return (0, 255) if num_classes == 1 else tuple(range(num_classes))


def mask_details(num_classes: int) -> dict[str, Any]:
    """Return what `feature_schema.json` says of masks in `details`."""
    return {_MASKS: list(mask_values(num_classes))}


def answered_values(details: Mapping[str, Any] | None) -> tuple[int, ...]:
    """Return the values of the masks that a model answers; empty: it answers no masks."""
    return tuple((details or {}).get(_MASKS, ()))


def mask_columns(label: str, values: tuple[int, ...], output: str) -> tuple[str, ...]:
    """Return the columns of an answer: the mask, and how many pixels have each value.

    There are none of probabilities.

    Example:
        >>> mask_columns("mask", (0, 255), "both")
        ('mask', '0_pixels', '255_pixels')
    """
    if output == "probabilities":
        return ()
    return (label, *(f"{value}_pixels" for value in values))


def combination_problems(
    init_args: Mapping[str, Any], fit_args: Mapping[str, Any]
) -> Iterator[str]:
    """Return a sentence for each problem of arguments that are valid by themselves."""
    hyperparameters = fit_args.get("hyperparameters") or {}
    if not is_segmentation(init_args):
        yield from _only_for_segmentation(init_args, hyperparameters)
        return
    yield from _class_problems(init_args)
    yield from _column_problems(init_args, fit_args)
    yield from _model_problems(hyperparameters)
    if init_args.get("pretrained") is False:
        yield (
            "init_args.pretrained: got false; AutoGluon then makes a network of another size than "
            "the checkpoint's; leave it out"
        )
    if is_integer(init_args.get(_NUM_CLASSES)):
        yield from _loss_problems(init_args, hyperparameters)
    if fit_args.get("presets") is not None:
        yield (
            f"fit_args.presets: got {shown(fit_args['presets'])}; AutoGluon has one preset for "
            f"problem_type '{SEMANTIC_SEGMENTATION}'; leave it out"
        )


def _only_for_segmentation(
    init_args: Mapping[str, Any], hyperparameters: Mapping[str, Any]
) -> Iterator[str]:
    needs = f"is for problem_type '{SEMANTIC_SEGMENTATION}'; set it, or leave this out"
    if init_args.get(_NUM_CLASSES) is not None:
        yield f"init_args.{_NUM_CLASSES}: {needs}"
    given = [key for key in hyperparameters if key.startswith(_SEGMENTATION_KEYS)]
    if given or SEGMENTATION_MODEL in (hyperparameters.get("model.names") or ()):
        yield f"fit_args.hyperparameters.{given[0] if given else 'model.names'}: {needs}"
    elif hyperparameters.get(PEFT_KEY) is not None:
        yield (
            f"fit_args.hyperparameters.{PEFT_KEY}: got {shown(hyperparameters[PEFT_KEY])}; its "
            "artifact would need the pretrained weights again; leave it out"
        )


def _class_problems(init_args: Mapping[str, Any]) -> Iterator[str]:
    count = init_args.get(_NUM_CLASSES)
    if count is None:
        yield (
            f"init_args.{_NUM_CLASSES}: missing; problem_type '{SEMANTIC_SEGMENTATION}' needs it: "
            "1 where masks have 0 and 255, else how many values they have, from 0 on"
        )
    elif is_integer(count) and count > _MOST_CLASSES:
        yield (
            f"init_args.{_NUM_CLASSES}: got {count}; allowed: at most {_MOST_CLASSES}, because "
            "masks have 8 bits"
        )
    metrics = (init_args.get("eval_metric"), init_args.get("validation_metric"))
    if isinstance(count, int) and count > 1 and _BALANCED_ERROR in metrics:
        yield (
            f"init_args.eval_metric: '{_BALANCED_ERROR}' is for {_NUM_CLASSES}: 1; allowed with "
            "several classes: 'iou'"
        )


def _column_problems(init_args: Mapping[str, Any], fit_args: Mapping[str, Any]) -> Iterator[str]:
    types = fit_args.get("column_types") or {}
    images = declared_images(fit_args)
    if len(images) != 1 or len(types) != 1:
        yield (
            f"fit_args.column_types: got {shown(types)}; problem_type '{SEMANTIC_SEGMENTATION}' "
            f"reads one column of images; declare it, such as {{photo: {IMAGE_TYPE}}}"
        )
    elif images[0] == init_args.get("label"):
        yield (
            f'fit_args.column_types: "{images[0]}" is the label, whose cells name masks; declare '
            "the column of images"
        )


def _model_problems(hyperparameters: Mapping[str, Any]) -> Iterator[str]:
    path = "fit_args.hyperparameters"
    names = hyperparameters.get("model.names")
    if names is not None and list(names) != [SEGMENTATION_MODEL]:
        yield (
            f"{path}.model.names: got {shown(names)}; problem_type '{SEMANTIC_SEGMENTATION}' has "
            f"one model; write [{SEGMENTATION_MODEL}], or leave it out"
        )
    foreign = [
        key
        for key in hyperparameters
        if key.startswith(("model.", "data."))
        and key != "model.names"
        and not key.startswith(_SEGMENTATION_KEYS)
    ]
    if foreign:
        yield (
            f"{path}.{foreign[0]}: has no effect with problem_type '{SEMANTIC_SEGMENTATION}'; "
            "leave it out"
        )
    key = checkpoint_key(SEGMENTATION_MODEL)
    if key not in hyperparameters:
        yield (
            f"{path}.{key}: missing; name the pretrained weights of a Segment Anything Model: "
            f"'{FOLDER}<folder>'"
        )
    peft = hyperparameters.get(PEFT_KEY, PEFT[0])
    if peft not in PEFT:
        yield (
            f"{path}.{PEFT_KEY}: got {shown(peft)}; allowed: "
            f"{' or '.join(map(repr, PEFT))}, because AutoGluon loads no other artifact of "
            f"problem_type '{SEMANTIC_SEGMENTATION}'"
        )


def _loss_problems(
    init_args: Mapping[str, Any], hyperparameters: Mapping[str, Any]
) -> Iterator[str]:
    path, count = "fit_args.hyperparameters", init_args[_NUM_CLASSES]
    allowed = BINARY_LOSSES if count == 1 else (MASK_LOSS,)
    loss = hyperparameters.get(LOSS_KEY, allowed[0])
    if loss not in allowed:
        yield (
            f"{path}.{LOSS_KEY}: got {shown(loss)} with {_NUM_CLASSES}: {count}; allowed: "
            f"{' or '.join(map(repr, allowed))}"
        )
    if count == 1 and hyperparameters.get(TOKENS_KEY, 1) != 1:
        yield (
            f"{path}.{TOKENS_KEY}: got {shown(hyperparameters[TOKENS_KEY])} with "
            f"{_NUM_CLASSES}: 1, which has one mask; leave it out"
        )
