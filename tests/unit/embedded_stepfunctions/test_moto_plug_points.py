"""Where our patches enter moto's interpreter; a failure here names what a moto upgrade moved."""

from __future__ import annotations

import inspect

import pytest

from embedded_aws.stepfunctions.library import moto_patches, moto_replacements
from embedded_aws.stepfunctions.tasks.task_catalogue import task_service_for

moto_patches.apply(task_service_for)
_PARAMETERS = {
    "field of an expression": ["self"],
    "field of a string": ["self"],
    "assigned variables": ["self"],
    "Wait": ["self", "env", "wait_seconds"],
    "error names": ["self", "error_name"],
    "query languages": [],
    "text of an intrinsic call": ["parse_tree"],
    "heartbeats": ["self", "env", "callback_endpoint", "heartbeat_endpoint"],
    "StringMatches": ["variable", "comparison_value"],
    "string literals": ["parser_rule_context"],
    "inner strings": ["parser_rule_context"],
    "task services": ["service_name"],
}


@pytest.mark.parametrize("purpose", moto_patches.PLUG_POINTS)
def test_the_plug_point_is_there_and_is_called_as_expected(purpose: str) -> None:
    original = moto_patches.ORIGINALS[purpose]
    assert original.__module__.startswith("moto.")
    parameters = list(inspect.signature(original).parameters)
    assert parameters == _PARAMETERS.get(purpose, ["self", "env"])


@pytest.mark.parametrize("purpose", moto_patches.PLUG_POINTS)
def test_the_plug_point_is_patched(purpose: str) -> None:
    owner, name = moto_patches.find_plug_point(*moto_patches.PLUG_POINTS[purpose])
    assert getattr(owner, name).__module__.startswith("embedded_aws.")


def test_every_module_that_calls_aws_uses_the_executions_role() -> None:
    users = moto_patches.client_factory_users()
    names = {module.__name__.rsplit(".", 1)[-1] for module in users}
    assert {"boto_client", "lambda_eval_utils", "state_task_service_sns"} <= names
    assert all(module.boto_client_for is moto_replacements.client_for for module in users)


def test_patching_again_changes_nothing() -> None:
    before = dict(moto_patches.ORIGINALS)
    moto_patches.apply(task_service_for)
    assert before == moto_patches.ORIGINALS


def test_a_missing_plug_point_is_named() -> None:
    with pytest.raises(AttributeError, match=r"state has no CommonStateField\._gone$"):
        moto_patches.find_plug_point(
            "moto.stepfunctions.parser.asl.component.state.state", "CommonStateField._gone"
        )
