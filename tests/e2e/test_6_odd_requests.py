"""Odd requests at a live endpoint: the right answer, or a 400 that says where the fault lies.

What other serving scripts answer wrongly, or with a 500, through the whole of InvokeEndpoint.
"""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from autogluon_client.environment.deployment import Deployment
from autogluon_demo.cdk import ROOT
from tests.e2e.support import Account, Trained, invoke, run_in_image

CSV, JSON, JSONL, PARQUET = (
    "text/csv",
    "application/json",
    "application/jsonl",
    "application/x-parquet",
)
LABEL = "class"
WHOLE_NUMBERS = {
    "age",
    "fnlwgt",
    "education-num",
    "capital-gain",
    "capital-loss",
    "hours-per-week",
}
CONCURRENT_REQUESTS = 64
SEED = 64

Row = dict[str, Any]


def _first_rows(count: int) -> list[Row]:
    with (ROOT / "examples" / "income" / "test.csv").open(newline="") as file:
        rows = [row for row, _ in zip(csv.DictReader(file), range(count), strict=False)]
    return [
        {name: int(cell) if name in WHOLE_NUMBERS else cell for name, cell in row.items()}
        for row in rows
    ]


LABELLED = _first_rows(24)
ROWS = [{name: cell for name, cell in row.items() if name != LABEL} for row in LABELLED]
FEATURES = tuple(ROWS[0])


def csv_of(
    rows: list[Row], columns: tuple[str, ...] = FEATURES, *, header: bool = True, **how: Any
) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n", **how)
    if header:
        writer.writerow(columns)
    writer.writerows([row[name] for name in columns] for row in rows)
    return buffer.getvalue()


def jsonl_of(rows: list[Row]) -> str:
    return "".join(f"{json.dumps(row)}\n" for row in rows)


def with_cell(name: str, value: Any, at: int = 2) -> list[Row]:
    """ROWS, but row `at` (counted from 0) holds `value` in column `name`."""
    return [row | ({name: value} if index == at else {}) for index, row in enumerate(ROWS)]


def without(name: str) -> list[Row]:
    return [{key: cell for key, cell in row.items() if key != name} for row in ROWS]


def in_every_line(change: Callable[[str], str], text: str) -> str:
    return "".join(f"{change(line)}\n" for line in text.splitlines())


@dataclass(frozen=True)
class Endpoint:
    """The endpoint of the example `income`, as a caller sees it."""

    account: Account
    name: str

    def ask(self, body: str | bytes, content_type: str = CSV) -> list[Row]:
        answer: list[Row] = invoke(self.account, self.name, body, content_type)
        return answer

    def refusal(self, body: str | bytes, content_type: str = CSV) -> str:
        """The sentence of a 400; any other status fails the test."""
        runtime = self.account.client("sagemaker-runtime")
        with pytest.raises(runtime.exceptions.ModelError) as caught:
            self.ask(body, content_type)
        response = caught.value.response
        assert response["OriginalStatusCode"] == 400, response["OriginalMessage"]
        sentence: str = json.loads(response["OriginalMessage"])["detail"]
        assert "\n" not in sentence
        assert sentence.endswith(".")
        return sentence


@pytest.fixture(scope="module")
def endpoint(account: Account, deployment: Deployment, income: Trained) -> Endpoint:
    assert income.output["decision"] == "Approved"
    return Endpoint(account, deployment.endpoint_name("income"))


@pytest.fixture(scope="module")
def truth(endpoint: Endpoint) -> list[Row]:
    """The answers to ROWS as JSON records, each sent alone."""
    return [endpoint.ask(json.dumps(row), JSON)[0] for row in ROWS]


def parquet_of(rows: list[Row], folder: Path) -> bytes:
    source, target = folder / "rows.csv", folder / "rows.parquet"
    source.write_text(csv_of(rows, tuple(rows[0])))
    run_in_image("to_parquet.py", str(source), str(target))
    return target.read_bytes()


HEADER, *LINES = csv_of(ROWS).splitlines()
SAME_ROWS_IN_OTHER_WORDS = {
    "columns in another order": (csv_of(ROWS, tuple(reversed(FEATURES))), CSV),
    "no header": (csv_of(ROWS, header=False), CSV),
    "pandas' index": (
        "\n".join([f",{HEADER}", *(f"{at},{line}" for at, line in enumerate(LINES))]),
        CSV,
    ),
    "label column present": (csv_of(LABELLED, (*FEATURES, LABEL)), CSV),
    "label column in front": (csv_of(LABELLED, (LABEL, *FEATURES)), CSV),
    "every cell in quotes": (csv_of(ROWS, quoting=csv.QUOTE_ALL), CSV),
    "byte order mark": ("\ufeff" + csv_of(ROWS), CSV),
    "CRLF": (csv_of(ROWS).replace("\n", "\r\n"), CSV),
    "no line feed at the end": (csv_of(ROWS).rstrip("\n"), CSV),
    "blank lines": (csv_of(ROWS).replace("\n", "\n\n"), CSV),
    "content type with a parameter": (csv_of(ROWS), "text/csv; charset=utf-8"),
    "content type in capitals": (csv_of(ROWS), "Text/CSV"),
    "JSON records": (json.dumps(ROWS), JSON),
    "JSON records with the label": (json.dumps(LABELLED), JSON),
    "JSON keys in another order": (
        json.dumps([dict(reversed(row.items())) for row in ROWS]),
        JSON,
    ),
    "JSON list of lists": (json.dumps([list(row.values()) for row in ROWS]), JSON),
    "JSON instances": (json.dumps({"instances": ROWS}), JSON),
    "JSON numbers in quotes": (
        json.dumps([{name: str(cell) for name, cell in row.items()} for row in ROWS]),
        JSON,
    ),
    "JSON whole numbers as floats": (
        json.dumps([row | {"age": float(row["age"])} for row in ROWS]),
        JSON,
    ),
    "JSON Lines": (jsonl_of(ROWS), JSONL),
    "JSON Lines by their other name": (jsonl_of(ROWS), "application/jsonlines"),
    "JSON Lines of lists": ("".join(f"{json.dumps(list(row.values()))}\n" for row in ROWS), JSONL),
}


@pytest.mark.parametrize("spelling", SAME_ROWS_IN_OTHER_WORDS)
def test_the_spelling_of_a_request_never_changes_its_answers(
    endpoint: Endpoint, truth: list[Row], spelling: str
) -> None:
    assert endpoint.ask(*SAME_ROWS_IN_OTHER_WORDS[spelling]) == truth


@pytest.mark.parametrize("rows", [ROWS, LABELLED], ids=["features", "features and label"])
def test_parquet_gets_the_same_answers(
    endpoint: Endpoint, truth: list[Row], rows: list[Row], tmp_path: Path
) -> None:
    assert endpoint.ask(parquet_of(rows, tmp_path), PARQUET) == truth


def test_a_single_json_object_is_one_row(endpoint: Endpoint, truth: list[Row]) -> None:
    assert endpoint.ask(json.dumps(ROWS[4]), JSON) == [truth[4]]


@pytest.mark.parametrize("word", ["1", "01001", "NA", "null", "True", "1e3", "2026-11-20"])
@pytest.mark.parametrize("content_type", [CSV, JSON])
def test_a_word_that_looks_like_something_else_reads_the_same_alone_and_beside_others(
    endpoint: Endpoint, word: str, content_type: str
) -> None:
    rows = with_cell("workclass", word)
    spell: Callable[[list[Row]], str] = csv_of if content_type == CSV else json.dumps
    beside = endpoint.ask(spell(rows), content_type)
    assert endpoint.ask(spell([rows[2]]), content_type) == [beside[2]]


REFUSED_CSV = {
    "trailing comma in one row": (
        "\n".join([HEADER, *LINES[:3], LINES[3] + ",", *LINES[4:]]),
        ["Row 4 has 15 cells instead of 14"],
    ),
    "trailing comma in every row": (
        "\n".join([HEADER, *(f"{line}," for line in LINES)]),
        ["Row 1 has 15 cells instead of 14"],
    ),
    "trailing comma in every line": (
        in_every_line(lambda line: f"{line},", csv_of(ROWS)),
        ["a column without a name"],
    ),
    "short row": (
        "\n".join([HEADER, *LINES[:5], LINES[5].rsplit(",", 2)[0]]),
        ["Row 6 has 12 cells instead of 14"],
    ),
    "label at the end without a header": (
        csv_of(LABELLED, (*FEATURES, LABEL), header=False),
        ["15 cells", "14 features"],
    ),
    "header only": (HEADER + "\n", ["no rows"]),
    "empty body": ("", ["empty"]),
    "blank lines only": ("\n\n\n", ["empty"]),
    "typo in the header": (csv_of(ROWS).replace("fnlwgt", "fnlwgth", 1), ['mean "fnlwgt"?']),
    "capital in the header": (csv_of(ROWS).replace("age", "Age", 1), ['mean "age"?']),
    "all capitals in the header": ("\n".join([HEADER.upper(), *LINES]), ['mean "age"?']),
    "space in the header": (csv_of(ROWS).replace(",race", ", race", 1), ['mean "race"?']),
    "doubled column": (csv_of(ROWS).replace("fnlwgt", "age", 1), ['"age" more than once']),
    "missing column": (csv_of(without("race"), tuple(without("race")[0])), ['lacks "race"']),
    "extra column": (
        csv_of([row | {"agee": 1} for row in ROWS], (*FEATURES, "agee")),
        ['unknown column "agee"', 'mean "age"?'],
    ),
    "one bad cell": (
        csv_of(with_cell("age", "forty", at=7)),
        ['"age", row 8', '"forty" is not a whole number'],
    ),
    "fraction for a whole number": (csv_of(with_cell("age", "40.5")), ['"age", row 3', '"40.5"']),
    "number beyond 64 bits": (
        csv_of(with_cell("fnlwgt", "99999999999999999999")),
        ['"fnlwgt", row 3', '"99999999999999999999"'],
    ),
    "quote that is never closed": (csv_of(ROWS).replace("\n", '\n"', 1), ["never closed"]),
    **{
        f"missing whole number written {cell!r}": (
            csv_of(with_cell("age", cell)),
            ['"age", row 3: the value is missing'],
        )
        for cell in ("", "NaN", "NA", "null")
    },
    **{
        f"unseen word {word!r} in a two-valued column": (
            csv_of(with_cell("sex", word)),
            ['"sex", row 3', f'"{word}"', '"Female", "Male"'],
        )
        for word in ("female", "F", "1")
    },
    "missing cell in a two-valued column that was whole": (
        csv_of(with_cell("sex", "NaN")),
        ['"sex", row 3: the value is missing, which it never was in training'],
    ),
    "missing word in a two-valued column": (
        csv_of(with_cell("sex", "")),
        ['"sex", row 3: the value is missing'],
    ),
}


@pytest.mark.parametrize("fault", REFUSED_CSV)
def test_faulty_csv_is_refused_by_name_and_place(endpoint: Endpoint, fault: str) -> None:
    body, parts = REFUSED_CSV[fault]
    sentence = endpoint.refusal(body)
    for part in parts:
        assert part in sentence


REFUSED_JSON = {
    "empty list": ([], ["no rows"]),
    "null": (None, ["list of records"]),
    "list of numbers": ([1, 2], ["Row 1 is a number"]),
    "short list": ([list(ROWS[0].values())[:-1]], ["Row 1 is 13 values", "14 features"]),
    "extra key": ([ROWS[0], ROWS[1] | {"racee": 1}], ['Row 2 has the unknown key "racee"']),
    "missing key": ([ROWS[0], without("sex")[1]], ['Row 2 lacks the key "sex"']),
    "text for a number": (with_cell("age", "forty"), ['"age", row 3', '"forty"']),
    "boolean for a number": (with_cell("age", True), ['"age", row 3']),
    "fraction for a whole number": (with_cell("age", 40.5), ['"age", row 3', '"40.5"']),
    "list for a number": (with_cell("age", [39]), ['"age", row 3', "[39]"]),
    "object for a word": (with_cell("race", {"a": 1}), ['"race", row 3']),
    "number for a word": (with_cell("race", 1001), ['"race", row 3', '"1001"']),
    "null for a whole number": (with_cell("age", None), ['"age", row 3: the value is missing']),
    "null in a two-valued column": (with_cell("sex", None), ['"sex", row 3']),
}


@pytest.mark.parametrize("fault", REFUSED_JSON)
def test_faulty_json_is_refused_by_name_and_place(endpoint: Endpoint, fault: str) -> None:
    document, parts = REFUSED_JSON[fault]
    sentence = endpoint.refusal(json.dumps(document), JSON)
    for part in parts:
        assert part in sentence


@pytest.mark.parametrize("token", ["NaN", "Infinity", "-Infinity"])
def test_a_token_that_is_no_json_is_refused(endpoint: Endpoint, token: str) -> None:
    body = json.dumps(ROWS[0]).replace(str(ROWS[0]["age"]), token, 1)
    assert f"{token}, which is not valid JSON" in endpoint.refusal(body, JSON)


def test_a_key_that_stands_twice_is_refused(endpoint: Endpoint) -> None:
    assert '"age" twice' in endpoint.refusal('{"age": 1, "age": 2}', JSON)


def test_json_nested_a_hundred_thousand_deep_is_refused(endpoint: Endpoint) -> None:
    assert "too deeply" in endpoint.refusal("[" * 100_000, JSON)


def test_a_bad_line_of_json_lines_is_named(endpoint: Endpoint) -> None:
    assert "Line 2 is not valid JSON" in endpoint.refusal(jsonl_of(ROWS[:1]) + "{oops}\n", JSONL)


FAULTY_TABLES: dict[str, tuple[list[Row], list[str]]] = {
    "missing column": (without("race"), ['lacks "race"']),
    "extra column": ([row | {"agee": 1} for row in ROWS], ['unknown column "agee"']),
    "bad cell": (with_cell("age", "forty"), ['"age", row 3', '"forty"']),
    "missing whole number": (with_cell("age", ""), ['"age", row 3: the value is missing']),
    "unseen word in a two-valued column": (with_cell("sex", "male"), ['"sex", row 3', '"male"']),
}


@pytest.mark.parametrize("fault", FAULTY_TABLES)
def test_faulty_parquet_is_refused_by_name_and_place(
    endpoint: Endpoint, fault: str, tmp_path: Path
) -> None:
    rows, parts = FAULTY_TABLES[fault]
    sentence = endpoint.refusal(parquet_of(rows, tmp_path), PARQUET)
    for part in parts:
        assert part in sentence


def test_bytes_that_are_no_parquet_are_refused(endpoint: Endpoint) -> None:
    assert "Not a valid Parquet file" in endpoint.refusal(b"PAR1 nothing PAR1", PARQUET)


def test_an_unknown_content_type_is_refused_with_the_known_ones(endpoint: Endpoint) -> None:
    assert f'"{CSV}"' in endpoint.refusal("<rows/>", "application/xml")


def test_concurrent_requests_in_any_mix_get_the_answers_of_each_alone(endpoint: Endpoint) -> None:
    requests = _mixed_requests(CONCURRENT_REQUESTS)
    alone = [_outcome(endpoint, *request) for request in requests]
    with ThreadPoolExecutor(CONCURRENT_REQUESTS) as threads:
        together = list(threads.map(lambda request: _outcome(endpoint, *request), requests))
    assert together == alone
    statuses = {outcome[0] if isinstance(outcome, tuple) else 200 for outcome in alone}
    assert statuses == {200, 400}


def _mixed_requests(count: int) -> list[tuple[str, str]]:
    """Requests of 1 to 24 rows in several formats, every fourth with a bad cell."""
    chance = random.Random(SEED)
    requests = []
    for number in range(count):
        rows = chance.sample(ROWS, chance.randint(1, len(ROWS)))
        if number % 4 == 3:
            rows[-1] = rows[-1] | {"sex": f"word {number}"}
        spellings = [
            (csv_of(rows, tuple(chance.sample(FEATURES, len(FEATURES)))), CSV),
            (csv_of(rows, header=False), CSV),
            (json.dumps(rows), JSON),
            (jsonl_of(rows), JSONL),
        ]
        requests.append(chance.choice(spellings))
    return requests


def _outcome(endpoint: Endpoint, body: str, content_type: str) -> list[Row] | tuple[int, str]:
    """The answers, or status and text of the error."""
    runtime = endpoint.account.client("sagemaker-runtime")
    try:
        return endpoint.ask(body, content_type)
    except runtime.exceptions.ModelError as error:
        return error.response["OriginalStatusCode"], error.response["OriginalMessage"]
