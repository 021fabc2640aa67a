"""Odd and malformed requests by the ten thousand: never a 500, never a silent change of meaning.

    PYTHONPATH=.:containers:lambda .venv-image/bin/python -m benchmarks.odd_requests 50000

Every request starts as rows of the test data, each cell known as text. It is then made odd: cells,
columns, layout, encoding, content type, options. Whatever is answered with 200 has to be the answer
that the same cells get alone, as JSON records; whatever is broken has to be a 400 with a sentence.
Hypothesis draws every choice, so a request that is answered wrongly comes back as small as it gets.
"""

from __future__ import annotations

import csv
import io
import json
import random
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from benchmarks.container_server import image_application
from benchmarks.odd_values import ODD_ATTRIBUTES, ODD_BODIES, ODD_CELLS, ODD_JSON, ODD_TYPES

Row = dict[str, str]


@dataclass
class OddRequest:
    """One request; `rows` are its cells where they are known, None where anything may be meant.

    `broken` says that its columns or layout are wrong, so that it must not be answered.
    """

    body: bytes
    content_type: str
    accept: str = "application/json"
    attributes: str = ""
    rows: list[Row] | None = None
    broken: bool = False
    steps: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    body: bytes


class Corpus:
    """Odd requests about rows of one table.

    Args:
        names: the features, in the schema's order.
        label: the label's name.
        rows: cells by feature.
        dice: makes every choice.
    """

    def __init__(
        self, names: Sequence[str], label: str, rows: Sequence[Row], dice: random.Random
    ) -> None:
        self._names = list(names)
        self._label = label
        self._rows = rows
        self._dice = dice

    def request(self) -> OddRequest:
        """The next request."""
        kinds = (self._csv, self._csv, self._json, self._json, self._jsonl, self._bytes)
        request = self._dice.choice(kinds)()
        self._make_envelope_odd(request)
        return request

    def _some_rows(self) -> tuple[list[Row], list[str]]:
        rows = [dict(self._dice.choice(self._rows)) for _ in range(self._dice.randint(1, 4))]
        steps = []
        for _ in range(self._dice.choice((0, 1, 1, 2))):
            row, name = self._dice.choice(rows), self._dice.choice(self._names)
            row[name] = self._dice.choice(ODD_CELLS)
            steps.append(f"cell {name}={row[name][:20]!r}")
        return rows, steps

    def _columns(self) -> tuple[list[str], list[str], bool]:
        """Header names, the steps that made them, and whether they are wrong."""
        header = list(self._names)
        change = self._dice.choice(
            ("none", "order", "order", "label", "drop", "twice", "name", "extra")
        )
        at = self._dice.randrange(len(header))
        if change == "order":
            self._dice.shuffle(header)
        elif change == "label":
            header.insert(at, self._label)
        elif change == "drop":
            del header[at]
        elif change == "twice":
            header.insert(at, self._dice.choice(self._names))
        elif change == "name":
            header[at] = self._dice.choice((header[at].upper(), f" {header[at]}", header[at] + "s"))
        elif change == "extra":
            header.insert(at, self._dice.choice(("", "Unnamed: 0", "index", "id")))
        return header, [f"columns {change}"], change in ("drop", "twice", "name", "extra")

    def _cell(self, row: Row, name: str) -> str:
        return row.get(name, row.get(name.strip().lower(), "x"))

    def _csv(self) -> OddRequest:
        rows, steps = self._some_rows()
        header, more, broken = self._columns()
        layout = self._dice.choice(
            ("plain", "crlf", "mark", "quoted", "semicolons", "bare", "ragged")
        )
        if layout == "bare":
            header, more, broken = list(self._names), [], False
        buffer = io.StringIO(newline="")
        writer = csv.writer(
            buffer,
            delimiter=";" if layout == "semicolons" else ",",
            lineterminator="\r\n" if layout == "crlf" else "\n",
            quoting=csv.QUOTE_ALL if layout == "quoted" else csv.QUOTE_MINIMAL,
        )
        if layout != "bare":
            writer.writerow(header)
        for row in rows:
            writer.writerow([self._cell(row, name) for name in header])
        text = buffer.getvalue()
        if layout == "ragged":
            text = text.rstrip("\n") + ",\n"
        body = (b"\xef\xbb\xbf" if layout == "mark" else b"") + text.encode(
            "utf-8", "surrogatepass"
        )
        return OddRequest(
            body,
            "text/csv",
            rows=rows,
            broken=broken or layout in ("semicolons", "ragged"),
            steps=[*steps, *more, f"layout {layout}"],
        )

    def _records(self) -> tuple[list[Any], list[Row] | None, bool, list[str]]:
        rows, steps = self._some_rows()
        header, more, broken = self._columns()
        doubled = len(set(header)) < len(header)  # an object cannot hold a key twice
        records: list[Any] = [
            {name: self._cell(row, name) for name in header if name} for row in rows
        ]
        known: list[Row] | None = rows
        if "" in header or doubled:
            broken = False
        if self._dice.random() < 0.3:
            value = self._dice.choice(ODD_JSON)
            self._dice.choice(records)[self._dice.choice(self._names)] = value
            known, broken = None, False
            steps.append(f"json {str(value)[:20]}")
        return records, known, broken, [*steps, *more]

    def _json(self) -> OddRequest:
        records, rows, broken, steps = self._records()
        shape = self._dice.choice(("list", "list", "instances", "one", "nested"))
        document: Any = records
        if shape == "instances":
            document = {"instances": records}
        elif shape == "one":
            document, rows = records[0], None if rows is None else rows[:1]
        elif shape == "nested":
            document, rows, broken = [records], None, True
        body = json.dumps(document).encode()
        steps = [*steps, f"shape {shape}"]
        return OddRequest(body, "application/json", rows=rows, broken=broken, steps=steps)

    def _jsonl(self) -> OddRequest:
        records, rows, broken, steps = self._records()
        between = self._dice.choice(("\n", "\n\n", "\r\n"))
        body = between.join(map(json.dumps, records)).encode()
        return OddRequest(body, "application/jsonl", rows=rows, broken=broken, steps=steps)

    def _bytes(self) -> OddRequest:
        if self._dice.random() < 0.3:
            body = self._dice.choice(ODD_BODIES)
            return OddRequest(body, self._dice.choice(("text/csv", "application/json", *ODD_TYPES)))
        request = self._dice.choice((self._csv, self._json, self._jsonl))()
        data = bytearray(request.body)
        for _ in range(self._dice.randint(1, 6)):
            at = self._dice.randrange(len(data))
            data[at : at + self._dice.randint(0, 3)] = self._dice.randbytes(
                self._dice.randint(0, 3)
            )
            data = data or bytearray(b"x")
        steps = [*request.steps, "bytes"]
        return OddRequest(bytes(data), request.content_type, steps=steps)

    def _make_envelope_odd(self, request: OddRequest) -> None:
        if self._dice.random() < 0.1:
            request.content_type, request.rows = self._dice.choice(ODD_TYPES), None
            request.broken = False
        if self._dice.random() < 0.1:
            request.accept = self._dice.choice(("text/csv", "text/html", "application/xml", "*/*"))
            request.rows = None
        if self._dice.random() < 0.15:
            request.attributes = self._dice.choice(
                (*ODD_ATTRIBUTES, "on_error=row", "on_error=row")
            )
            request.rows = None
            request.broken = request.broken and "row" not in request.attributes


class Judge:
    """Says what is wrong with a reply, if anything.

    Args:
        answers: the answer to one row alone, sent as a JSON record of its cells; None where it is
            refused.
    """

    def __init__(self, answers: Any) -> None:
        self._answers = answers

    def problem(self, request: OddRequest, reply: Reply) -> str | None:
        """One sentence, or None."""
        if reply.status not in (200, 400):
            return f"status {reply.status}"
        if reply.status == 400:
            sentence = json.loads(reply.body)["detail"]
            return None if len(sentence) > 20 else f"no sentence: {sentence!r}"
        if request.broken:
            return "answered although columns or layout are wrong"
        if request.rows is None:
            return None
        alone = [self._answers(row) for row in request.rows]
        if json.loads(reply.body) != alone:
            return f"answered {reply.body[:200]!r} where each row alone gets {str(alone)[:200]}"
        return None


def run(model: Path, rows: Sequence[Row], count: int, seed: int = 0) -> Counter[str]:
    """Send `count` requests to the container's application over `model`.

    Returns:
        How many replies had which status.

    Raises:
        AssertionError: a reply that is wrong, with the steps that made its request.
    """
    schema = json.loads((model / "feature_schema.json").read_text(encoding="utf-8"))
    names = [feature["name"] for feature in schema["features"]]
    send = _sender(model)

    def alone(row: Row) -> Any:
        record = {name: row[name] for name in names}
        reply = send(OddRequest(json.dumps(record).encode(), "application/json"))
        return json.loads(reply.body)[0] if reply.status == 200 else None

    judge, statuses = Judge(alone), Counter[str]()

    @seeded(seed)
    @settings(
        max_examples=count,
        database=None,  # each run is judged by itself
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(st.randoms(use_true_random=False))
    def ask(dice: random.Random) -> None:
        request = Corpus(names, schema["label"], rows, dice).request()
        reply = send(request)
        statuses[str(reply.status)] += 1
        problem = judge.problem(request, reply)
        if problem is not None:
            steps = "; ".join(request.steps)
            raise AssertionError(f"{steps}: {problem}: {request.body[:300]!r}")

    ask()
    return statuses


def _sender(model: Path) -> Callable[[OddRequest], Reply]:
    client = image_application(model).test_client()

    def send(request: OddRequest) -> Reply:
        headers = {
            "Content-Type": request.content_type,
            "Accept": request.accept,
            "X-Amzn-SageMaker-Custom-Attributes": request.attributes.encode().decode("latin-1"),
        }
        response = client.post("/invocations", data=request.body, headers=headers)
        return Reply(response.status_code, response.data)

    return send


def main(argv: Sequence[str]) -> int:
    """Run the corpus against the LightGBM model of `make bench`; raises where a reply is wrong."""
    from benchmarks.models import INCOME, RECIPES, trained

    count = int(argv[0]) if argv else 50_000
    with (INCOME / "test.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for _, row in zip(range(500), csv.DictReader(file), strict=False)]
    model = trained(next(recipe for recipe in RECIPES if recipe.name == "lightgbm")).ours
    statuses = run(model, rows, count)
    print(f"{sum(statuses.values())} requests, each answered as it must be: {dict(statuses)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
