"""What is wrong with JSON is said in words that do not depend on Python's parser."""

from __future__ import annotations

import json

import pytest

from autogluon_contracts.data.files.file_kinds import HEAD_BYTES, other_kind
from autogluon_contracts.data.files.json_array import JsonArrayError, as_lines
from autogluon_contracts.data.files.json_faults import parse_fault

ROW = {"v": 1.5, "n": 0, "y": "lo"}
ROWS = [ROW] * 200


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('{"a": 1,}', "a comma before }"), ('{"a": [1, ]}', "a comma before ]"),
        ('{"a": 1 ,\n }', "a comma before }"), ('{"a": 1', "it is cut off"), ("{", "it is cut off"),
        ('{"a": "x', "a text has no closing quote"), ("{'a': 1}", "single quotes"),
        ('{"a": True}', "True is not a value"), ('{"a": None}', "None is not a value"),
        ('{"a": nan}', "nan is not a value"), ('{"a": 1} {"a": 2}', "something follows it"),
        ('{"a": 1 "b": 2}', "a comma is missing"), ('{"a" 1}', "a colon is missing"),
        ("{a: 1}", "a name has no double quotes"), ('{"a": }', "a value is missing"),
        ('{"a": "x\ty"}', "a line break or tab in a text"), ('{"a": 1, // one\n}', "a comment"),
        ('{"a": "\\x"}', "escape"),
    ],
)  # fmt: skip
def test_a_fault_is_named(text: str, what: str) -> None:
    with pytest.raises(json.JSONDecodeError) as failed:
        json.loads(text)
    assert what in parse_fault(failed.value).what


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (json.dumps(ROW, indent=1), "a JSON object over several lines"),
        (json.dumps(ROW, indent=1).replace("\n", "\r\n"), "a JSON object over several lines"),
        (json.dumps(ROW, indent=1)[:-9], "a JSON object over several lines"),
        ("\n".join([json.dumps(ROW, indent=1)] * 2), "JSON whose objects take several lines"),
        (json.dumps({"data": ROWS}), 'holds its rows in "data"'),
        (json.dumps({"ok": 1, "rows": [ROW]}), 'holds its rows in "rows"'),
        (json.dumps({"ok": 1, "rows": ROWS}, indent=2), 'holds its rows in "rows"'),
        ('{"data": [\n' + json.dumps(ROW) + "\n]}", 'holds its rows in "data"'),
        (json.dumps({"v": {"0": 1}, "y": {"0": 2}}), "a JSON object of columns"),
        (json.dumps({"v": {str(at): at for at in range(999)}}, indent=1), "object of columns"),
        (json.dumps({"columns": ["a"], "data": [[1]]}), "a JSON object of columns"),
        ("[[1, 2]]", "a JSON array of arrays"), ("[\n1,\n2\n]", "a JSON array of values"),
    ],
)  # fmt: skip
def test_another_document_is_named(content: str, what: str) -> None:
    found = other_kind("t.json", content.encode()[:HEAD_BYTES], "jsonl")
    assert found is not None
    assert what in found.what
    assert found.advice


@pytest.mark.parametrize(
    "content",
    [
        "", "\n", json.dumps(ROW), json.dumps(ROWS), json.dumps(ROWS, indent=1), "[1, 2]\n[3, 4]\n",
        "\n".join(map(json.dumps, ROWS)), '{"a": 1, "b":\n' + json.dumps(ROW),
        '{"a": 1, "b": }\n' + json.dumps(ROW), json.dumps({"a": [{"x": 1}]}) + "\n{}",
        json.dumps({"text": "word " * 2000}), "{}", '{"a": "x',
    ],
)  # fmt: skip
def test_what_may_be_rows_is_left_to_the_reader(content: str) -> None:
    assert other_kind("t.json", content.encode()[:HEAD_BYTES], "jsonl") is None


@pytest.mark.parametrize(
    ("text", "sentence", "advice"),
    [
        ('[{"a": 1},]', "a comma follows row 1, the last one of its array.", "Leave it out."),
        ('[{"a": 1}', "its array is cut off after row 1.", "Write it again, whole."),
        ('[{"a": 1}, {"a": 1,}]', "row 2 of its array is not valid JSON (a comma", "Leave it out."),
    ],
)
def test_a_fault_of_an_array_has_its_row(text: str, sentence: str, advice: str) -> None:
    with pytest.raises(JsonArrayError) as failed:
        list(as_lines([text.encode()]))
    assert sentence in str(failed.value)
    assert failed.value.advice == advice
