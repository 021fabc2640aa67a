"""What the contracts say of multimodal hyperparameters is what the installed AutoGluon says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import autogluon.multimodal
import pytest
import torch
import yaml
from autogluon.multimodal import constants
from autogluon.multimodal.optim.lr.utils import get_lr_scheduler
from autogluon.multimodal.optim.utils import get_optimizer
from autogluon.multimodal.utils.config import make_overrides_backward_compatible
from autogluon.multimodal.utils.precision import convert_to_torch_precision

from autogluon_contracts.predictor_types.multimodal.hyperparameters import (
    AVERAGES,
    OPTIMIZERS,
    PRECISION_NUMBERS,
    PRECISIONS,
    REFUSED,
    RENAMED,
    RULES,
    SCHEDULES,
    TUNINGS,
    UNSUPPORTED_MODELS,
)

CONFIGS = Path(autogluon.multimodal.__file__).parent / "configs"


def flat(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if not isinstance(value, dict):
        yield path, value
        return
    for key, entry in value.items():
        yield from flat(entry, f"{path}.{key}" if path else key)


DEFAULTS = {
    key: value
    for group in ("model", "data", "optim", "env")
    for key, value in flat(yaml.safe_load((CONFIGS / group / "default.yaml").read_text("utf-8")))
}


def test_every_key_of_autogluon_is_allowed_or_refused_by_name() -> None:
    of_others = {
        key for key in DEFAULTS
        if key.startswith("model.") and key.split(".")[1] in UNSUPPORTED_MODELS
    }  # fmt: skip
    assert set(RULES) | set(REFUSED) | of_others == set(DEFAULTS)
    assert not set(RULES) & set(REFUSED)


# Neither can be given as it is by default: a list of models, and a web address.
@pytest.mark.parametrize("key", sorted(set(RULES) - {"model.names"}))
def test_autogluons_default_is_allowed(key: str) -> None:
    value = DEFAULTS[key]
    if key == "model.ft_transformer.checkpoint_name":
        assert value is None
        return
    assert RULES[key].problems(key, value) == []


@pytest.mark.parametrize("key", sorted(RULES))
def test_a_switch_of_autogluon_takes_no_words(key: str) -> None:
    if isinstance(DEFAULTS[key], bool):
        assert RULES[key].problems(key, "perhaps") != []


def accepts(call: Callable[[], object]) -> bool:
    try:
        call()
    except ValueError as error:
        return "nknown" not in str(error)
    return True


def test_optimizers_and_schedules_are_autogluons() -> None:
    weights = [torch.nn.Parameter(torch.zeros(1))]

    def optimizer(name: str) -> Any:
        return get_optimizer(name, weights, lr=0.1, weight_decay=0.0)

    assert all(accepts(lambda name=name: optimizer(name)) for name in OPTIMIZERS)
    assert not accepts(lambda: optimizer("adaam"))
    for name in (*SCHEDULES, "cosine"):
        known = accepts(
            lambda name=name: get_lr_scheduler(
                optimizer("sgd"), num_max_steps=2, num_warmup_steps=1, lr_schedule=name, end_lr=0
            )
        )
        assert known == (name in SCHEDULES), name


def test_precisions_are_autogluons() -> None:
    assert all(
        accepts(lambda name=name: convert_to_torch_precision(name))
        for name in (*PRECISIONS, *PRECISION_NUMBERS)
    )
    assert not accepts(lambda: convert_to_torch_precision("foo"))


def test_the_ways_of_training_a_part_are_autogluons() -> None:
    every = {*constants.PEFT_ADDITIVE_STRATEGIES, *constants.PEFT_NON_ADDITIVE_STRATEGIES}
    assert set(TUNINGS) == every
    assert set(AVERAGES) == {constants.UNIFORM_SOUP, constants.GREEDY_SOUP, constants.BEST}


@pytest.mark.parametrize(("old", "new"), RENAMED.items())
def test_renamed_keys_are_autogluons(old: str, new: str) -> None:
    assert make_overrides_backward_compatible({old: 1}) == {new: 1}
