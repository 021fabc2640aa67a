"""Names, answer columns, log lines and suggestions."""

import doctest
import importlib
import pkgutil
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autogluon_contracts
from autogluon_contracts import names
from autogluon_contracts.answers import answer_columns
from autogluon_contracts.jobs.log_lines import (
    MODEL_TRAINED,
    ROWS_PREDICTED,
    metric_line,
    metric_pattern,
    model_metric_pattern,
    rows_line,
)
from autogluon_contracts.suggestions import did_you_mean, nearest
from scripts.contracts_page import PAGE, page

MODULES = [
    item.name
    for item in pkgutil.walk_packages(autogluon_contracts.__path__, "autogluon_contracts.")
]
ARN = "arn:aws:states:us-east-1:123456789012:execution:autogluon-sandbox-train:"


def test_the_page_is_what_the_contracts_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m scripts.contracts_page"


def test_tables_of_the_page_have_as_many_cells_in_every_row() -> None:
    text = page()
    tables = [part.splitlines() for part in text.split("\n\n") if "|---|" in part]

    assert len(tables) > 20
    for table in tables:
        rows = [line for line in table if line.startswith("|")]
        assert len({row.count("|") for row in rows}) == 1, rows
    assert "\t" not in text


@pytest.mark.parametrize("module", MODULES)
def test_examples_in_docstrings_are_true(module: str) -> None:
    failed, _ = doctest.testmod(importlib.import_module(module), optionflags=doctest.ELLIPSIS)

    assert failed == 0


def test_contracts_need_the_standard_library_only() -> None:
    found = re.compile(r"^\s*(?:from|import) ([a-zA-Z_]\w*)", re.MULTILINE)
    sources = list(Path(autogluon_contracts.__file__).parent.rglob("*.py"))
    imported = {name for path in sources for name in found.findall(path.read_text())}

    assert len(sources) > 15
    assert imported <= {*sys.stdlib_module_names, "autogluon_contracts"}


@given(
    st.from_regex(r"[a-z][a-z0-9-]{0,29}", fullmatch=True),
    st.text(min_size=1, max_size=80).filter(lambda text: ":" not in text),
    st.none() | st.integers(0, 9999),
    st.integers(1, 999),
)
def test_job_names_are_sagemakers_and_lead_back(
    predictor: str, execution: str, group: int | None, attempt: int
) -> None:
    name = names.job_name(predictor, ARN + execution, group=group, attempt=attempt)

    assert re.fullmatch(r"[a-z][A-Za-z0-9-]{0,62}", name)
    assert name == names.job_name(predictor, ARN + execution, group=group, attempt=attempt)
    assert names.attempt_of(name) == attempt
    if group is None:
        part = names.execution_name_in(name, predictor)
        assert part == re.sub(r"[^A-Za-z0-9-]", "-", execution)[: len(part or "")]


@pytest.mark.parametrize(
    ("given", "both", "labels", "probabilities"),
    [
        ({"classes": ("no", "yes")}, ("y", "no_proba", "yes_proba"), ("y",), None),
        ({"classes": (1, 2, 3)}, ("y", "1_proba", "2_proba", "3_proba"), ("y",), None),
        ({}, ("y",), ("y",), None),
        ({"quantile_levels": (0.1, 0.5)}, ("0.1", "0.5"), ("0.1", "0.5"), None),
    ],
    ids=["binary", "multiclass", "regression", "quantile"],
)
def test_answer_columns_of_every_problem_type(
    given: dict[str, tuple[object, ...]],
    both: tuple[str, ...],
    labels: tuple[str, ...],
    probabilities: None,
) -> None:
    arguments = {"label": "y", "classes": None, "quantile_levels": None, **given}

    assert answer_columns(**arguments) == both  # type: ignore[arg-type]
    assert answer_columns(**arguments, output="labels") == labels  # type: ignore[arg-type]
    rest = tuple(name for name in both if name not in labels)
    assert answer_columns(**arguments, output="probabilities") == rest  # type: ignore[arg-type]


def test_readers_find_what_writers_print() -> None:
    line = metric_line(model="LightGBM_BAG_L1", val_score=-0.25, fit_seconds=1.5, other=None)

    found = MODEL_TRAINED.search(line)
    assert found is not None
    assert (found["model"], found["score"]) == ("LightGBM_BAG_L1", "-0.250000")
    assert found["metric"] is None
    named = MODEL_TRAINED.search(f"{line} eval_metric=log_loss")
    assert named is not None
    assert named["metric"] == "log_loss"
    for name, value in (("val_score", "-0.250000"), ("fit_seconds", "1.500000")):
        match = re.search(model_metric_pattern(name), line)
        assert match is not None
        assert match[1] == value
    assert re.search(metric_pattern("test_roc_auc"), metric_line(test_roc_auc=0.9)) is not None
    rows = ROWS_PREDICTED.search(rows_line(12))
    assert rows is not None
    assert rows["rows"] == "12"


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("time-limt", ["time_limit", "label"], "time_limit"),
        ("auc", ["pac", "roc_auc", "accuracy"], "roc_auc"),
        ("Capital Gain", ["capital_gain", "capital_loss"], "capital_gain"),
        ("zebra", ["label", "sample_weight"], None),
        ("x" * 100_000, ["label"], None),
        ("", ["label"], None),
        ("label", [], None),
    ],
)
def test_the_nearest_name(name: str, known: list[str], expected: str | None) -> None:
    assert nearest(name, known) == expected
    hint = did_you_mean(name, known)
    assert hint == ("" if expected is None else f' (did you mean "{expected}"?)')
