"""The rules name files, tests and texts that exist, and the page is current."""

from __future__ import annotations

import ast
import re

import pytest

from scripts.aws_behaviours.page import PAGE, page
from scripts.aws_behaviours.relapse import drawn, undone
from scripts.aws_behaviours.rules import ROOT, Rule, outcome, rules

_ON_THE_EMBEDDED_AWS = ("tests/e2e/", "tests/integration/", "tests/unit/embedded_")


def _id(rule: Rule) -> str:
    return rule.place.rpartition("/")[2]


@pytest.mark.parametrize("rule", rules(), ids=_id)
def test_a_relapse_changes_the_file_in_one_place(rule: Rule) -> None:
    text = (ROOT / rule.place).read_text("utf-8")
    assert undone(rule, text) != text


@pytest.mark.parametrize("rule", rules(), ids=_id)
def test_the_tests_of_a_rule_exist(rule: Rule) -> None:
    for test in filter(None, (rule.test, rule.embedded)):
        file, _, name = test.partition("::")
        tree = ast.parse((ROOT / file).read_text("utf-8"))
        tests = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        assert not name or name in tests


@pytest.mark.parametrize("rule", rules(), ids=_id)
def test_a_rule_names_a_test_on_the_embedded_aws_or_says_why_there_is_none(rule: Rule) -> None:
    assert (rule.embedded is None) != (rule.unseen is None)
    if rule.unseen is not None:
        assert len(rule.unseen) > 40
        return
    file, _, _ = str(rule.embedded).partition("::")
    assert file.startswith(_ON_THE_EMBEDDED_AWS) or _uses_it(file)


def _uses_it(file: str) -> bool:
    """Tell whether a test uses a part of the embedded AWS, itself or by a helper of the project."""
    text = (ROOT / file).read_text("utf-8")
    names = re.findall(r"^from ((?:tests|scripts|benchmarks)\.[\w.]+) import", text, re.MULTILINE)
    modules = [ROOT / f"{name.replace('.', '/')}.py" for name in names]
    helpers = [module.read_text("utf-8") for module in modules if module.is_file()]
    return any("embedded_aws" in each for each in (text, *helpers))


def test_a_text_that_is_not_unique_is_refused() -> None:
    rule = Rule("r", "s", "p.py", "t", ("a", "b"))
    with pytest.raises(ValueError, match="2 times, not once"):
        undone(rule, "a a")


def test_the_page_is_current() -> None:
    assert PAGE.read_text("utf-8") == page(), "run `python -m scripts.aws_behaviours`"


def test_the_recorded_relapses_are_those_of_the_seed_and_were_caught() -> None:
    recorded = outcome()
    wanted = [(rule.place, rule.embedded) for rule in drawn(10, recorded["seed"])]
    found = [(each["place"], each["test"]) for each in recorded["relapses"]]
    assert found == wanted, "run `python -m scripts.aws_behaviours --relapse 10`"
    assert {each["outcome"] for each in recorded["relapses"]} == {"caught"}
