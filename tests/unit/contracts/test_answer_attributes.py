"""What endpoints say about answers: the header reads back, in SageMaker's 1,024 characters."""

from __future__ import annotations

import re

import pytest

from autogluon_contracts.answer_attributes import AnswerAttributes, UnknownCategories, added

MANY = tuple(f"Größe, Länge; Höhe {number}" for number in range(50))


@pytest.mark.parametrize(
    "unknown",
    [
        UnknownCategories(),
        UnknownCategories(1, ("city",)),
        UnknownCategories(3, ("a;b", "c=d", "e,f", "+12", "50 %", "Straße", "...")),
    ],
)
def test_it_reads_back(unknown: UnknownCategories) -> None:
    said = AnswerAttributes("direct", unknown)
    assert AnswerAttributes.from_text(said.text()) == said


@pytest.mark.parametrize("columns", [MANY, ("x" * 2000, "y")])
def test_names_that_do_not_fit_are_counted(columns: tuple[str, ...]) -> None:
    text = AnswerAttributes("autogluon", UnknownCategories(10**9, columns)).text()
    assert len(text) <= 1024
    assert re.fullmatch("[!-~]*", text)
    found = AnswerAttributes.from_text(text).unknown
    assert found is not None
    assert found.columns == columns[: len(found.columns)]
    assert found.more_columns == len(columns) - len(found.columns)


@pytest.mark.parametrize("text", ["", "engine=direct", "trace-1", "unknown_categories=many;a=b=c"])
def test_servers_that_do_not_count_say_nothing(text: str) -> None:
    assert AnswerAttributes.from_text(text).unknown is None


@pytest.mark.parametrize("last", ["+", "+x", "++1"])
def test_what_another_server_lists_is_no_number(last: str) -> None:
    found = AnswerAttributes.from_text(f"unknown_categories=1;unknown_columns=city,{last}")
    assert found.unknown == UnknownCategories(1, ("city", last))


def test_several_answers_are_added_up() -> None:
    parts = [UnknownCategories(2, ("a", "b")), UnknownCategories(3, ("b", "c"), 4)]
    assert added(parts) == UnknownCategories(5, ("a", "b", "c"), 4)
    assert added([]) == UnknownCategories()


def test_a_sentence_names_the_first_columns() -> None:
    told = UnknownCategories(1200, tuple("abcdefg"), 2).told()
    assert told == (
        '1,200 cells hold categories that training did not see, in "a", "b", "c", "d", "e" and 4 '
        "more; they count as missing."
    )


@pytest.mark.parametrize(("columns", "told"), [(("x" * 2000,), "1 column"), (MANY[:2], '"Größe,')])
def test_a_sentence_counts_columns_whose_names_do_not_fit(
    columns: tuple[str, ...], told: str
) -> None:
    text = AnswerAttributes("direct", UnknownCategories(2, columns)).text()
    unknown = AnswerAttributes.from_text(text).unknown
    assert unknown is not None
    assert f"did not see, in {told}" in unknown.told()
