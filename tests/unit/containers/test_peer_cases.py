"""Every case that serving scripts of this kind get wrong: the right answer, or a sentence."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.serving.served_model import ServedModel
from tests.unit.containers import shop_data
from tests.unit.containers.shop_data import FEATURES, csv_of, headerless, record

ROWS = shop_data.rows(12, seed=11)


def ask(model: ServedModel, body: str | bytes, content_type: str = "text/csv") -> list[dict]:
    answer, kind, _ = model.answer(body, content_type, "application/json")
    assert kind == "application/json"
    answers: list[dict] = json.loads(answer)
    return answers


def refusal(model: ServedModel, body: str | bytes, content_type: str = "text/csv") -> str:
    with pytest.raises(InputError) as caught:
        model.answer(body, content_type, "application/json")
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence


@pytest.fixture(scope="module")
def truth(shop: ServedModel) -> list[dict]:
    """The answers to ROWS as JSON records, each sent alone."""
    return [ask(shop, json.dumps(record(row)), "application/json")[0] for row in ROWS]


def with_cell(name: str, value: Any, at: int = 2) -> list[dict[str, Any]]:
    return [row | ({name: value} if index == at else {}) for index, row in enumerate(ROWS)]


class TestSilentlyWrongElsewhere:
    def test_reordered_header_gives_the_same_answers(self, shop, truth):
        assert ask(shop, csv_of(ROWS, tuple(reversed(FEATURES)))) == truth

    def test_header_less_rows_in_schema_order_give_the_same_answers(self, shop, truth):
        assert ask(shop, headerless(ROWS)) == truth

    @pytest.mark.parametrize("grade", ["1", "NA", "A1"])
    def test_category_reads_the_same_alone_and_beside_others(self, shop, grade):
        rows = with_cell("grade", grade)
        assert ask(shop, csv_of([rows[2]]))[0] == ask(shop, csv_of(rows))[2]

    def test_category_that_looks_numeric_is_the_category_of_training(self, shop):
        as_text = record(ROWS[0]) | {"grade": "1"}
        as_number = record(ROWS[0]) | {"grade": 1}
        unseen = record(ROWS[0]) | {"grade": "never seen"}
        answers = ask(shop, json.dumps([as_text, as_number, unseen]), "application/json")
        assert answers[0] == answers[1]
        assert shop.schema.by_name["grade"].categories == ("1", "A1", "B2", "NA")

    def test_leading_zeros_of_a_code_are_kept(self, shop):
        assert shop.schema.by_name["zip"].kind == "category"
        assert set(shop.schema.by_name["zip"].categories or ()) == {
            "00501",
            "01001",
            "1001",
            "90210",
        }
        codes = [ask(shop, csv_of([row | {"zip": code} for row in ROWS])) for code in
                 ("01001", "1001")]  # fmt: skip
        assert codes[0] != codes[1]

    def test_number_for_a_code_that_has_no_such_category_is_refused(self, shop):
        sentence = refusal(shop, json.dumps([record(ROWS[0]) | {"zip": 501}]), "application/json")
        assert '"zip", row 1' in sentence
        assert '"501"' in sentence

    def test_category_named_na_is_not_missing_where_the_settings_keep_it(self, shop):
        named = ask(shop, csv_of([row | {"grade": "NA"} for row in ROWS]))
        assert named != ask(shop, csv_of([row | {"grade": ""} for row in ROWS]))

    def test_large_integers_in_a_column_named_time_stay_integers(self, shop, truth):
        assert shop.schema.by_name["event_time"].kind == "int"
        assert ask(shop, json.dumps([record(row) for row in ROWS]), "application/json") == truth

    def test_trailing_comma_names_the_row(self, shop):
        lines = headerless(ROWS).splitlines()
        lines[3] += ","
        assert "Row 4 has 10 cells instead of 9" in refusal(shop, "\n".join(lines))

    def test_trailing_comma_in_every_row_is_refused(self, shop):
        body = "".join(f"{line},\n" for line in csv_of(ROWS, FEATURES).splitlines())
        assert "a column without a name" in refusal(shop, body)

    def test_trailing_comma_in_every_row_but_the_header_is_refused(self, shop):
        header, *rows = csv_of(ROWS, FEATURES).splitlines()
        sentence = refusal(shop, "\n".join([header, *(f"{row}," for row in rows)]))
        assert "Row 1 has 10 cells instead of 9" in sentence

    def test_short_row_names_the_row(self, shop):
        header, *rows = csv_of(ROWS, FEATURES).splitlines()
        rows[5] = rows[5].rsplit(",", 2)[0]
        assert "Row 6 has 7 cells instead of 9" in refusal(shop, "\n".join([header, *rows]))

    @pytest.mark.parametrize("header", ["Color,Shape,Size", "colour,shape,size", "Colur,Shap,Siz",
                                        "Colour,Shape,Price", "Colour,Shape"])  # fmt: skip
    def test_header_typo_with_categories_only_is_no_row(self, words, header):
        assert "header" in refusal(words, f"{header}\nred,round,big\n").lower()

    def test_foreign_header_with_categories_only_is_no_row(self, words):
        assert "Row 1 " in refusal(words, "alpha,beta,gamma\nred,round,big\n")

    def test_row_of_unknown_words_only_is_refused_wherever_it_stands(self, words):
        for body, row in (("x,y,z\nred,round,big\n", 1), ("red,round,big\nx,y,z\n", 2)):
            assert f"Row {row} " in refusal(words, body)

    def test_row_of_unknown_words_is_scored_below_a_header(self, words):
        assert len(ask(words, "Colour,Shape,Size\nx,y,z\n")) == 1

    def test_unseen_word_in_a_two_valued_column_is_refused_with_the_allowed_ones(self, shop):
        sentence = refusal(shop, csv_of(with_cell("sex", "female")))
        assert '"sex", row 3' in sentence
        assert '"female"' in sentence
        assert '"Female", "Male"' in sentence

    def test_missing_value_in_a_two_valued_column_is_refused(self, shop):
        assert '"sex", row 3: the value is missing' in refusal(shop, csv_of(with_cell("sex", "")))

    def test_missing_value_in_a_boolean_column_is_refused(self, shop):
        sentence = refusal(shop, json.dumps([record(ROWS[0]) | {"member": None}]),
                           "application/json")  # fmt: skip
        assert '"member", row 1: the value is missing' in sentence

    @pytest.mark.parametrize("cell", ["", "NaN", "NA", "null"])
    def test_missing_value_in_an_integer_column_is_refused(self, shop, cell):
        sentence = refusal(shop, csv_of(with_cell("age", cell)))
        assert '"age", row 3: the value is missing' in sentence

    def test_missing_number_is_missing_in_every_spelling(self, shop):
        answers = [ask(shop, csv_of([ROWS[0] | {"score": cell}]))[0] for cell in ("", "NaN", "NA")]
        null = ask(shop, json.dumps(record(ROWS[0]) | {"score": None}), "application/json")[0]
        assert answers == [null] * 3

    def test_header_only_is_refused(self, shop):
        assert "no rows" in refusal(shop, ",".join(FEATURES) + "\n")


class TestServerErrorElsewhere:
    def test_label_column_is_accepted_and_ignored(self, shop, truth):
        assert ask(shop, csv_of(ROWS)) == truth

    def test_label_key_is_accepted_and_ignored(self, shop, truth):
        rows = [record(row) | {"bought": "yes"} for row in ROWS]
        assert ask(shop, json.dumps(rows), "application/json") == truth

    def test_index_column_is_left_out(self, shop, truth):
        rows = csv_of(ROWS).splitlines()
        for first in ("", "Unnamed: 0"):
            lines = [f"{first},{rows[0]}", *(f"{i},{row}" for i, row in enumerate(rows[1:], 7))]
            assert ask(shop, "\n".join(lines)) == truth

    def test_extra_column_is_named_with_the_nearest(self, shop):
        body = csv_of([row | {"agee": 1} for row in ROWS])
        sentence = refusal(shop, body)
        assert 'the unknown column "agee" (did you mean "age"?)' in sentence

    def test_missing_column_is_named(self, shop):
        assert 'lacks "zip"' in refusal(
            shop, csv_of(ROWS, tuple(n for n in FEATURES if n != "zip"))
        )

    @pytest.mark.parametrize("separator", [";", "\t", "|"])
    def test_other_separators_are_read(self, shop, separator):
        body = csv_of(ROWS, FEATURES)
        assert ask(shop, body.replace(",", separator)) == ask(shop, body)

    @pytest.mark.parametrize("name", ["Age", " age", "AGE ", '"age "'])
    def test_case_or_space_in_a_header_name_names_the_nearest(self, shop, name):
        sentence = refusal(shop, csv_of(ROWS, FEATURES).replace("age", name, 1))
        assert 'did you mean "age"?' in sentence

    def test_case_in_every_header_name_names_the_nearest(self, shop):
        header, rows = csv_of(ROWS, FEATURES).split("\n", 1)
        assert 'did you mean "zip"?' in refusal(shop, f"{header.upper()}\n{rows}")

    def test_duplicate_header_is_named(self, shop):
        body = csv_of(ROWS, FEATURES).replace("score", "age", 1)
        assert '"age" more than once' in refusal(shop, body)

    def test_bad_cell_is_named_by_column_row_and_value(self, shop):
        sentence = refusal(shop, csv_of(with_cell("age", "forty", at=7)))
        assert 'Column "age", row 8: "forty" is not a whole number' in sentence

    @pytest.mark.parametrize("body", ["", "\n", "  \n\n"])
    @pytest.mark.parametrize("content_type", ["text/csv", "application/json"])
    def test_empty_body_is_refused(self, shop, body, content_type):
        assert "empty" in refusal(shop, body, content_type)

    @pytest.mark.parametrize(
        "content_type", ["text/csv; charset=utf-8", "Text/CSV", "TEXT/CSV;a=b"]
    )
    def test_parameters_and_case_of_the_content_type_do_not_matter(self, shop, truth, content_type):
        assert ask(shop, csv_of(ROWS, FEATURES), content_type) == truth

    @pytest.mark.parametrize("content_type", ["application/jsonlines", "application/jsonl"])
    def test_json_lines_under_both_names(self, shop, truth, content_type):
        body = "".join(f"{json.dumps(record(row))}\n" for row in ROWS) + "\n"
        assert ask(shop, body, content_type) == truth

    def test_list_of_lists_in_schema_order(self, shop, truth):
        body = json.dumps([[record(row)[name] for name in FEATURES] for row in ROWS])
        assert ask(shop, body, "application/json") == truth

    def test_single_object(self, shop, truth):
        assert ask(shop, json.dumps(record(ROWS[4])), "application/json") == [truth[4]]

    def test_instances(self, shop, truth):
        body = json.dumps({"instances": [record(row) for row in ROWS]})
        assert ask(shop, body, "application/json") == truth

    def test_extra_key_is_named(self, shop):
        body = json.dumps([record(ROWS[0]), record(ROWS[1]) | {"zipp": 1}])
        sentence = refusal(shop, body, "application/json")
        assert 'Row 2 has the unknown key "zipp" (did you mean "zip"?)' in sentence

    def test_missing_key_is_named(self, shop):
        rows = [record(row) for row in ROWS]
        del rows[3]["sex"]
        sentence = refusal(shop, json.dumps(rows), "application/json")
        assert 'Row 4 lacks the key "sex". Give a value: "sex" was never' in sentence


class TestOtherTraps:
    @pytest.mark.parametrize(
        ("name", "cell", "problem"),
        [
            ("age", "40.5", "is not a whole number"),
            ("age", "99999999999999999999", "does not fit"),
            ("age", "007", "is not a whole number"),
            ("age", "1,5", "is not a whole number"),
            ("score", "1e999", "does not fit a 64-bit float"),
            ("score", "inf", "is not a number"),
            ("score", "0x10", "is not a number"),
            ("member", "yes", "is neither true nor false"),
            ("joined", "20.11.2026", "is not an ISO 8601 date"),
            ("joined", "2026-02-30", "is not a date of the calendar"),
        ],
    )
    def test_cell_that_the_kind_cannot_hold(self, shop, name, cell, problem):
        sentence = refusal(shop, csv_of(with_cell(name, cell)))
        assert f'Column "{name}", row 3: "{cell}" {problem}' in sentence

    @pytest.mark.parametrize(
        ("name", "value"),
        [("age", True), ("age", 40.5), ("age", 2**70), ("age", [1]), ("age", {"a": 1}),
         ("score", False), ("member", 1), ("zip", 1.5), ("zip", True), ("note", 5),
         ("joined", 1600000000)],
    )  # fmt: skip
    def test_json_value_that_the_kind_cannot_hold(self, shop, name, value):
        body = json.dumps([record(ROWS[0]), record(ROWS[1]) | {name: value}])
        assert f'Column "{name}", row 2' in refusal(shop, body, "application/json")

    @pytest.mark.parametrize(("name", "value"), [("age", "44"), ("age", 44.0), ("age", "44.0"),
                                                 ("score", "0.5"), ("member", "TRUE")])  # fmt: skip
    def test_exact_other_spelling_is_accepted(self, shop, name, value):
        plain = {"age": 44, "score": 0.5, "member": True}[name]
        bodies = [json.dumps(record(ROWS[0]) | {name: item}) for item in (value, plain)]
        first, second = (ask(shop, body, "application/json") for body in bodies)
        assert first == second

    @pytest.mark.parametrize("token", ["NaN", "Infinity", "-Infinity"])
    def test_tokens_that_are_no_json_are_refused(self, shop, token):
        body = json.dumps(record(ROWS[0])).replace(str(record(ROWS[0])["age"]), token, 1)
        assert f"{token}, which is not valid JSON" in refusal(shop, body, "application/json")

    @pytest.mark.parametrize("body", ["{", "nonsense", "[1, 2]", '"text"', "[]", "null", "[[]]",
                                      '{"instances": 3}', "[" * 100_000])  # fmt: skip
    def test_body_that_is_no_records_is_refused(self, shop, body):
        refusal(shop, body, "application/json")

    def test_doubled_key_is_refused(self, shop):
        assert '"age" twice' in refusal(shop, '{"age": 1, "age": 2}', "application/json")

    def test_bad_line_of_json_lines_is_named(self, shop):
        body = json.dumps(record(ROWS[0])) + "\n{oops}\n"
        assert "Line 2 is not valid JSON" in refusal(shop, body, "application/jsonl")

    def test_open_quote_is_refused(self, shop):
        body = csv_of(ROWS, FEATURES).replace("\n", '\n"', 1)
        assert "quote that is never closed" in refusal(shop, body)

    def test_header_less_row_with_the_label_is_refused(self, shop):
        assert "10 cells" in refusal(shop, headerless(ROWS, (*FEATURES, "bought")))

    def test_unknown_content_type_lists_the_supported(self, shop):
        sentence = refusal(shop, "a", "application/xml")
        assert '"text/csv"' in sentence
        assert '"application/x-parquet"' in sentence

    def test_unknown_accept_lists_the_supported(self, shop):
        with pytest.raises(InputError, match="text/csv"):
            shop.answer(csv_of(ROWS), "text/csv", "image/png")

    def test_quoted_commas_line_feeds_and_byte_order_mark(self, shop):
        rows = with_cell("note", 'two\nlines, a "quote" and more', at=0)
        plain = ask(shop, json.dumps([record(row) for row in rows]), "application/json")
        assert ask(shop, "\ufeff" + csv_of(rows).replace("\n", "\r\n").replace(
            "two\r\nlines", "two\nlines")) == plain  # fmt: skip

    def test_unseen_category_is_scored_as_autogluon_scores_it(self, shop):
        answers = ask(shop, csv_of([ROWS[0] | {"grade": "Z9"}, ROWS[0] | {"grade": "Y8"}]))
        assert answers[0] == answers[1]

    def test_answers_as_csv_read_back_exactly(self, shop, truth):
        body, kind, _ = shop.answer(csv_of(ROWS), "text/csv", "text/*")
        assert kind == "text/csv"
        table = list(csv.DictReader(io.StringIO(str(body))))
        assert [float(row["yes_proba"]) for row in table] == [row["yes_proba"] for row in truth]
        assert [row["bought"] for row in table] == [row["bought"] for row in truth]
        assert list(table[0]) == ["bought", "no_proba", "yes_proba"]
