"""Which container of an endpoint a command asks."""

from __future__ import annotations

from typing import Any

import pytest

from autogluon_cli.framework.containers import chosen_container, models_container
from autogluon_cli.framework.errors import CommandError


def spec(mode: str | None) -> dict[str, Any]:
    pipeline = {"mode": mode, "containers": ["clean", "model", "words"]}
    return {"name": "income", "endpoint": {} if mode is None else {"pipeline": pipeline}}


def test_only_direct_pipelines_have_a_choice() -> None:
    assert chosen_container(spec(None), None) is None
    assert chosen_container(spec("serial"), None) is None
    assert chosen_container(spec("direct"), "words") == "words"


@pytest.mark.parametrize(
    ("mode", "asked", "told", "following"),
    [
        (None, "model", "its endpoint has no pipeline", "agcdk predict income FILE"),
        ("serial", "model", "its pipeline is serial", "agcdk predict income FILE"),
        ("direct", None, "it has clean, model, words", {"--container": "model"}),
        ("direct", "word", "There is no container 'word'", {"--container": "words"}),
    ],
)
def test_another_choice_is_refused_with_what_to_type(
    mode: str | None, asked: str | None, told: str, following: Any
) -> None:
    with pytest.raises(CommandError, match=told) as caught:
        chosen_container(spec(mode), asked)
    assert (caught.value.next_command or caught.value.again) == following


def test_commands_about_the_model_ask_its_container() -> None:
    assert models_container(spec(None), otherwise="agcdk runs") is None
    assert models_container(spec("direct"), otherwise="agcdk runs") == "model"
    with pytest.raises(CommandError, match="a pipeline in series") as caught:
        models_container(spec("serial"), otherwise="agcdk runs")
    assert caught.value.next_command == "agcdk runs"
